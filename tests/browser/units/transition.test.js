import { Cloud } from "/components/map/cloud.js";
import { GlPainter } from "/components/map/painter.js";
import { MOVING, Transition, eased, areMoved, origins } from "/components/map/transition.js";
import { View, extents } from "/components/map/view.js";
import { check, equal, near, test, withClock } from "./testing.js";

const idsOf = (...names) => Uint8Array.from(names.flatMap(name => [0, 0, 0, 0, 0, 0, 0, name]));

function shown(xy, ids, [width, height] = [400, 300]) {
  const cloud = new Cloud(Float32Array.from(xy), ids), view = new View(false);
  view.resize(width, height);
  view.fit(cloud.whole);
  return { cloud, view };
}

test("every image sets out from its own place on the screen, whatever the order and scale", () => {
  const old = shown([0, 0, 1, 1, 2, 0], idsOf(1, 2, 3));
  const { cloud, view } = shown([500, 9, 100, 7, 300, 8, 900, 3], idsOf(3, 1, 2, 9), [600, 300]);
  const from = origins(old.cloud, old.view, cloud, view);
  [[0, 2], [1, 0], [2, 1]].forEach(([row, before]) => {
    const wanted = old.view.toScreen(...old.cloud.xy.subarray(2 * before, 2 * before + 2));
    near(view.toScreen(from[2 * row], from[2 * row + 1]), wanted, 1e-2);
  });
  equal([...from.subarray(6)], [900, 3], "one that was not there starts where it ends:");
});

test("without an image in common nothing moves", () => {
  const old = shown([0, 0, 1, 1], idsOf(1, 2)), next = shown([0, 0, 1, 1], idsOf(5, 6));
  equal(origins(old.cloud, old.view, next.cloud, next.view), null);
});

test("they are half way at half time and there after 400 ms", () => {
  equal([eased(0), eased(0.5), eased(1), eased(7), MOVING], [0, 0.5, 1, 1, 400]);
  withClock(({ pass }) => {
    const { cloud } = shown([4, 0, 8, 8], idsOf(1, 2)), moving = new Transition(cloud, Float32Array.from([0, 0, 0, 0]));
    pass(900);
    check(moving.tick() && moving.progress === 0, "the clock starts with the first frame");
    pass(200);
    check(moving.tick(), "still on their way");
    near([moving.at(0), moving.at(1)].flat(), [2, 0, 4, 4]);
    pass(200);
    equal([moving.tick(), moving.at(1)], [false, [8, 8]]);
  });
});

test("what lies under the pointer on the way is what is drawn there", () => {
  const { cloud, view } = shown([0, 0, 10, 0], idsOf(1, 2));
  const moving = new Transition(cloud, Float32Array.from([10, 0, 0, 0])); // they change places
  const [x, y] = view.toScreen(0, 0), look = points => points.nearest(view, x, y, 8, 4, () => true);
  equal([look(moving.snapshot()), look(cloud)], [1, 0]);
});

test("nobody who wants little motion, and no very large map, gets any", () => {
  equal([areMoved(100000), areMoved(0), areMoved(500000)], [true, false, false]);
  const real = window.matchMedia;
  window.matchMedia = query => ({ matches: query.includes("reduce") });
  try {
    equal(areMoved(100), false);
  } finally {
    window.matchMedia = real;
  }
});

test("the graphics card draws a point between its origin and its place", () => {
  const canvas = document.createElement("canvas"), painter = new GlPainter(canvas);
  const view = new View(false), xy = Float32Array.from([80, 50]);
  view.resize(100, 100);
  view.fit({ left: 0, right: 100, bottom: 0, top: 100 });
  painter.setPoints({ n: 1, xy, depth: null, ...extents(xy) });
  painter.setCodes(Uint8Array.of(0));
  painter.setMarks(Uint8Array.of(0));
  painter.setColours(new Uint8Array(1024).fill(255));
  const column = () => {
    painter.draw(view, 9, false, false);
    const { gl } = painter, pixels = new Uint8Array(4 * canvas.width * canvas.height);
    gl.readPixels(0, 0, canvas.width, canvas.height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    const seen = [...pixels.keys()].filter(k => k % 4 === 3 && pixels[k]).map(k => ((k >> 2) % canvas.width) / canvas.width);
    return (100 * seen.reduce((sum, x) => sum + x, 0)) / seen.length;
  };
  const wanted = x => view.toScreen(x, 0)[0] - 0.5;
  near(column(), wanted(80), 1);
  painter.setOrigins(Float32Array.from([20, 50]));
  near(column(), wanted(20), 1);
  painter.progress = 0.5;
  near(column(), wanted(50), 1);
  painter.setOrigins(null);
  near(column(), wanted(80), 1);
  painter.free();
});
