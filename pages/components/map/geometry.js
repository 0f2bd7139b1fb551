// Polygons drawn on the map.

// The four corners of a rectangle dragged from one to the opposite one.
export function corners([[x0, y0], [x1, y1]]) {
  return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
}

// A drawn path with fewer corners: those are left out that lie within half a pixel of the line
// between their neighbours, and more where there are too many (Ramer 1972, Douglas & Peucker 1973).
export function simplified(points, most, tolerance = 0.5) {
  const isKept = new Uint8Array(points.length), open = [[0, points.length - 1]];
  isKept[0] = isKept[points.length - 1] = 1;
  while (open.length) {
    const [from, to] = open.pop(), [ax, ay] = points[from], [bx, by] = points[to];
    const length = Math.hypot(bx - ax, by - ay);
    let worst = tolerance, at = -1;
    for (let i = from + 1; i < to; i++) {
      const [px, py] = points[i];
      const away = length
        ? Math.abs((bx - ax) * (ay - py) - (ax - px) * (by - ay)) / length
        : Math.hypot(px - ax, py - ay);
      if (away > worst) [worst, at] = [away, i];
    }
    if (at < 0) continue;
    isKept[at] = 1;
    open.push([from, at], [at, to]);
  }
  const kept = points.filter((_, i) => isKept[i]);
  return kept.length > most ? simplified(points, most, 1.5 * tolerance) : kept;
}

// Even-odd rule, the same as the engine's: what is marked at once is what comes back.
export function isInside(xs, ys, x, y) {
  let inside = false;
  for (let i = 0, j = xs.length - 1; i < xs.length; j = i++)
    if (ys[i] > y !== ys[j] > y && x < ((xs[j] - xs[i]) * (y - ys[i])) / (ys[j] - ys[i]) + xs[i]) inside = !inside;
  return inside;
}
