import { corners, isInside, simplified } from "/components/map/geometry.js";
import { check, drawn, equal, near, test } from "./testing.js";

const MOST = 64;

function round(n, radius = 200, wobble = () => 0) {
  return Array.from({ length: n }, (_, k) => {
    const angle = (2 * Math.PI * k) / n, away = radius + wobble(angle);
    return [300 + away * Math.cos(angle), 300 + away * Math.sin(angle)];
  });
}

function inside(polygon, x, y) {
  return isInside(Float64Array.from(polygon, ([a]) => a), Float64Array.from(polygon, ([, b]) => b), x, y);
}

// Distance from a place to the nearest part of a path.
function away([px, py], path) {
  let least = Infinity;
  for (let k = 1; k < path.length; k++) {
    const [[ax, ay], [bx, by]] = [path[k - 1], path[k]], [dx, dy] = [bx - ax, by - ay];
    const share = Math.max(0, Math.min(1, ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy || 1)));
    least = Math.min(least, Math.hypot(px - ax - share * dx, py - ay - share * dy));
  }
  return least;
}

test("a drawn path has at most as many corners as are wanted", () => {
  const random = drawn(4);
  const paths = [
    round(1000), round(5000, 200, angle => 40 * Math.sin(17 * angle)), round(900, 250, () => 60 * random()),
    Array.from({ length: 3000 }, (_, k) => [300 + 0.1 * k * Math.cos(k / 40), 300 + 0.1 * k * Math.sin(k / 40)]),
  ];
  for (const path of paths) {
    const kept = simplified(path, MOST);
    check(kept.length <= MOST && kept.length > 4, `${kept.length} corners`);
    equal([kept[0], kept.at(-1)], [path[0], path.at(-1)], "its ends stay");
  }
});

test("the corners kept are corners drawn, in their order", () => {
  const path = round(700, 200, angle => 30 * Math.sin(5 * angle));
  const places = simplified(path, MOST).map(corner => path.indexOf(corner));
  check(places.every((place, k) => place >= 0 && (k === 0 || place > places[k - 1])), `${places}`);
});

test("what is left out lies within half a pixel of what stays", () => {
  for (const path of [round(200, 60), round(120, 90, angle => 5 * Math.sin(3 * angle))]) {
    const kept = simplified(path, 1000);
    check(kept.length < path.length, "something is left out");
    for (const place of path) check(away(place, kept) <= 0.5 + 1e-9, `${place} lies ${away(place, kept)} px away`);
  }
});

test("a straight line keeps its two ends, a rectangle its four corners", () => {
  equal(simplified(Array.from({ length: 50 }, (_, k) => [k, 2 * k]), MOST), [[0, 0], [49, 98]]);
  const along = (from, to) => Array.from({ length: 20 }, (_, k) => from.map((v, d) => v + ((to[d] - v) * k) / 20));
  const [a, b, c, d] = [[10, 10], [210, 10], [210, 110], [10, 110]];
  equal(simplified([...along(a, b), ...along(b, c), ...along(c, d), ...along(d, a), a], MOST), [a, b, c, d, a]);
});

test("a path that comes back to where it began is not lost", () => {
  const path = [...round(300), round(300)[0]];
  check(simplified(path, MOST).length > 12, "more than a line is left");
});

test("a lasso with fewer corners encloses nearly the same", () => {
  const random = drawn(9), path = round(2000, 180, angle => 50 * Math.sin(9 * angle)), kept = simplified(path, MOST);
  let differ = 0;
  for (let k = 0; k < 5000; k++) {
    const at = [600 * random(), 600 * random()];
    differ += inside(path, ...at) !== inside(kept, ...at);
  }
  check(differ < 100, `${differ} of 5000 places differ`);
});

test("a place is inside a square, and not beside, above or below it", () => {
  const square = [[0, 0], [4, 0], [4, 4], [0, 4]];
  const found = [[2, 2], [0.1, 3.9], [-1, 2], [5, 2], [2, -1], [2, 5]].map(at => inside(square, ...at));
  equal(found, [true, true, false, false, false, false]);
});

test("the bay of a polygon is outside", () => {
  const bay = [[0, 0], [6, 0], [6, 6], [4, 6], [4, 2], [2, 2], [2, 6], [0, 6]];
  equal([[1, 5], [5, 5], [3, 1], [3, 4]].map(at => inside(bay, ...at)), [true, true, true, false]);
});

test("the middle of a five-pointed star is outside, its points are inside", () => {
  const star = Array.from({ length: 5 }, (_, k) => [Math.sin((4 * Math.PI * k) / 5), Math.cos((4 * Math.PI * k) / 5)]);
  equal(inside(star, 0, 0), false);
  for (let k = 0; k < 5; k++) equal(inside(star, ...star[k].map(v => 0.8 * v)), true);
});

test("it does not matter which way round a polygon was drawn or where it begins", () => {
  const random = drawn(8), polygon = round(40, 150, angle => 60 * Math.sin(4 * angle));
  for (let k = 0; k < 500; k++) {
    const at = [600 * random(), 600 * random()], is = inside(polygon, ...at);
    equal(inside([...polygon].reverse(), ...at), is);
    equal(inside([...polygon.slice(7), ...polygon.slice(0, 7)], ...at), is);
  }
});

test("a rectangle has the four corners between the two that were dragged", () => {
  equal(corners([[1, 2], [5, 9]]), [[1, 2], [5, 2], [5, 9], [1, 9]]);
  near(corners([[5, 9], [1, 2]]).flat(), [5, 9, 1, 9, 1, 2, 5, 2]);
});
