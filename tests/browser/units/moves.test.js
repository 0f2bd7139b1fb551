import { askedBy, moveOf } from "/components/gallery/moves.js";
import { equal, test } from "./testing.js";

const GRID = { n: 23, columns: 5, page: 2 };
const HELD = { ctrlKey: false, metaKey: false, altKey: false };

function from(at, key) {
  return moveOf(key, { ...GRID, at });
}

test("keys walk by one, by a row, by a screen, to either end, and never out", () => {
  const wanted = { ArrowRight: [12, 22], ArrowLeft: [10, 21], ArrowDown: [16, 22], ArrowUp: [6, 17],
    PageDown: [21, 22], PageUp: [1, 12], Home: [0, 0], End: [22, 22] };
  for (const [key, [middle, last]] of Object.entries(wanted)) equal([from(11, key), from(22, key)], [middle, last], key);
  for (const key of ["ArrowLeft", "ArrowUp", "PageUp", "Home"]) equal(from(0, key), 0, key);
});

test("other keys do not walk", () => {
  for (const key of ["Enter", " ", "a", "Tab", "constructor"]) equal(from(3, key), undefined, key);
});

test("keys ask for what their first letter names, and for nothing while a control key is held", () => {
  const asked = (key, held = {}) => askedBy({ key, ...HELD, ...held }, ["locate", "similar"]);
  equal(["Enter", " ", "Escape", "l", "S", "x"].map(key => asked(key)), ["open", "flip", "leave", "locate", "similar", undefined]);
  equal([asked("a"), asked("a", { ctrlKey: true }), asked("A", { metaKey: true })], [undefined, "all", "all"]);
  equal([asked("s", { ctrlKey: true }), asked("l", { altKey: true }), asked("Enter", { ctrlKey: true })], [undefined, undefined, undefined]);
});
