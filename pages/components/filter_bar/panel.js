// What opens below the bar: the menu of kinds, or one kind with its classes or its numbers.

import { element } from "../shared/elements.js";
import { fetchedJson } from "../shared/fetching.js";
import { Choices, finder } from "./choices.js";
import { Range } from "./range.js";

const FEATURE = "feature.";

export class Panel {
  // `bar` gives `query(key)`, the address to ask at, and takes `tell(changes)`.
  constructor(bar) {
    this.bar = bar;
    this.root = element("div", "panel");
    this.root.setAttribute("popover", "auto");
    this.root.setAttribute("role", "dialog");
    this.root.addEventListener("toggle", ({ newState }) => newState === "closed" && this._closed());
    this.root.addEventListener("keydown", event => this._key(event));
    this.onMove = () => this.place();
  }

  get isOpen() {
    return this.root.matches(":popover-open");
  }

  // Opens at a button: the menu, or the kind `key`.
  async open(anchor, key = "", title = "") {
    this._leave();
    Object.assign(this, { anchor, key });
    this.root.setAttribute("aria-label", key ? `Filter: ${title}` : "Add a filter");
    this.root.replaceChildren(element("p", "none", "\u2026"));
    if (!this.isOpen) this.root.showPopover();
    for (const on of ["scroll", "resize"]) addEventListener(on, this.onMove, true);
    this.place();
    try {
      const told = await this._ask();
      if (!told) return;
      key ? this._fill(told, title) : this._menu(told.offered);
    } catch (error) {
      this.root.replaceChildren(element("p", "none", `This could not be read: ${error.message}`));
    }
    this.place();
    this._first()?.focus();
  }

  close() {
    if (this.isOpen) this.root.hidePopover();
  }

  // Something was changed elsewhere: counts are read anew, what is being dragged stays.
  async refresh() {
    if (!this.isOpen || !this.key) return;
    const told = await this._ask().catch(() => null);
    if (!told) return;
    this._say(told.count, told.total);
    this.part.update?.(told);
  }

  place() {
    if (!this.isOpen || !this.anchor.isConnected) return;
    const at = this.anchor.getBoundingClientRect(), { style } = this.root, width = this.root.offsetWidth;
    const below = innerHeight - at.bottom - 14, isBelow = below > 260 || below > at.top;
    style.maxHeight = `${Math.max(160, isBelow ? below : at.top - 14)}px`;
    style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
    style.top = isBelow ? `${at.bottom + 5}px` : "auto";
    style.bottom = isBelow ? "auto" : `${innerHeight - at.top + 5}px`;
  }

  async _ask() {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const told = await fetchedJson(this.bar.query(this.key));
    return turn === this.turn && this.isOpen ? told : null;
  }

  _menu(offered) {
    const entries = Object.entries(offered), rows = entries.map(([key, title]) => {
      const button = element("button", "entry", title);
      button.type = "button";
      button.dataset.key = key;
      button.addEventListener("click", () => this.open(this.anchor, key, title));
      return button;
    });
    const isNumber = ({ dataset }) => dataset.key.startsWith(FEATURE);
    const list = element("div", "list");
    const group = (words, some) => some.length && list.append(element("div", "group", words), ...some);
    group("Images", rows.filter(row => !isNumber(row)));
    group("Features and attributes", rows.filter(isNumber));
    const find = finder("Find a filter", rows, row => row.textContent);
    find.addEventListener("keydown", event => {
      if (event.key === "Enter") rows.find(row => !row.hidden)?.click();
    });
    this.root.replaceChildren(find, list);
  }

  _fill(told, title) {
    const head = element("div", "head"), clear = element("button", "plain", "Clear");
    clear.type = "button";
    clear.addEventListener("click", () => this.part.clear());
    head.append(element("strong", "", title), clear);
    this.total = told.total;
    this.live = element("p", "live");
    this.live.setAttribute("aria-live", "polite");
    const { key } = this, tell = text => this.bar.tell({ [key]: text });
    this.part = told.spread
      ? new Range(told, tell, n => n !== null && this._say(n, told.total))
      : new Choices(told, tell);
    if (!told.spread) this._say(told.count, told.total);
    this.root.replaceChildren(head, this.part.root, this.live);
  }

  _say(count, total) {
    if (!this.live) return;
    const text = n => n.toLocaleString("en");
    this.live.textContent = `${text(count)} of ${text(total)} images pass`;
  }

  _first() {
    return this.root.querySelector(this.key ? ".find, .choice input, .handle" : ".find");
  }

  _key(event) {
    event.stopPropagation(); // the page has keys of its own
    if (event.key === "Escape") {
      event.preventDefault();
      this.close();
      if (this.anchor.isConnected) this.anchor.focus();
      return;
    }
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || event.target.closest(".handle")) return;
    const all = [...this.root.querySelectorAll(".find, .entry, .choice input")];
    const stops = all.filter(one => !one.closest("[hidden]"));
    const at = stops.indexOf(event.target);
    if (at < 0) return;
    event.preventDefault();
    stops[Math.max(0, Math.min(stops.length - 1, at + by))].focus();
  }

  _leave() {
    this.part?.free();
    this.part = this.live = null;
  }

  _closed() {
    this._leave();
    for (const on of ["scroll", "resize"]) removeEventListener(on, this.onMove, true);
    this.anchor?.setAttribute("aria-expanded", "false");
  }
}
