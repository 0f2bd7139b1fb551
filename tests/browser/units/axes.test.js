import { fewerWords } from "/components/map/axes.js";
import { equal, test } from "./testing.js";

test("a title without room says less of either side, the longer first, and never nothing", () => {
  let text = "soft, flat \u2190 \u2192 hard edges, many tones (no unit)";
  const said = [text];
  while (fewerWords(text) !== text) said.push((text = fewerWords(text)));
  equal(said.slice(1), ["soft, flat \u2190 \u2192 hard edges (no unit)", "soft \u2190 \u2192 hard edges (no unit)"]);
  equal([fewerWords("RMS contrast, ratio"), fewerWords("RMS contrast")], ["RMS contrast", "RMS contrast"]);
});
