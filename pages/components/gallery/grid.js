// Where each picture of a gallery stands, and which of them are in view: numbers only.

export const GAP = 6;

// As many columns as have room for pictures of `size`; all as wide as the row allows.
export function gridOf({ n, width, size, caption }) {
  const columns = Math.max(1, Math.floor((width + GAP) / (size + GAP)));
  const row = size + caption + GAP, rows = Math.ceil(n / columns);
  return { n, columns, tile: (width + GAP) / columns - GAP, row, rows, height: Math.max(0, rows * row - GAP) };
}

export function placeOf({ columns, tile, row }, k) {
  return [(k % columns) * (tile + GAP), Math.floor(k / columns) * row];
}

// The pictures between `top` and `top + seen`, with `margin` pixels more on either side: whole rows,
// the first and the one after the last.
export function windowOf({ n, columns, row }, top, seen, margin) {
  const first = Math.max(0, Math.floor((top - margin) / row));
  const end = Math.max(first, Math.ceil((top + seen + margin) / row));
  return [Math.min(n, first * columns), Math.min(n, end * columns)];
}

// How far to scroll so that picture k is in view; no further than needed.
export function topFor(grid, k, top, seen) {
  const [, y] = placeOf(grid, k), below = y + grid.row - GAP - seen;
  return Math.max(0, y < top ? y : Math.max(top, below));
}

// All rows to draw: those in view, and the one that has the focus wherever it is.
export function rowsOf([first, end], at, n) {
  const rows = [];
  if (at < first && at < n) rows.push(at);
  for (let k = first; k < end; k++) rows.push(k);
  if (at >= end && at < n) rows.push(at);
  return rows;
}
