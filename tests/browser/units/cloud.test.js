import { Cloud, rowsInside } from "/components/map/cloud.js";
import { View } from "/components/map/view.js";
import { check, drawn, equal, test } from "./testing.js";

// Points in groups, some of them far away from all others.
function cloud(n, seed = 1) {
  const random = drawn(seed), xy = new Float32Array(2 * n), ids = new Uint8Array(8 * n);
  for (let i = 0; i < n; i++) {
    const far = i % 97 === 0 ? 40 : 1;
    xy.set([far * (random() + (i % 3)), far * (random() - (i % 2))], 2 * i);
    for (let k = 0; k < 8; k++) ids[8 * i + k] = 256 * random();
  }
  return new Cloud(xy, ids);
}

function viewOf(points, random) {
  const view = new View(random() < 0.5);
  view.resize(700, 450);
  view.fit(random() < 0.7 ? points.typical : points.whole);
  view.panBy(200 * random() - 100, 200 * random() - 100);
  view.zoomAt(350, 200, 10 ** (1.5 * random() - 0.5));
  return view;
}

// The distance on the screen of every point that is shown.
function distances(points, view, px, py, isShown) {
  return Array.from({ length: points.n }, (_, i) => {
    const [x, y] = view.toScreen(points.xy[2 * i], points.xy[2 * i + 1]);
    return isShown(i) ? Math.hypot(x - px, y - py) : Infinity;
  });
}

const ALL = () => true;

test("the nearest point is the one that looking at all of them finds", () => {
  const random = drawn(6);
  let hits = 0, misses = 0;
  for (const n of [1, 2, 30, 400, 5000]) {
    const points = cloud(n, n + 1);
    for (let k = 0; k < 60; k++) {
      const view = viewOf(points, random), at = [900 * random() - 100, 650 * random() - 100];
      const reach = [4, 12, 60, 2000][k % 4], isShown = k % 3 ? ALL : i => i % 2 === 0;
      const away = distances(points, view, ...at, isShown), least = Math.min(...away);
      const found = points.nearest(view, ...at, reach, 0, isShown);
      if (least > reach) equal(found, -1, `the nearest lies ${least} px away, the reach is ${reach}`);
      else check(found >= 0 && away[found] <= least + 1e-3, `found ${away[found]}, the nearest lies ${least} px away`);
      found < 0 ? misses++ : hits++;
    }
  }
  check(hits > 60 && misses > 60, `${hits} hits and ${misses} misses`);
});

test("a class that is switched off cannot be clicked", () => {
  const points = cloud(200), view = viewOf(points, drawn(2));
  const at = view.toScreen(points.xy[20], points.xy[21]);
  equal(points.nearest(view, ...at, 5, 0, ALL) >= 0, true);
  equal(points.nearest(view, ...at, 5000, 0, () => false), -1);
  check(points.nearest(view, ...at, 5000, 0, i => i !== 10) !== 10, "the hidden one");
});

test("of points that cover each other the foremost is meant, else the nearest", () => {
  const xy = Float32Array.from([0, 0, 0.02, 0, 0.04, 0, 3, 3]), ids = new Uint8Array(32);
  const box = { left: -4, right: 4, bottom: -4, top: 4 }, extents = { typical: box, whole: box, outside: 0 };
  const deep = new Cloud(xy, ids, extents, Float32Array.from([-1, 1, 0.5, 0]));
  const view = new View(true);
  view.resize(800, 800);
  view.fit(box); // a unit is 91 px, so the three lie within 4 px
  const at = view.toScreen(0, 0);
  equal(deep.nearest(view, ...at, 12, 6, ALL), 1, "the foremost of three");
  equal(deep.nearest(view, ...at, 12, 6, i => i !== 1), 2, "the next behind it");
  equal(deep.nearest(view, ...at, 12, 1, ALL), 0, "only one is under the pointer");
  equal(deep.nearest(view, at[0] - 9, at[1], 12, 6, ALL), 0, "none is under it: the nearest");
});

