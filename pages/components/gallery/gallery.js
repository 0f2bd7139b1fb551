// Thumbnails in a grid with one tab stop: arrows move within it, Enter opens, Space selects. What else
// can be done with one image are small buttons over the picture in question; the first letter of their
// names does the same.

import { element, whenGone } from "../shared/elements.js";
import { urgent } from "../shared/fetching.js";
import { Log } from "../shared/log.js";
import { Actions } from "./actions.js";
import { placeOf } from "./grid.js";
import { Hands } from "./hands.js";
import { Listed } from "./listed.js";
import { Order } from "./order.js";
import { Scroller } from "./scroller.js";
import { Ticks } from "./ticks.js";
import { rowOf, Tiles } from "./tiles.js";

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".gallery");
  const gallery = (root.gallery ??= new Gallery(root));
  gallery.take(data, setStateValue);
  return whenGone(root, () => gallery.free());
}

class Gallery extends Hands {
  constructor(root) {
    super();
    this.root = root;
    this.log = new Log();
    this.listed = new Listed();
    this.order = new Order();
    this.ticks = new Ticks();
    this.tiles = new Tiles(root);
    this.at = 0;
    const sheet = root.parentElement, box = sheet.parentElement;
    this.frame = box.parentElement;
    this.note = element("div", "note");
    this.frame.append(this.note);
    this.scroller = new Scroller(box, { onMove: () => this._scrolled(), onRest: () => this._rested() });
    this.actions = new Actions(this.frame.querySelector(".actions"), this.frame,
      (name, id) => this._tell({ action: [name, id] }));
    root.addEventListener("click", event => this._click(event));
    root.addEventListener("keydown", event => this._key(event));
    root.addEventListener("pointerover", event => this._offer(event.target));
    root.addEventListener("pointerdown", () => (this.isPressed = true)); // a click knows itself where it is
    root.addEventListener("focusin", event => {
      if (!this.isPressed) this.at = Math.max(0, rowOf(event.target.closest(".tile")));
      this._offer(event.target);
    });
    this.elsewhere = event => this._keyElsewhere(event);
    document.addEventListener("keydown", this.elsewhere);
    this.observer = new ResizeObserver(() => this.data && this._draw());
    this.observer.observe(root);
  }

  free() {
    document.removeEventListener("keydown", this.elsewhere);
    this.observer.disconnect();
    this.scroller.free();
    clearTimeout(this.following);
  }

  // More images than a few come by address. Until their list is there the pictures of before stay,
  // each with its own id.
  async take(data, send) {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    urgent.add(this.root);
    try {
      const full = await this.listed.take(data);
      if (turn === this.turn) this.update(full, send);
    } catch (error) {
      if (turn !== this.turn) return;
      this.tiles.show([], () => {});
      this.note.textContent = `The images could not be listed: ${error.message}`;
    } finally {
      urgent.delete(this.root);
    }
  }

  update(data, send) {
    const before = this.data, { order } = this, focused = order.id(this.at);
    const hadFocus = this.root.matches(":focus-within");
    this.data = data;
    this.log.receive(data, send);
    this.note.textContent = data.n ? "" : data.empty ?? "";
    const isOther = before?.ids.join() !== data.ids.join() || before.rest !== data.rest;
    order.take(data);
    const isNews = before?.run !== data.run && this.log.isAnswered(data);
    if (isNews && data.selected) this.ticks.take(data.selected);
    if (isOther) {
      if (!data.selected) this._forgetGone();
      this.at = Math.max(0, order.rowOf(focused));
      this.actions.hide();
    }
    this.actions.take(data.actions);
    this._nameRoot();
    this.frame.style.setProperty("--size", `${data.size}px`);
    if (before?.height !== data.height) this.scroller.setHeight(data.height);
    this._draw();
    this._scrollTo(before, isOther);
    if (hadFocus && isOther) this.tiles.at(this.at)?.focus({ preventScroll: true });
  }

  // What it is and its name come together: a list still on its way, or of nothing, is no list.
  _nameRoot() {
    const { root, data } = this;
    const keys = Object.entries(data.actions).map(([name, words]) => `, ${name[0].toUpperCase()}: ${words}`);
    const said = {
      role: "listbox", "aria-multiselectable": "true",
      "aria-label": `${data.label}. Enter opens, Space selects${keys.join("")}.`,
    };
    for (const [name, value] of Object.entries(said))
      if (data.n) root.setAttribute(name, value);
      else root.removeAttribute(name);
    root.dataset.n = data.n;
  }

  // Another sorting begins at its top; a first drawing where it was left, or where the address says.
  _scrollTo(before, isOther) {
    const { data, grid, scroller } = this;
    if (!data.height || !grid) return;
    if (!before) scroller.to(this._left());
    else if (isOther && before.sorting !== data.sorting) scroller.to(0);
    else if (data.opened && data.opened !== before.opened) this._bringIntoView(this.order.rowOf(data.opened));
  }

  _left() {
    const { data, grid } = this, stored = sessionStorage.getItem(`gallery ${data.name}`);
    const [sorting, start, top] = JSON.parse(stored ?? "[]");
    if (sorting === data.sorting && start === data.start) return top;
    return data.start && data.n ? placeOf(grid, Math.min(data.start, data.n - 1))[1] : 0;
  }

  _forgetGone() {
    const { ticks, order } = this;
    ticks.take(order.ids(0, order.known).filter(id => ticks.has(id)));
  }
}
