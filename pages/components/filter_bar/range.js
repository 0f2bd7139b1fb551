// A range of a number: a histogram to brush, and its ends to type. Counts follow the hand.

import { element } from "../shared/elements.js";
import { readable } from "../shared/numbers.js";
import { bars, endAt, numberOf, partOf, placeAt, rangeText, within } from "./spread.js";

const BARS = 60;
const GRAB = 9; // px beside an end in which it is still grabbed
const REST = 350; // ms without a key after which a range counts

export class Range {
  // `tell(text)` is called with the condition once a range counts, `count(n)` while it moves.
  constructor(told, tell, count) {
    Object.assign(this, { spread: told.spread, tell, count });
    const { low, high, special } = told.set;
    Object.assign(this, { low, high, isAbsentMeant: special.includes("none") });
    this.text = this._text();
    this.root = element("div", "range");
    this._draw(told.unit);
    this._show();
  }

  free() {
    if (this.waiting) this._settle();
  }

  clear() {
    Object.assign(this, { low: null, high: null, isAbsentMeant: false });
    this._show();
    this._settle();
  }

  _draw(unit) {
    this.plot = element("div", "plot");
    this.plot.append(...this._bars());
    this.brush = element("div", "brush");
    this.handles = ["Lowest", "Highest"].map((words, side) => this._handle(words, side));
    this.plot.append(this.brush, ...this.handles);
    this.plot.addEventListener("pointerdown", event => this._grab(event));
    const { places, is_cut: isCut } = this.spread, ends = element("div", "ends");
    const [first, last] = [places[0], places[places.length - 1]].map(readable);
    ends.append(element("span", "", (isCut ? "≤ " : "") + first), element("span", "", unit),
      element("span", "", (isCut ? "≥ " : "") + last));
    this.fields = ["From", "to"].map((words, side) => this._field(words, side));
    const typed = element("div", "typed");
    typed.append(...this.fields.map(({ label }) => label));
    this.root.append(this.plot, ends, typed);
    if (this.spread.absent || this.isAbsentMeant) this.root.append(this._absent());
  }

  _bars() {
    const found = bars(this.spread, BARS), most = Math.max(1, ...found.map(({ all }) => all));
    return found.flatMap(({ from, to, all, left }) => ["all", "left"].map(kind => {
      const bar = element("div", `bar ${kind}`), n = kind === "all" ? all : left;
      bar.style.left = `${100 * from}%`;
      bar.style.width = `calc(${100 * (to - from)}% - 1px)`;
      bar.style.height = n ? `max(2px, ${(100 * n) / most}%)` : "0";
      return bar;
    }));
  }

  _handle(words, side) {
    const handle = element("div", "handle");
    handle.tabIndex = 0;
    handle.setAttribute("role", "slider");
    handle.setAttribute("aria-label", words);
    handle.addEventListener("keydown", event => this._key(event, side));
    return handle;
  }

  _field(words, side) {
    const label = element("label", "", words), input = element("input", "number");
    Object.assign(input, { type: "text", inputMode: "decimal", autocomplete: "off" });
    input.placeholder = side ? "highest" : "lowest";
    input.addEventListener("change", () => {
      const number = numberOf(input.value);
      const [low, high] = side ? [this.low, number] : [number, this.high];
      const isOff = Number.isNaN(number) || (low !== null && high !== null && low > high);
      input.setAttribute("aria-invalid", String(isOff));
      if (isOff) return;
      Object.assign(this, { low, high });
      this._show();
      this._settle();
    });
    label.append(input);
    return { label, input };
  }

  _absent() {
    const label = element("label", "choice"), input = element("input");
    Object.assign(input, { type: "checkbox", checked: this.isAbsentMeant });
    input.addEventListener("change", () => {
      this.isAbsentMeant = input.checked;
      this._show();
      this._settle();
    });
    label.append(input, element("span", "name", "or without a value"),
      element("span", "left", this.spread.absent.toLocaleString("en")));
    return label;
  }

  get _last() {
    return this.spread.places.length - 1;
  }

