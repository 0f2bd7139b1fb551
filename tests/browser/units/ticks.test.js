import { Ticks } from "/components/gallery/ticks.js";
import { drawn, equal, test } from "./testing.js";

const IDS = Array.from({ length: 40 }, (_, k) => `${k}`);

function ticked(ticks) {
  return IDS.filter(id => ticks.has(id));
}

test("some, all and all but some are the same sets however they came about", () => {
  for (const start of [[], "all", ["3", "7"]]) {
    const ticks = new Ticks(), random = drawn(11);
    ticks.take(start);
    let wanted = new Set(start === "all" ? IDS : start);
    for (let turn = 0; turn < 200; turn++) {
      const from = Math.floor(40 * random()), ids = IDS.slice(from, from + 6), isTicked = random() < 0.5;
      const changed = ticks.set(ids, isTicked);
      equal(changed, ids.filter(id => wanted.has(id) !== isTicked));
      for (const id of ids) wanted[isTicked ? "add" : "delete"](id);
      equal(ticked(ticks), IDS.filter(id => wanted.has(id)));
    }
  }
});

test("what the page says replaces what was ticked", () => {
  const ticks = new Ticks();
  ticks.set(["1", "2"], true);
  ticks.take(["5"]);
  equal(ticked(ticks), ["5"]);
  ticks.take("all");
  equal(ticked(ticks).length, 40);
  ticks.take([]);
  equal(ticked(ticks), []);
});
