import { Marks } from "/components/map/marks.js";
import { equal, test } from "./testing.js";

function marked(n, ...changes) {
  const told = [], marks = new Marks(n, bytes => told.push(bytes.join("")));
  for (const [rows, mode] of changes) marks.set(rows, mode);
  return { marks, told };
}

test("a lasso replaces what was selected, adds to it or takes away from it", () => {
  const { marks } = marked(6, [[0, 1], "replace"], [[1, 4], "add"], [[0, 5], "remove"]);
  equal(marks.rows(), [1, 4]);
  equal(marks.count, 2);
  marks.set([3], "replace");
  equal([marks.rows(), marks.count, marks.has(3), marks.has(1)], [[3], 1, true, false]);
});

test("images that are not on the map are passed over", () => {
  equal(marked(3, [[-1, 2, -1], "replace"]).marks.rows(), [2]);
});

test("a selection as bits has the first image in the highest bit of the first byte", () => {
  const { marks } = marked(11, [[5], "replace"]);
  marks.setBits(Uint8Array.from([0b10000010, 0b01100000]));
  equal([marks.rows(), marks.count], [[0, 6, 9, 10], 4]);
});

test("whoever draws is told after each change", () => {
  equal(marked(3, [[0], "replace"], [[2], "add"]).told, ["100", "101"]);
});
