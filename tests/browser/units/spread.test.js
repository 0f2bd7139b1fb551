import { chosenText, isFound } from "/components/filter_bar/choices.js";
import { bars, endAt, numberOf, partOf, placeAt, rangeText, within } from "/components/filter_bar/spread.js";
import { painted, passingCounts, unpack } from "/components/map/marks.js";
import { equal, test } from "./testing.js";

// Ten images at 0.5, 1, 1, 2, ... of which the even ones pass the other filters; one lies outside.
const SPREAD = { places: [0, 1, 2, 3, 4], below: [0, 1, 2, 3, 3], upto: [0, 2, 3, 3, 4],
  all_below: [0, 1, 4, 6, 7], all_upto: [0, 4, 6, 7, 9], known: 5, absent: 2, all_known: 10, is_cut: true };

test("a range counts what lies between its ends and on them, and open ends count the tails", () => {
  equal(within(SPREAD, 1, 2), 2);
  equal(within(SPREAD, null, 2), 3);
  equal(within(SPREAD, 3, null), 2);
  equal(within(SPREAD, null, null), 5);
});

test("between two places only the server can count", () => {
  equal([within(SPREAD, 1.5, 2), within(SPREAD, 1, 2.5)], [null, null]);
});

test("bars hold every image once, the end bars those outside too", () => {
  for (const most of [2, 3, 4, 60]) {
    const found = bars(SPREAD, most);
    equal(found.length <= most, true);
    equal([found[0].from, found[found.length - 1].to], [0, 1]);
    equal(found.reduce((sum, { all }) => sum + all, 0), 10);
    equal(found.reduce((sum, { left }) => sum + left, 0), 5);
  }
});

test("a place on the screen is the nearest round number, and the outermost one is no end at all", () => {
  equal([0, 0.1, 0.13, 0.9, 2, -1].map(part => placeAt(SPREAD, part)), [0, 0, 1, 4, 4, 0]);
  equal([endAt(SPREAD, 0, 0), endAt(SPREAD, 1, 0), endAt(SPREAD, 4, 4)], [null, 1, null]);
  equal([partOf(SPREAD, null, 0), partOf(SPREAD, 1, 0), partOf(SPREAD, 99, 1)], [0, 0.25, 1]);
});

test("a range is written as the address reads it", () => {
  equal(rangeText(0.1, 0.4, false), "0.1~0.4");
  equal([rangeText(0.1, null, false), rangeText(null, 3, true), rangeText(null, null, true)],
    ["0.1~", "~3,(none)", "(none)"]);
  equal(rangeText(null, null, false), "");
});

test("what is typed as a number is one, nothing, or no number", () => {
  equal([numberOf(" 0.5 "), numberOf("\u22122"), numberOf("1e-3"), numberOf("")], [0.5, -2, 0.001, null]);
  equal([numberOf("abc"), numberOf("1,5"), numberOf("Infinity")].map(Number.isNaN), [true, true, true]);
});

test("ticked classes are written with their escapes, and found by all words typed", () => {
  const choices = [{ text: "a\\,b", is_chosen: true }, { text: "c", is_chosen: false }, { text: "(none)", is_chosen: true }];
  equal(chosenText(choices), "a\\,b,(none)");
  equal([isFound("Night, dim", "DIM ni"), isFound("Night", "day"), isFound("x", "")], [true, false, true]);
});

test("what no filter lets pass is dimmed whether it is selected or not, and is not counted", () => {
  const passing = unpack(Uint8Array.from([0b10110000]), new Uint8Array(5));
  equal([...passing], [1, 0, 1, 1, 0]);
  equal([...painted(Uint8Array.from([1, 1, 0, 1, 0]), passing)], [1, 2, 0, 1, 2]);
  const marks = Uint8Array.from([0, 1]);
  equal(painted(marks, null) === marks, true);
  const counts = passingCounts(Uint8Array.from([0, 0, 255, 3, 3]), passing);
  equal([counts[0], counts[3], counts[255], counts[256]], [1, 1, 1, 3]);
});
