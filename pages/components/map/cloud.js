// The points: where they are, which image each is, and which lies near a place.

import { isInside } from "./geometry.js";
import { extents } from "./view.js";

export class Cloud {
  constructor(xy, ids, boxes = extents(xy), depth = null) {
    this.n = xy.length / 2;
    this.bytes = ids;
    this.move(xy, boxes, depth);
  }

  // The same images at other places, as when the map is turned; `depth` says who is in front.
  move(xy, boxes, depth) {
    Object.assign(this, { xy, depth, ...boxes, order: null });
  }

  id(i) {
    return idAt(this.bytes, i);
  }

  // The row of an image id, -1 if it is not on this map.
  row(id) {
    return this.rowsOf(Uint8Array.from(id.match(/../g) ?? [], pair => parseInt(pair, 16)))[0] ?? -1;
  }

  // The rows of some ids, 8 bytes each; -1 for those that are not here. A few are looked for one by
  // one; for many a table is made, which would take 4 MB if it were kept for half a million.
  rowsOf(ids) {
    const count = ids.length / 8, slots = count > 8 ? this._hashed() : null;
    return Array.from({ length: count }, (_, k) => (slots ? this._find(slots, ids, 8 * k) : this._seek(ids, 8 * k)));
  }

  _seek(ids, at) {
    for (let row = 0; row < this.n; row++) if (this._isId(row, ids, at)) return row;
    return -1;
  }

  _find(slots, ids, at) {
    const mask = slots.length - 1;
    for (let slot = hashAt(ids, at / 8) & mask; slots[slot]; slot = (slot + 1) & mask)
      if (this._isId(slots[slot] - 1, ids, at)) return slots[slot] - 1;
    return -1;
  }

  _isId(row, ids, at) {
    let k = 0;
    while (k < 8 && this.bytes[8 * row + k] === ids[at + k]) k++;
    return k === 8;
  }

  idsOf(rows) {
    const ids = new Uint8Array(8 * rows.length);
    rows.forEach((row, k) => ids.set(this.bytes.subarray(8 * row, 8 * row + 8), 8 * k));
    return ids;
  }

  // A table of rows + 1 by the hash of their id, at most half full: 500,000 ids as text in a Map
  // would take 60 MB, this takes 4.
  _hashed() {
    const slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * this.n + 2))), mask = slots.length - 1;
    for (let row = 0; row < this.n; row++) {
      let slot = hashAt(this.bytes, row) & mask;
      while (slots[slot]) slot = (slot + 1) & mask;
      slots[slot] = row + 1;
    }
    return slots;
  }

  // The point nearest to a screen place, at most `reach` pixels away; -1 if none is.
  // Where they have depth, what is seen there is meant: of those within `disc` pixels the foremost.
  nearest(view, px, py, reach, disc, isShown) {
    if (!this.order) this._index();
    const [x, y] = view.toMap(px, py);
    const [rx, ry] = [reach / view.sx, reach / view.sy];
    const [c0, c1] = [this._column(x - rx), this._column(x + rx)];
    const [r0, r1] = [this._line(y - ry), this._line(y + ry)];
    let best = -1, least = reach * reach;
    for (let r = r0; r <= r1; r++) {
      for (let c = c0; c <= c1; c++) {
        const cell = r * this.side + c;
        for (let k = this.start[cell]; k < this.start[cell + 1]; k++) {
          const i = this.order[k];
          const dx = (this.xy[2 * i] - x) * view.sx, dy = (this.xy[2 * i + 1] - y) * view.sy;
          const d = dx * dx + dy * dy;
          const isHit = this.depth && d <= disc * disc; // any hit counts more than any miss
          const away = isHit ? -2 - this.depth[i] : d;
          if (d <= reach * reach && away <= least && isShown(i)) [best, least] = [i, away];
        }
      }
    }
    return best;
  }

  // The next point from row `from` in a screen direction; sideways distance counts double.
  towards(view, from, dx, dy, isShown) {
    let best = -1, least = Infinity;
    const [x, y] = [this.xy[2 * from], this.xy[2 * from + 1]];
    for (let i = 0; i < this.n; i++) {
      const sx = (this.xy[2 * i] - x) * view.sx, sy = (y - this.xy[2 * i + 1]) * view.sy;
      const along = sx * dx + sy * dy, across = Math.abs(sx * dy) + Math.abs(sy * dx);
      if (along <= 1e-6 || across > 1.5 * along || along + 2 * across >= least) continue;
      if (isShown(i)) [best, least] = [i, along + 2 * across];
    }
    return best;
  }

  // A uniform grid over the typical extent, about two points a cell; outliers lie in its rim.
  _index() {
    const side = (this.side = Math.max(1, Math.min(1024, Math.floor(Math.sqrt(this.n / 2)))));
    const { left, right, bottom, top } = this.typical;
    this.fx = side / (right - left);
    this.fy = side / (top - bottom);
    const cell = new Uint32Array(this.n);
    this.start = new Uint32Array(side * side + 1);
    for (let i = 0; i < this.n; i++) {
      cell[i] = this._line(this.xy[2 * i + 1]) * side + this._column(this.xy[2 * i]);
      this.start[cell[i] + 1]++;
    }
    for (let k = 0; k < side * side; k++) this.start[k + 1] += this.start[k];
    const next = this.start.slice();
    this.order = new Uint32Array(this.n);
    for (let i = 0; i < this.n; i++) this.order[next[cell[i]]++] = i;
  }

  _column(x) {
    return Math.max(0, Math.min(this.side - 1, Math.floor((x - this.typical.left) * this.fx)));
  }

  _line(y) {
    return Math.max(0, Math.min(this.side - 1, Math.floor((y - this.typical.bottom) * this.fy)));
  }
}

// Ids come as 8 bytes each; in an address they are 16 hex digits.
function idAt(bytes, i) {
  let text = "";
  for (let k = 8 * i; k < 8 * i + 8; k++) text += bytes[k].toString(16).padStart(2, "0");
  return text;
}

// Ids are hashes themselves; their last four bytes will do.
function hashAt(bytes, i) {
  const k = 8 * i + 4;
  return ((bytes[k] << 24) | (bytes[k + 1] << 16) | (bytes[k + 2] << 8) | bytes[k + 3]) >>> 0;
}

// The rows inside a polygon; its box first, which leaves most points out at once.
export function rowsInside(cloud, polygon, isShown) {
  const xs = Float64Array.from(polygon, ([x]) => x), ys = Float64Array.from(polygon, ([, y]) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [bottom, top] = [Math.min(...ys), Math.max(...ys)];
  const rows = [];
  for (let i = 0; i < cloud.n; i++) {
    const x = cloud.xy[2 * i], y = cloud.xy[2 * i + 1];
    if (x < left || x > right || y < bottom || y > top) continue;
    if (isInside(xs, ys, x, y) && isShown(i)) rows.push(i);
  }
  return rows;
}
