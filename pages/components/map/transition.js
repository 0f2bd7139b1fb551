// From one map to the next the same images move to their new places, so that the eye can follow them.

import { extents } from "./view.js";

export const MOVING = 400; // ms
const MOST_MOVED = 200000; // points: of more, no browser without a graphics card draws enough frames

export function areMoved(n) {
  return n > 0 && n <= MOST_MOVED && !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

// Where each point of a map comes from: the place on the screen that its image had on the map of
// before, in units of the new one. An image that was not there starts where it ends. Nothing is
// given where no image was there.
export function origins(before, viewBefore, cloud, view) {
  const rows = isSame(before.bytes, cloud.bytes) ? null : before.rowsOf(cloud.bytes);
  const from = cloud.xy.slice();
  let moved = 0;
  for (let row = 0; row < cloud.n; row++) {
    const old = rows ? rows[row] : row;
    if (old < 0) continue;
    const at = viewBefore.toScreen(before.xy[2 * old], before.xy[2 * old + 1]);
    from.set(view.toMap(at[0], at[1]), 2 * row);
    moved++;
  }
  return moved ? from : null;
}

// Slow, quick, slow: from 0 to 1.
export function eased(share) {
  const t = Math.max(0, Math.min(1, share));
  return t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2;
}

// The points of a cloud on their way, and who is where at the moment.
export class Transition {
  constructor(cloud, from) {
    [this.cloud, this.from] = [cloud, from];
    this.started = null; // with the first frame: before it the browser may be busy
    this.progress = 0;
  }

  // Whether they are still on their way.
  tick() {
    this.started ??= performance.now();
    const share = (performance.now() - this.started) / MOVING;
    this.progress = eased(share);
    return share < 1;
  }

  at(row) {
    const { cloud: { xy }, from, progress } = this;
    return [2 * row, 2 * row + 1].map(k => from[k] + (xy[k] - from[k]) * progress);
  }

  // The points where they are drawn now, for whoever asks which lies under the pointer.
  snapshot() {
    const { cloud, from, progress } = this, xy = from.map((start, k) => start + (cloud.xy[k] - start) * progress);
    return new cloud.constructor(xy, cloud.bytes, extents(xy), cloud.depth);
  }
}

function isSame(a, b) {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}
