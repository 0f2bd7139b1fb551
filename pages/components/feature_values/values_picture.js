// The features of an image as a picture and as numbers, in the order of the table.

import { drawing } from "../shared/elements.js";
import { widthOf } from "../shared/picture.js";

const ROW_LINE = 22;
const COLUMN_GAP = 28; // px between columns
const BAR_WIDTH = 150;

export function valuesDrawing(rows, accent) {
  const body = drawing("g", { "font-size": 12 }), widest = texts => Math.max(70, ...texts.map(text => widthOf(text)));
  const valueAt = widest(rows.map(([title]) => title)) + COLUMN_GAP, barAt = valueAt + widest(rows.map(([, value]) => value)) + COLUMN_GAP;
  const text = (x, y, words, more = {}) => drawing("text", { x, y, ...more }, words);
  body.append(...[[0, "Feature"], [valueAt, "Value"], [barAt, "Percentile"]].map(([x, words]) => text(x, 13, words, { "font-weight": 600 })));
  rows.forEach(([title, value, percentile], k) => {
    const y = ROW_LINE * (k + 1), bar = { x: barAt, y: y + 8, height: 7, rx: 3 };
    body.append(
      text(0, y + 15, title), text(valueAt, y + 15, value),
      drawing("rect", { ...bar, width: BAR_WIDTH, "fill-opacity": 0.15 }),
      drawing("rect", { ...bar, width: (BAR_WIDTH * percentile) / 100, fill: accent }),
      text(barAt + BAR_WIDTH + 10, y + 15, `${Math.floor(percentile)} %`),
    );
  });
  return { body, width: barAt + BAR_WIDTH + 56, height: ROW_LINE * (rows.length + 1) + 4 };
}

export function valuesRows(rows, n) {
  return [["feature", "value", "percentile (%)", "n"], ...rows.map(([title, value, percentile]) => [title, value, percentile, n])];
}
