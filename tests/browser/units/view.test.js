import { View, extents } from "/components/map/view.js";
import { check, drawn, equal, near, test } from "./testing.js";

const BOX = { left: -3, right: 5, bottom: 10, top: 12 };

// Views of all sizes, some moved and zoomed, with one scale or two.
function views() {
  const random = drawn(7);
  return Array.from({ length: 60 }, (_, k) => {
    const view = new View(k % 2 === 0);
    view.resize(200 + 900 * random(), 150 + 700 * random());
    view.fit({ left: -random(), right: 10 ** (4 * random() - 2), bottom: -5 * random(), top: 3 * random() + 0.1 });
    if (k % 3) view.panBy(400 * random() - 200, 400 * random() - 200);
    if (k % 5) view.zoomAt(view.width * random(), view.height * random(), 10 ** (2 * random() - 0.5));
    return view;
  });
}

function sized(isEqual, width = 800, height = 400) {
  const view = new View(isEqual);
  view.resize(width, height);
  view.fit(BOX);
  return view;
}

test("a place on the screen comes back from the map as the same place", () => {
  const random = drawn(3);
  for (const view of views()) {
    const at = [view.width * random(), view.height * random()];
    near(view.toScreen(...view.toMap(...at)), at, 1e-6);
  }
});

test("right on the map is right on the screen and up is up", () => {
  for (const view of views()) {
    const [x, y] = view.toScreen(1, 1);
    check(view.toScreen(1.5, 1)[0] > x, "right");
    check(view.toScreen(1, 1.5)[1] < y, "up");
  }
});

test("a fitted extent is centred, whole, and as large as five percent on each side allow", () => {
  const view = sized(true);
  near(view.toScreen(1, 11), [400, 200]);
  near(view.toScreen(BOX.left, 11)[0], 800 / 2 - 400 / 1.1);
  equal(view.sx, view.sy, "one unit is as long across as up");
  const [, top] = view.toScreen(0, BOX.top), [, bottom] = view.toScreen(0, BOX.bottom);
  check(top > 0 && bottom < 400, "nothing is cut off");
});

test("axes that mean different things are fitted each by itself", () => {
  const view = sized(false);
  near(view.toScreen(BOX.left, BOX.bottom), [400 - 400 / 1.1, 200 + 200 / 1.1]);
  near(view.toScreen(BOX.right, BOX.top), [400 + 400 / 1.1, 200 - 200 / 1.1]);
});

test("zooming keeps the place under the pointer where it is", () => {
  const random = drawn(5);
  for (const view of views()) {
    const at = [view.width * random(), view.height * random()], place = view.toMap(...at);
    const before = view.sx;
    view.zoomAt(...at, 1.7);
    near(view.toScreen(...place), at, 1e-6);
    near(view.sx / before, 1.7, 1e-9);
  }
});

test("zooming stops ten thousand times in and ten thousand times out", () => {
  for (const [factor, limit] of [[10, 1e4], [0.1, 1e-4]]) {
    const view = sized(true);
    for (let k = 0; k < 12; k++) view.zoomAt(100, 100, factor);
    near(view.zoom / limit, 1, 1e-9);
    check(Number.isFinite(view.cx) && Number.isFinite(view.cy), "still somewhere");
  }
});

test("moving shifts every point by the same pixels", () => {
  for (const view of views()) {
    const before = [[0, 0], [1, 2], [-1, 0.5]].map(place => view.toScreen(...place));
    view.panBy(31, -17);
    const after = [[0, 0], [1, 2], [-1, 0.5]].map(place => view.toScreen(...place));
    after.forEach(([x, y], k) => near([x, y], [before[k][0] + 31, before[k][1] - 17], 1e-6));
  }
});

test("another size fits again until somebody has moved", () => {
  const view = sized(true);
  view.resize(400, 400);
  near(view.toScreen(BOX.left, 11)[0], 200 - 200 / 1.1);
  view.panBy(10, 0);
  const middle = view.toMap(200, 200), scale = view.sx;
  view.resize(800, 300);
  near(view.toMap(400, 150), middle, 1e-9, "the middle stays");
  near([view.sx, view.sy], [2 * scale, 2 * scale], 1e-9, "the scale follows the width");
});

test("a view that was kept comes back, also at another size", () => {
  for (const view of views()) {
    const other = new View(view.isEqual);
    other.resize(2 * view.width, view.height);
    other.fit(BOX);
    other.restore(view.save());
    if (view.isFitted) equal(other.isFitted, true, "a fitted view is fitted anew");
    else near([other.cx, other.cy, other.sx, other.sy], [view.cx, view.cy, 2 * view.sx, 2 * view.sy], 1e-9);
  }
});

test("a view with a number missing is not taken up", () => {
  for (const broken of [null, {}, { cx: 1, cy: 2, sx: NaN, sy: 1 }, { cx: 1, cy: "2", sx: 1, sy: 1 }]) {
    const view = sized(true), before = view.save();
    view.restore(broken);
    equal(view.save(), before);
  }
});

test("the short form of a view is the same to a tenth of a pixel", () => {
  for (const view of views()) {
    const [cx, cy, sx, sy] = view.brief();
    if (view.isFitted) {
      equal([cx, cy, sx, sy], [0, 0, 0, 0]);
      continue;
    }
    near([(cx - view.cx) * view.sx, (cy - view.cy) * view.sy], [0, 0], 0.1);
    near([(sx * view.width) / view.sx, (sy * view.width) / view.sy], [1, 1], 1e-4);
  }
});

test("corners in map units are right to a tenth of a pixel in few digits", () => {
  const random = drawn(11);
  for (const view of views()) {
    const drawnAt = Array.from({ length: 20 }, () => [view.width * random(), view.height * random()]);
    view.rounded(drawnAt).forEach((corner, k) => near(view.toScreen(...corner), drawnAt[k], 0.1));
  }
  const text = JSON.stringify(sized(true).rounded([[123.456789, 77.7777777]]));
  check(text.length < 20, `${text} is long`);
});

test("what is brought into view lies well inside, and what is there already stays", () => {
  for (const view of views()) {
    view.reveal(40, -30);
    const [x, y] = view.toScreen(40, -30);
    check(x >= 31.99 && x <= view.width - 31.99 && y >= 31.99 && y <= view.height - 31.99, `${[x, y]}`);
    const before = view.save();
    view.reveal(40, -30);
    near([view.save().cx, view.save().cy], [before.cx, before.cy], 1e-6);
  }
});

test("a few points far away do not shrink the rest", () => {
  const random = drawn(2), xy = Float32Array.from({ length: 2000 }, random);
  xy.set([90, -80, 70, 60, -50, 40], 0);
  const { whole, typical, outside } = extents(xy);
  near([whole.left, whole.right, whole.bottom, whole.top], [-50, 90, -80, 60], 1e-4);
  check(typical.left > -0.2 && typical.right < 1.2 && typical.bottom > -0.2 && typical.top < 1.2, JSON.stringify(typical));
  equal(outside, 3);
});

test("an extent has a size, also of one point and of points on a line", () => {
  for (const xy of [[2, 3], [1, 5, 4, 5], [7, 1, 7, 2, 7, 3]]) {
    const { whole, outside } = extents(Float32Array.from(xy));
    check(whole.right > whole.left && whole.top > whole.bottom, JSON.stringify(whole));
    equal(outside, 0);
  }
});