test("points that were moved are found where they are now", () => {
  const points = cloud(300), view = viewOf(points, drawn(3));
  points.nearest(view, 1, 1, 5, 0, ALL);
  const { xy, n } = points, moved = xy.map((_, k) => xy[2 * (n - 1 - (k >> 1)) + (k & 1)] + 7);
  points.move(moved, new Cloud(moved, points.bytes), null);
  view.fit(points.typical);
  for (const row of [0, 50, 299]) {
    const at = view.toScreen(moved[2 * row], moved[2 * row + 1]);
    const away = distances(points, view, ...at, ALL), found = points.nearest(view, ...at, 5, 0, ALL);
    check(found >= 0 && away[found] <= Math.min(...away) + 1e-3, `row ${row}, found ${found}`);
  }
});

// Independent of the code under test: edges that a slanted ray crosses, by the sides of its ends.
function encloses(polygon, px, py) {
  const [qx, qy] = [px + 1000, py + 371.3];
  const side = (ax, ay, bx, by, cx, cy) => Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
  let crossed = 0;
  polygon.forEach(([ax, ay], k) => {
    const [bx, by] = polygon[(k + 1) % polygon.length];
    const isParted = side(px, py, qx, qy, ax, ay) !== side(px, py, qx, qy, bx, by);
    if (isParted && side(ax, ay, bx, by, px, py) !== side(ax, ay, bx, by, qx, qy)) crossed++;
  });
  return crossed % 2 === 1;
}

test("a lasso selects the points that lie in its polygon and no others", () => {
  const points = cloud(3000, 5), random = drawn(12);
  let selected = 0;
  for (let k = 0; k < 40; k++) {
    const count = 3 + Math.floor(20 * random()); // drawn at random, so most of them cross themselves
    const polygon = Array.from({ length: count }, () => [3.4 * random() - 0.2, 2.4 * random() - 1.2]);
    const wanted = [];
    for (let i = 0; i < points.n; i++)
      if (encloses(polygon, points.xy[2 * i], points.xy[2 * i + 1])) wanted.push(i);
    equal(rowsInside(points, polygon, ALL), wanted);
    selected += wanted.length;
  }
  check(selected > 10000, `${selected} selected in all`);
});

test("a lasso leaves out what is hidden", () => {
  const points = cloud(500), everything = [[-999, -999], [999, -999], [999, 999], [-999, 999]];
  equal(rowsInside(points, everything, ALL).length, 500);
  equal(rowsInside(points, everything, i => i % 5 === 0), Array.from({ length: 100 }, (_, k) => 5 * k));
});

test("an image is found by its id, whether a few or many are looked for", () => {
  const points = cloud(700), ids = Array.from({ length: 700 }, (_, i) => points.id(i));
  check(ids.every(id => /^[0-9a-f]{16}$/.test(id)), ids[0]);
  for (const row of [0, 1, 350, 699]) equal(points.row(ids[row]), row);
  const rows = [699, 3, 3, 128, 0, 5, 77, 400, 401, 402, 12];
  equal(points.rowsOf(points.idsOf(rows)), rows, "many");
  equal(points.rowsOf(points.bytes), ids.map((_, row) => row), "all");
  equal(points.rowsOf(points.idsOf(rows.slice(0, 3))), rows.slice(0, 3), "a few");
});

test("an image that is not on the map has no row", () => {
  const points = cloud(50), absent = new Uint8Array(8 * 12).fill(9);
  equal(points.row("0909090909090909"), -1);
  equal(points.row(""), -1);
  equal(points.rowsOf(absent), Array(12).fill(-1));
});

test("an arrow key leads to the next point in its direction", () => {
  const side = 7, xy = new Float32Array(2 * side * side);
  for (let i = 0; i < side * side; i++) xy.set([i % side, Math.floor(i / side)], 2 * i);
  const grid = new Cloud(xy, new Uint8Array(8 * side * side)), view = new View(true);
  view.resize(500, 500);
  view.fit(grid.typical);
  const from = 3 * side + 3, steps = [[1, 0, 1], [-1, 0, -1], [0, -1, side], [0, 1, -side]];
  for (const [dx, dy, step] of steps) equal(grid.towards(view, from, dx, dy, ALL), from + step);
  equal(grid.towards(view, from, 1, 0, i => i !== from + 1), from + 2, "past one that is hidden");
  equal(grid.towards(view, side - 1, 1, 0, ALL), -1, "at the edge");
});
