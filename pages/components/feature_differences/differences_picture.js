// Effect sizes with their intervals as a picture and as numbers.

import { drawing } from "../shared/elements.js";
import { widthOf } from "../shared/picture.js";

const TRACK = 380; // px from -1 to 1
const NUMBER = 150; // px for its words beside it
const BAR_LINE = 22;

export function differencesDrawing(bars, chance, { accent, ink }) {
  const names = 10 + Math.max(...bars.map(({ name }) => widthOf(name)));
  const body = drawing("g", { "font-size": 12 }), at = value => names + (TRACK * (value + 1)) / 2;
  const line = (x1, x2, y1, y2, more) => drawing("line", { x1: at(x1), x2: at(x2), y1, y2, stroke: ink, ...more });
  const bottom = BAR_LINE * (bars.length + 1);
  const text = (x, y, anchor, words) => drawing("text", { x, y, "text-anchor": anchor }, words);
  body.append(
    text(at(-1), 14, "start", "\u2190 lower"), text(at(0), 14, "middle", "Cliff\u2019s delta (no unit)"),
    text(at(1), 14, "end", "higher \u2192"),
    line(0, 0, BAR_LINE, bottom, { "stroke-opacity": 0.45 }),
    ...[-chance, chance].map(x => line(x, x, BAR_LINE, bottom, { "stroke-opacity": 0.6, "stroke-dasharray": "2 3" })),
  );
  bars.forEach(({ name, effect, low, high }, k) => {
    const y = BAR_LINE * (k + 1), middle = y + BAR_LINE / 2, left = Math.min(0, effect), right = Math.max(0, effect);
    body.append(
      text(names - 10, middle + 4, "end", name),
      drawing("rect", { x: at(left), y: y + 6, width: (TRACK * (right - left)) / 2, height: BAR_LINE - 12, fill: accent, "fill-opacity": 0.75 }),
      line(low, high, middle, middle, { "stroke-width": 1.5 }),
      ...[low, high].map(x => line(x, x, middle - 4, middle + 4, { "stroke-width": 1.5 })),
      text(at(1) + NUMBER, middle + 4, "end", `${signed(effect)} (${signed(low)} to ${signed(high)})`),
    );
  });
  return { body, width: names + TRACK + NUMBER, height: bottom + 4 };
}

export function differencesRows(bars, chance) {
  const head = ["feature", "Cliff's delta (no unit)", "low end of its 95% interval", "high end of its 95% interval",
    "null reference, low end", "null reference, high end"];
  return [head, ...bars.map(({ name, effect, low, high }) => [name, effect, low, high, -chance, chance])];
}

function signed(value) {
  return value.toFixed(2).replace("-", "\u2212");
}
