import { GAP, gridOf, placeOf, rowsOf, topFor, windowOf } from "/components/gallery/grid.js";
import { drawn, equal, check, test } from "./testing.js";

function made(seed) {
  const random = drawn(seed);
  return Array.from({ length: 300 }, () => gridOf({
    n: Math.floor(6000 * random() ** 2), width: 40 + 1800 * random(),
    size: [64, 96, 128, 176, 240][Math.floor(5 * random())], caption: random() < 0.5 ? 0 : 21,
  }));
}

test("seven columns of 128 pixels fit beside the menu at 1440, six at 1280", () => {
  for (const [window, least] of [[1440, 7], [1280, 6]])
    check(gridOf({ n: 99, width: window - 224 - 64 - 40, size: 128, caption: 21 }).columns >= least, window);
});

test("pictures fill the width, lie beside each other and never over each other", () => {
  for (const grid of made(5)) {
    const right = grid.columns * (grid.tile + GAP) - GAP, places = new Set();
    for (let k = 0; k < Math.min(grid.n, 200); k++) {
      const [x, y] = placeOf(grid, k);
      check(x >= 0 && x + grid.tile <= right + 1e-6 && y + grid.row - GAP <= grid.height + 1e-6, k);
      places.add(`${x.toFixed(3)} ${y}`);
    }
    equal(places.size, Math.min(grid.n, 200));
  }
});

test("the window holds exactly the rows that touch what is in view and its margin", () => {
  const random = drawn(8);
  for (const grid of made(7)) {
    const seen = 100 + 900 * random(), margin = 300 * random(), top = grid.height * random();
    const [first, end] = windowOf(grid, top, seen, margin);
    check(first >= 0 && end <= grid.n && first <= end, `${first} ${end} of ${grid.n}`);
    for (let k = 0; k < grid.n; k++) {
      const [, y] = placeOf(grid, k);
      if (y + grid.row > top - margin && y < top + seen + margin) check(k >= first && k < end, `${k} is missing`);
    }
    check(end - first <= (Math.ceil((seen + 2 * margin) / grid.row) + 1) * grid.columns, "too many");
  }
});

test("a picture is scrolled into view whole, and one in view does not move anything", () => {
  for (const grid of made(3).filter(({ n }) => n > 50)) {
    const seen = 3 * grid.row;
    for (const k of [0, 7, Math.floor(grid.n / 2), grid.n - 1]) {
      const top = topFor(grid, k, 5 * grid.row, seen), [, y] = placeOf(grid, k);
      check(y >= top - 1e-6 && y + grid.row - GAP <= top + seen + 1e-6, k);
      equal(topFor(grid, k, top, seen), top);
    }
  }
});

test("what has the focus is drawn wherever it is, once and in order", () => {
  equal(rowsOf([3, 6], 4, 10), [3, 4, 5]);
  equal(rowsOf([3, 6], 0, 10), [0, 3, 4, 5]);
  equal(rowsOf([3, 6], 9, 10), [3, 4, 5, 9]);
  equal(rowsOf([0, 0], 0, 0), []);
});
