// The drawing of a gallery: of thousands of pictures only those in view.

import { GAP, gridOf, placeOf, rowsOf, topFor, windowOf } from "./grid.js";
import { bringPicture, rowOf, write } from "./tiles.js";

const CAPTION = 21; // px
const MARGIN = 200; // px above and below what is in view, or half of that where it is more

export class Sheet {
  _draw() {
    const { data, root, order } = this, width = root.clientWidth;
    if (!width) return; // not laid out yet
    this.hasCaptions = order.captions.some(Boolean) || !!data.below;
    this.grid = gridOf({ n: data.n, width, size: data.size, caption: this.hasCaptions ? CAPTION : 0 });
    root.style.height = `${this.grid.height}px`;
    this.frame.style.setProperty("--tile", `${this.grid.tile}px`);
    this.frame.style.setProperty("--tall", `${this.grid.row - GAP}px`);
    this._drawRows(true);
  }

  // Draws what is in view; boxes that stay are written again only where their images may be others.
  _drawRows(isNews = false) {
    const { data, order } = this;
    const rows = data.height ? this._window() : [0, data.n];
    this.range = rows.join();
    this.tiles.show(rowsOf(rows, this.at, data.n), (box, k) => this._fill(box, k), isNews);
    if (!this.scroller.isFast) this._bringPictures();
    if (rows[1] > order.known) this._bring();
  }

  // What is in view and a margin; none for whoever scrolls too fast to see any picture.
  _window() {
    const { grid, scroller } = this, { seen } = scroller;
    return windowOf(grid, scroller.top, seen, scroller.isFast ? 0 : Math.max(seen / 2, MARGIN));
  }

  _bring() {
    this.order.bring(() => this._draw()).catch(error => {
      this.note.textContent = `The other images could not be listed: ${error.message}`;
    });
  }

  _fill(box, k) {
    const { data, order, grid, hasCaptions } = this, id = order.id(k);
    write(box, { id, k, n: data.n, caption: order.caption(k), hasCaptions, at: placeOf(grid, k) });
    this._mark(box, k);
  }

  _bringPictures() {
    const { thumb, height } = this.data;
    for (const box of this.tiles.boxes.values())
      bringPicture(box, thumb.replace("{id}", box.dataset.id), !height);
  }

  _mark(box, k) {
    const { id } = box.dataset;
    box.tabIndex = k === this.at ? 0 : -1;
    box.setAttribute("aria-selected", String(!!id && this.ticks.has(id)));
    box.toggleAttribute("data-opened", !!id && id === this.data.opened);
  }

  _show() {
    for (const [k, box] of this.tiles.boxes) this._mark(box, k);
  }

  _scrolled() {
    if (!this.grid) return;
    if (this._window().join() !== this.range) this._drawRows();
  }

  _rested() {
    if (!this.grid) return;
    this._drawRows();
    const { sorting, start, name } = this.data;
    sessionStorage.setItem(`gallery ${name}`, JSON.stringify([sorting, start, this.scroller.top]));
  }

  _bringIntoView(k) {
    if (k < 0 || !this.data.height) return;
    this.scroller.to(topFor(this.grid, k, this.scroller.top, this.scroller.seen));
  }

  _offer(target) {
    const box = target.closest?.(".tile"), k = rowOf(box);
    if (k < 0 || !this.grid) return;
    const [x, y] = placeOf(this.grid, k);
    this.actions.offer({ id: box.dataset.id, k, x, y, width: this.grid.tile });
  }
}
