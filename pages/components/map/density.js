// Where so many points lie on each other that single ones tell nothing: how many lie where.

import { element } from "../shared/elements.js";
import { NOTHING } from "./legend.js";

export const CELL = 4; // px of a cell
export const LEAST_DENSE = 10000; // with fewer points in view, each is drawn
export const CROWDED = 4; // points that cover a typical spot before they are counted instead of drawn

// Counts the points of every cell of the screen. Cells hold to the map, so that they do not
// flicker while it moves. A cell has the colour of its most frequent class, or of its mean value.
export class Density {
  constructor() {
    this.canvas = element("canvas", "density");
    this.total = this.behind = this.tally = new Uint32Array(0);
  }

  // Counts `codes` of the colours that are on; with marks, the others count as `behind`.
  count(cloud, view, codes, colours, marks, legend) {
    const kinds = legend.kind === "classes" ? legend.entries.length + 1 : 2;
    const columns = (this.columns = Math.ceil(view.width / CELL) + 1);
    const lines = (this.lines = Math.ceil(view.height / CELL) + 1);
    const size = columns * lines;
    if (this.total.length !== size) [this.total, this.behind] = [new Uint32Array(size), new Uint32Array(size)];
    if (this.tally.length !== size * kinds) this.tally = new Uint32Array(size * kinds);
    for (const counts of [this.total, this.behind, this.tally]) counts.fill(0);
    const { xy, n } = cloud, { total, behind, tally } = this;
    const [zeroX, zeroY] = view.toScreen(0, 0);
    const shift = place => ((place % CELL) + CELL) % CELL;
    [this.left, this.top] = [shift(zeroX) - CELL, shift(zeroY) - CELL];
    const fx = view.sx / CELL, fy = view.sy / CELL;
    const x0 = (zeroX - this.left) / CELL, y0 = (zeroY - this.top) / CELL;
    const isValue = (this.isValue = legend.kind !== "classes");
    let inView = 0;
    for (let i = 0; i < n; i++) {
      const code = codes[i];
      const c = Math.floor(xy[2 * i] * fx + x0), r = Math.floor(y0 - xy[2 * i + 1] * fy);
      if (c < 0 || r < 0 || c >= columns || r >= lines || !colours[4 * code + 3]) continue;
      const cell = r * columns + c;
      inView++;
      if (marks && !marks[i]) {
        behind[cell]++;
        continue;
      }
      total[cell]++;
      if (!isValue) tally[cell * kinds + (code === NOTHING ? kinds - 1 : code)]++;
      else if (code !== NOTHING) {
        tally[2 * cell]++;
        tally[2 * cell + 1] += code;
      }
    }
    this.kinds = kinds;
    return inView;
  }

  // How many points share the cell of a typical point.
  crowd() {
    let sum = 0, squares = 0;
    for (let cell = 0; cell < this.total.length; cell++) {
      const here = this.total[cell] + this.behind[cell];
      sum += here;
      squares += here * here;
    }
    return sum ? squares / sum : 0;
  }

  draw(colours) {
    const { canvas, total, behind, columns, lines } = this;
    [canvas.width, canvas.height] = [columns, lines];
    Object.assign(canvas.style, { width: `${columns * CELL}px`, height: `${lines * CELL}px`,
      transform: `translate(${this.left}px, ${this.top}px)` });
    const most = Math.log1p(total.reduce((high, here) => Math.max(high, here), 1));
    const mostBehind = Math.log1p(behind.reduce((high, here) => Math.max(high, here), 1));
    const picture = new ImageData(columns, lines), { data } = picture;
    for (let cell = 0; cell < total.length; cell++) {
      const here = total[cell], rest = behind[cell];
      if (!here && !rest) continue;
      const at = 4 * (here ? this._code(cell) : NOTHING);
      data.set(colours.subarray(at, at + 3), 4 * cell);
      data[4 * cell + 3] = here
        ? 90 + (165 * Math.log1p(here)) / most
        : 18 + (50 * Math.log1p(rest)) / mostBehind;
    }
    canvas.getContext("2d").putImageData(picture, 0, 0);
  }

  clear() {
    if (this.canvas.width) this.canvas.width = 0;
  }

  _code(cell) {
    const { tally, kinds } = this;
    if (this.isValue) return tally[2 * cell] ? Math.round(tally[2 * cell + 1] / tally[2 * cell]) : NOTHING;
    let best = 0;
    for (let kind = 1; kind < kinds; kind++)
      if (tally[cell * kinds + kind] > tally[cell * kinds + best]) best = kind;
    return best === kinds - 1 ? NOTHING : best;
  }
}
