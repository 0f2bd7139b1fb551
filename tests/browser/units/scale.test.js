import { beyond } from "/components/map/legend.js";
import { isScaleWanted, scaled } from "/components/map/scale.js";
import { check, equal, test } from "./testing.js";

const VALUES = Float32Array.of(0, 1, 2, 3, NaN, 1000, 2); // one outlier, one unknown, one tie
const CODES = Uint8Array.of(0, 60, 120, 180, 255, 254, 120);
const LEGEND = { kind: "scale", least: 0, most: 1000, low: 0.5, high: 4, below: 1, above: 1 };

test("a robust scale is the engine's own, and classes have no scale", () => {
  equal(scaled("robust", VALUES, CODES, LEGEND)[0] === CODES, true);
  const classes = { kind: "classes", entries: [] };
  equal(scaled("rank", VALUES, CODES, classes)[1] === classes, true);
  equal([isScaleWanted(LEGEND), isScaleWanted(classes), isScaleWanted({ ...LEGEND, below: 0, above: 0 })], [true, false, false]);
});

test("a linear scale runs from the lowest to the highest, whatever the outlier does to the rest", () => {
  const [codes, legend] = scaled("linear", VALUES, CODES, LEGEND);
  equal([...codes], [0, 0, 1, 1, 255, 254, 1]);
  equal([legend.low, legend.high, beyond(legend)], [0, 1000, ""]);
});

test("by rank equal shares get equal parts of the bar, and equal values one colour", () => {
  const [codes, legend] = scaled("rank", VALUES, CODES, LEGEND);
  equal([...codes], [0, 51, 127, 203, 255, 254, 127]);
  equal(beyond(legend), "By order alone: half lie below 2");
  const many = Float32Array.from({ length: 1001 }, (_, k) => k ** 3);
  const ranked = scaled("rank", many, CODES, LEGEND)[0];
  check(ranked.every((code, k) => code === Math.round((254 * k) / 1000)), "even steps");
  equal([...scaled("rank", Float32Array.of(7), CODES, LEGEND)[0]], [0], "one image alone:");
});

test("the legend says how many lie beyond either end", () => {
  equal(beyond(LEGEND), "1 below and 1 above in the colour of that end");
  equal(beyond({ below: 0, above: 1200 }), "1,200 above in the colour of that end");
});
