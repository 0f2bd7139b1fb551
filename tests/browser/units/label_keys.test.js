import { labelKeys, matching } from "/components/labeller/label_keys.js";
import { equal, test } from "./testing.js";

function keysOf(labels) {
  return labelKeys(labels).map(({ key }) => key);
}

const NINE = ["a", "b", "c", "d", "e", "f", "g", "h", "i"].map(name => `${name}0`);

test("the first nine labels have digits, the others the first free letter of their name", () => {
  equal(keysOf(["low", "high"]), ["1", "2"]);
  equal(keysOf([...NINE, "night", "noon", "Nebel", "\u00c9clair"]).slice(9), ["n", "o", "e", "c"]);
});

test("no label takes the key of undo, of find or of unsure, and none shares a key", () => {
  const labels = Array.from({ length: 60 }, (_, k) => ["uuu", "0", "/", "\u96fe", "Umbra"][k % 5] + k);
  const keys = keysOf(labels), given = keys.filter(Boolean);
  equal(new Set(given).size, given.length);
  equal(given.filter(key => !/^[1-9a-tv-z]$/.test(key)), []);
  equal(given.length, 9 + 25);
});

test("a label without a letter of its own has any that nobody's name wants", () => {
  equal(keysOf([...NINE, "\u96fe", "ab"]).slice(9), ["b", "a"]);
});

test("thirty labels all have a key", () => {
  equal(keysOf(Array.from({ length: 30 }, (_, k) => `label ${k}`)).filter(key => !key), []);
});

test("typing finds labels by their beginning, then by a word, then by any part", () => {
  const labels = ["snow glare", "glare", "light snow", "unglared", "d\u00e9jeuner"];
  equal(matching(labels, "glare"), ["glare", "snow glare", "unglared"]);
  equal(matching(labels, " GLA "), ["glare", "snow glare", "unglared"]);
  equal(matching(labels, "dej"), ["d\u00e9jeuner"]);
  equal(matching(labels, ""), labels);
  equal(matching(labels, "x"), []);
});
