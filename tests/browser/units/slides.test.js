import { asked, atPlace, place, placeIn, shownOf, withoutThese } from "/components/slides/going.js";
import { nearestStop } from "/components/slides/turning.js";
import { equal, test } from "./testing.js";

const AT = new URL("http://here/present?workspace=1&slide=3");
const SLIDES = ["title", "map", "what-if", "next"].map(name => ({ name }));
const names = slides => slides.map(({ name }) => name);

test("keys and the buttons of a presenter's remote go on, back, to the ends and out", () => {
  const keys = {
    ArrowRight: 1, PageDown: 1, " ": 1, ArrowLeft: -1, PageUp: -1, Home: "first", End: "last", Escape: "leave",
    f: "full", F: "full", "?": "choose", ArrowUp: null, ArrowDown: null, a: null, Tab: null, Enter: null,
  };
  for (const [key, wanted] of Object.entries(keys)) equal(asked({ key }, ""), wanted, key);
  equal(asked({ key: " ", shiftKey: true }, ""), -1);
});

test("keys that belong to a field, a list, a button, a slider or the map stay there", () => {
  const all = ["ArrowRight", "PageDown", " ", "Home", "Escape", "f"];
  const taken = { text: [], dialog: [], button: ["ArrowRight", "PageDown", "Home", "Escape", "f"],
    slider: ["PageDown", " ", "Escape", "f"], map: ["PageDown", "Escape", "f"] };
  for (const [on, wanted] of Object.entries(taken)) equal(all.filter(key => asked({ key }, on) !== null), wanted, on);
  for (const held of ["ctrlKey", "metaKey", "altKey"]) equal(asked({ key: "ArrowRight", [held]: true }, ""), null, held);
});

test("nobody goes beyond the first or the last slide", () => {
  equal([place(0, -1, 4), place(3, 1, 4), place(1, 1, 4), place(1, "last", 4), place(1, "first", 4)], [0, 3, 2, 3, 0]);
});

test("the address names the slide, and what it names wrongly leads to one that is there", () => {
  equal(placeIn(AT, 4), 2);
  for (const [named, wanted] of [["99", 3], ["0", 0], ["-4", 0], ["two", 0], ["1.5", 0], ["", 0]])
    equal(placeIn(new URL(`http://here/present?slide=${named}`), 4), wanted, named);
  equal(placeIn(new URL("http://here/present"), 4), 0);
  equal(atPlace(AT, 0).search, "?workspace=1&slide=1");
});

test("slides that are left out stand in the address, and one is always shown", () => {
  const some = withoutThese(AT, ["map", "gone"]), all = withoutThese(AT, names(SLIDES));
  equal(names(shownOf(SLIDES, some)), ["title", "what-if", "next"]);
  equal(names(shownOf(SLIDES, all)), names(SLIDES));
  equal(withoutThese(some, []).search, AT.search);
  equal(placeIn(some, shownOf(SLIDES, some).length), 2);
});

test("the slider shows the stop that is nearest, in either direction", () => {
  for (const turned of [[0, 0.05, 0.33, 0.34, 0.9], [0.9, 0.34, 0.33, 0.05, 0]]) {
    const stops = turned.map(value => ({ turned: value }));
    for (const [at, wanted] of [[-1, 0], [0.02, 0], [0.04, 0.05], [0.336, 0.34], [0.8, 0.9]])
      equal(stops[nearestStop(stops, at)].turned, wanted, at);
  }
});
