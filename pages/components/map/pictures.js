// Pictures at their points: as many as fit side by side, typical images of the clusters first.

import { element } from "../shared/elements.js";

const MOST_PICTURES = 200;
export const PICTURE_SIDE = 44; // px of a tile; the picture fills it up to its rim
const PICTURE_RIM = 2; // neutral grey around every picture, so that no colour touches it
const PICTURE_GAP = 4; // px between tiles, in which the line of the class colour lies
const PICTURES_KEPT = 600;
const SURROUND = "#777777";

// The address of a small picture: a pattern, or, in a file of its own, the picture of each image.
export function pictureAt(thumb, id) {
  return typeof thumb === "string" ? thumb.replace("{id}", id) : (thumb[id] ?? "");
}

export class Pictures {
  constructor(onLoad) {
    this.canvas = element("canvas", "pictures");
    this.onLoad = onLoad;
    this.isOn = false;
    this.rows = []; // those drawn now
    this.inView = 0; // of how many
    this.loaded = new Map(); // by id, oldest first
  }

  // Chooses anew. Rows come in the order of their ids, which are hashes: the first that fit are a
  // fair draw. What is drawn already stays where it can, so that little changes while one moves.
  choose(cloud, view, first, isWanted) {
    const taken = new Map(), chosen = [], seen = new Set();
    const step = PICTURE_SIDE + PICTURE_GAP;
    let inView = 0;
    const offer = row => {
      const [x, y] = view.toScreen(cloud.xy[2 * row], cloud.xy[2 * row + 1]);
      if (x < 0 || y < 0 || x > view.width || y > view.height || !isWanted(row)) return;
      inView++;
      if (chosen.length >= MOST_PICTURES || seen.has(row)) return;
      const c = Math.floor(x / step), r = Math.floor(y / step);
      for (let k = -1; k <= 1; k++)
        for (let l = -1; l <= 1; l++)
          for (const [ox, oy] of taken.get(4096 * (r + k) + c + l) ?? [])
            if (Math.abs(ox - x) < step && Math.abs(oy - y) < step) return;
      const cell = 4096 * r + c;
      taken.has(cell) ? taken.get(cell).push([x, y]) : taken.set(cell, [[x, y]]);
      seen.add(row);
      chosen.push(row);
    };
    for (const row of [...first, ...this.rows]) if (row >= 0 && row < cloud.n) offer(row);
    inView = 0;
    for (let row = 0; row < cloud.n; row++) offer(row);
    this.rows = chosen;
    this.inView = inView;
  }

  // The row whose tile is under a place, -1 if none is.
  at(cloud, view, px, py) {
    if (!this.isOn) return -1;
    const half = PICTURE_SIDE / 2;
    return this.rows.find(row => {
      const [x, y] = view.toScreen(cloud.xy[2 * row], cloud.xy[2 * row + 1]);
      return Math.abs(px - x) <= half && Math.abs(py - y) <= half;
    }) ?? -1;
  }

  has(row) {
    return this.isOn && this.rows.includes(row);
  }

  clear() {
    if (this.canvas.width) this.canvas.width = 0;
  }

  // `under(brush)` draws what no picture may be covered by.
  draw(cloud, view, thumb, colourOf, under) {
    const ratio = devicePixelRatio || 1, isNeeded = this.isOn || under;
    this.canvas.width = isNeeded ? Math.round(view.width * ratio) : 0;
    this.canvas.height = isNeeded ? Math.round(view.height * ratio) : 0;
    if (!isNeeded) return;
    const brush = this.canvas.getContext("2d");
    brush.scale(ratio, ratio);
    under?.(brush);
    if (!this.isOn) return;
    const half = PICTURE_SIDE / 2, most = PICTURE_SIDE - 2 * PICTURE_RIM;
    for (const row of this.rows) {
      const place = view.toScreen(cloud.xy[2 * row], cloud.xy[2 * row + 1]);
      const [x, y] = place.map(v => Math.round(v * ratio) / ratio); // whole pixels, sharp edges
      brush.fillStyle = colourOf(row);
      brush.fillRect(x - half, y - half, PICTURE_SIDE, PICTURE_SIDE + 3);
      brush.fillStyle = SURROUND;
      brush.fillRect(x - half, y - half, PICTURE_SIDE, PICTURE_SIDE);
      const picture = this._picture(cloud.id(row), thumb, Math.round(most * ratio));
      if (!picture) continue;
      const shrink = most / Math.max(picture.width, picture.height);
      const [w, h] = [picture.width * shrink, picture.height * shrink];
      brush.drawImage(picture, x - w / 2, y - h / 2, w, h);
    }
  }

  // The small picture once it is there; it is asked for once and shrunk once.
  _picture(id, thumb, side) {
    const known = this.loaded.get(id);
    if (known?.side === side) return known.picture;
    const entry = { side, picture: known?.picture ?? null };
    this.loaded.delete(id);
    this.loaded.set(id, entry);
    if (this.loaded.size > PICTURES_KEPT) this.loaded.delete(this.loaded.keys().next().value);
    const image = new Image();
    image.onload = async () => {
      const scale = Math.min(1, side / Math.max(image.naturalWidth, image.naturalHeight));
      const size = [image.naturalWidth, image.naturalHeight].map(v => Math.max(1, Math.round(v * scale)));
      entry.picture = await createImageBitmap(image, {
        resizeWidth: size[0], resizeHeight: size[1], resizeQuality: "high",
      }).catch(() => image);
      this.onLoad();
    };
    image.src = pictureAt(thumb, id); // one that is missing leaves its tile grey
    return entry.picture;
  }
}
