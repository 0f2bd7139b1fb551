import { atRest, shareAt, shareBy, shareByDoubleClick } from "/components/splitter/share.js";
import { equal, test } from "./testing.js";

const LIMITS = { fewest: 14, most: 86, open: 60 };

test("a part too narrow to be of use is closed when the bar is left", () => {
  equal([0, 13.9, 14, 50.4, 86, 86.1, 100].map(share => atRest(share, LIMITS)), [0, 0, 14, 50, 86, 100, 100]);
});

test("the share follows the pointer and stays between none and all", () => {
  const box = { left: 100, width: 400 };
  equal([0, 100, 200, 500, 900].map(x => shareAt(x, box)), [0, 0, 25, 100, 100]);
});

test("keys move the bar, open what is closed, and close it", () => {
  const by = (key, share) => shareBy(key, share, LIMITS);
  equal([by("ArrowLeft", 50), by("ArrowRight", 50), by("Home", 50), by("End", 50)], [46, 54, 0, 100]);
  equal([by("ArrowLeft", 15), by("ArrowRight", 0), by("ArrowLeft", 0)], [0, 14, 0]);
  equal([by("ArrowLeft", 100), by("ArrowRight", 85), by("ArrowRight", 100)], [86, 100, 100]);
  equal([by("Enter", 0), by("Enter", 40), by("Enter", 100), by("x", 40)], [60, 0, 60, undefined]);
});

test("a double click closes the left part and opens it again", () => {
  equal([60, 0, 100].map(share => shareByDoubleClick(share, LIMITS)), [0, 60, 60]);
});
