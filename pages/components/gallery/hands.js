// What somebody does in a gallery: walks, opens, selects.

import { isBusy } from "../shared/keyboard.js";
import { askedBy, moveOf } from "./moves.js";
import { Sheet } from "./sheet.js";
import { rowOf } from "./tiles.js";

const FOLLOW = 110; // ms on a picture before the image that is open changes to it

export class Hands extends Sheet {
  _click(event) {
    const box = event.target.closest(".tile"), to = rowOf(box);
    this.isPressed = false;
    if (to < 0) return;
    if (event.shiftKey) this._range(this.at, to);
    else if (event.ctrlKey || event.metaKey || event.target.closest(".tick")) this._flip(to);
    else this._open(to);
    this.at = to;
    this._show();
  }

  _key(event) {
    const { data, grid } = this;
    if (!grid || !data.n) return;
    const page = Math.max(1, Math.floor(this.scroller.seen / grid.row));
    const to = moveOf(event.key, { at: this.at, n: data.n, columns: grid.columns, page });
    const asked = askedBy(event, Object.keys(data.actions));
    if (to !== undefined) this._move(to, event.shiftKey);
    else if (!asked || !this._do(asked)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  _move(to, isRange) {
    if (isRange) this._range(this.at, to);
    this.at = to;
    this._bringIntoView(to);
    this._drawRows();
    this._show();
    this.tiles.at(to)?.focus({ preventScroll: !!this.data.height });
    if (this.data.opened && this.data.follows && !isRange) this._follow(to);
  }

  // Does what a key asks for; false where there is nothing to do.
  _do(asked) {
    const { data, at } = this, id = this.order.id(at);
    if (asked === "open") this._open(at);
    else if (asked === "flip") this._flip(at);
    else if (asked === "all") this._all();
    else if (asked !== "leave") this._tell({ action: [asked, id] });
    else if (data.follows && data.opened) this._close();
    else return this._clear();
    return true;
  }

  // With an image open beside the gallery, arrows and Escape mean it wherever the focus is.
  _keyElsewhere(event) {
    const { data } = this, path = event.composedPath();
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!data?.follows || !data.opened || event.defaultPrevented || isBusy(event, this.root)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || !(step || event.key === "Escape")) return;
    if (path.some(one => one instanceof Element && one.matches("canvas, [role=dialog], [role=separator]"))) return;
    if (!step) return this._close();
    const row = this.order.rowOf(data.opened), to = row + step;
    if (row < 0 || to < 0 || to >= data.n) return;
    event.preventDefault();
    this.at = to;
    this._bringIntoView(to);
    this._drawRows();
    this._follow(to);
  }

  _follow(k) {
    this._markOpened(k);
    clearTimeout(this.following);
    this.following = setTimeout(() => this._open(k), FOLLOW);
  }

  _markOpened(k) {
    this.data = { ...this.data, opened: this.order.id(k) }; // the mark need not wait for the page
    this._show();
  }

  _open(k) {
    if (!this.order.id(k)) return;
    this._markOpened(k);
    this._tell({ opened: this.order.id(k) });
  }

  _close() {
    clearTimeout(this.following);
    this.data = { ...this.data, opened: "" };
    this._show();
    this._tell({ closed: true });
  }

  _flip(k) {
    const id = this.order.id(k);
    if (id) this._set([id], !this.ticks.has(id));
  }

  async _range(from, to) {
    const [first, end] = [Math.min(from, to), Math.max(from, to) + 1];
    if (end > this.order.known) await this.order.bring(() => this._draw());
    this._set(this.order.ids(first, end), true);
  }

  _set(ids, isTicked) {
    const changed = this.ticks.set(ids, isTicked);
    this._show();
    if (changed.length) this._tell(isTicked ? { added: changed.join("") } : { removed: changed.join("") });
  }

  _all() {
    this.ticks.take("all");
    this._show();
    this._tell({ all: true });
  }

  _clear() {
    if (!this.ticks.isAll && !this.ticks.others.size) return false;
    this.ticks.take([]);
    this._show();
    this._tell({ cleared: true });
    return true;
  }

  // A gallery that keeps its own ticks tells all of them; else what has changed is enough.
  _tell(entry) {
    const { data, order, ticks } = this;
    const own = data.is_own ? { selected: order.ids(0, order.known).filter(id => ticks.has(id)) } : {};
    this.log.add({ ...entry, ...own });
  }
}