  _place(side) {
    const end = side ? this.high : this.low;
    return placeAt(this.spread, partOf(this.spread, end, side));
  }

  _move(side, place) {
    const last = this._last, other = this._place(1 - side);
    const to = side ? Math.max(other, place) : Math.min(other, place);
    const bounded = Math.max(0, Math.min(last, to));
    if (side) this.high = endAt(this.spread, bounded, last);
    else this.low = endAt(this.spread, bounded, 0);
  }

  _grab(event) {
    if (event.button) return;
    event.preventDefault();
    const box = this.plot.getBoundingClientRect(), x = event.clientX - box.left;
    const at = px => placeAt(this.spread, px / box.width), start = at(x);
    const parts = [partOf(this.spread, this.low, 0), partOf(this.spread, this.high, 1)].map(p => p * box.width);
    const side = [0, 1].filter(k => Math.abs(parts[k] - x) <= GRAB).sort((a, b) => Math.abs(parts[a] - x) - Math.abs(parts[b] - x))[0];
    const isInside = (this.low !== null || this.high !== null) && x > parts[0] && x < parts[1];
    const [from, to] = [this._place(0), this._place(1)];
    const drag = px => {
      const place = at(px - box.left);
      if (side !== undefined) this._move(side, place);
      else if (isInside) this._both(Math.max(-from, Math.min(this._last - to, place - start)), from, to);
      else this._span(Math.min(start, place), Math.max(start, place));
      this._show();
    };
    const move = later => drag(later.clientX);
    const end = later => {
      this.plot.removeEventListener("pointermove", move);
      if (later.type === "pointerup") this._settle();
    };
    this.plot.setPointerCapture(event.pointerId);
    this.plot.addEventListener("pointermove", move);
    this.plot.addEventListener("pointerup", end, { once: true });
    this.plot.addEventListener("pointercancel", end, { once: true });
    this.handles[side ?? 0].focus({ preventScroll: true });
  }

  _both(by, from, to) {
    this._span(from + by, to + by);
  }

  _span(from, to) {
    const last = this._last;
    this.low = endAt(this.spread, from, 0);
    this.high = endAt(this.spread, Math.max(to, from), last);
  }

  _key(event, side) {
    const place = this._place(side), last = this._last;
    const to = { ArrowRight: place + 1, ArrowUp: place + 1, ArrowLeft: place - 1, ArrowDown: place - 1,
      PageUp: place + 10, PageDown: place - 10, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this._move(side, to);
    this._show();
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this._settle(), REST);
  }

  // What is on the screen follows at once; who looks hears of it when the hand rests.
  _show() {
    const { spread, low, high } = this;
    const [from, to] = [partOf(spread, low, 0), partOf(spread, high, 1)];
    this.brush.style.left = `${100 * from}%`;
    this.brush.style.width = `${100 * (to - from)}%`;
    this.brush.hidden = low === null && high === null;
    this.handles.forEach((handle, side) => {
      handle.style.left = `${100 * (side ? to : from)}%`;
      const end = side ? high : low, { places } = spread;
      handle.setAttribute("aria-valuemin", places[0]);
      handle.setAttribute("aria-valuemax", places[this._last]);
      handle.setAttribute("aria-valuenow", end ?? places[side ? this._last : 0]);
      handle.setAttribute("aria-valuetext", end === null ? (side ? "highest" : "lowest") : readable(end));
    });
    this.fields.forEach(({ input }, side) => {
      input.value = (side ? high : low) ?? "";
      input.removeAttribute("aria-invalid");
    });
    const isOpen = low === null && high === null;
    const inside = isOpen ? spread.known + (this.isAbsentMeant ? 0 : spread.absent) : within(spread, low, high);
    const absent = this.isAbsentMeant ? spread.absent : 0;
    this.count(isOpen && this.isAbsentMeant ? absent : inside === null ? null : inside + absent);
  }

  _text() {
    return rangeText(this.low, this.high, this.isAbsentMeant);
  }

  _settle() {
    clearTimeout(this.waiting);
    this.waiting = 0;
    if (this._text() === this.text) return;
    this.text = this._text();
    this.tell(this.text);
  }
}
