import { Turn } from "/components/map/turn.js";
import { check, drawn, near, test } from "./testing.js";

function turned(steps = []) {
  const random = drawn(4), turn = new Turn(Float32Array.from({ length: 300 }, () => 10 * random() - 3));
  for (const [dx, dy] of steps) turn.by(dx, dy);
  return turn;
}

test("right, up and towards the viewer stay at right angles and of one length", () => {
  for (const steps of [[], [[40, 0]], [[400, -90], [13, 500]], [[0, -9999]]]) {
    const { rows } = turned(steps), dot = (a, b) => a.reduce((sum, v, k) => sum + v * b[k], 0);
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) near(dot(rows[i], rows[j]), i === j ? 1 : 0, 1e-12);
  }
});

test("points are drawn where their directions say, and in front means towards the viewer", () => {
  const turn = turned([[70, 30]]), xy = turn.project();
  for (let i = 0; i < turn.n; i++) {
    const [x, y, towards] = turn.at([...turn.xyz.subarray(3 * i, 3 * i + 3)]);
    near([xy[2 * i], xy[2 * i + 1]], [x, y], 1e-4);
    const depth = (towards - turn.at(turn.centre)[2]) / turn.radius;
    near(turn.depth[i], Math.max(-1, Math.min(1, depth)), 1e-5);
  }
});

test("turning up or down ends at the pole", () => {
  const [, , [, up]] = turned([[0, 99999]]).rows;
  near(Math.abs(up), 1, 1e-5);
});

test("from every side the typical box holds the points and has the same size", () => {
  for (const steps of [[], [[200, 100]], [[-50, 33]]]) {
    const turn = turned(steps), { typical, outside } = turn.extents(), xy = turn.project();
    near(typical.right - typical.left, 2 * turn.radius, 1e-9);
    for (let i = 0; i < turn.n && !outside; i++)
      check(xy[2 * i] >= typical.left - 1e-4 && xy[2 * i + 1] <= typical.top + 1e-4, `point ${i}`);
  }
});
