// Names and ticks of axes that mean something.

import { drawing } from "../shared/elements.js";
import { ticksBetween } from "../shared/numbers.js";

export function drawAxes(svg, plot, view, axes) {
  const { offsetLeft: left, offsetTop: top } = plot, bottom = top + view.height;
  svg.replaceChildren();
  const add = (...given) => {
    const part = drawing(...given);
    svg.append(part);
    return part;
  };
  const [x0, y1] = view.toMap(0, 0), [x1, y0] = view.toMap(view.width, view.height);
  for (const { value, text } of ticksBetween(x0, x1, view.width / 90)) {
    const x = left + view.toScreen(value, 0)[0];
    add("line", { x1: x, x2: x, y1: top, y2: bottom + 4 });
    add("text", { x, y: bottom + 16, "text-anchor": "middle" }, text);
  }
  for (const { value, text } of ticksBetween(y0, y1, view.height / 70)) {
    const y = top + view.toScreen(0, value)[1];
    add("line", { x1: left - 4, x2: left + view.width, y1: y, y2: y });
    add("text", { x: left - 8, y: y + 3.5, "text-anchor": "end" }, text);
  }
  const middle = top + view.height / 2;
  fit(add("text", { class: "axis", x: left + view.width / 2, y: bottom + 33, "text-anchor": "middle" }, axes.x), view.width);
  const upright = { x: 14, y: middle, transform: `rotate(-90 14 ${middle})` };
  fit(add("text", { class: "axis", "text-anchor": "middle", ...upright }, axes.y), view.height);
}

// Of what leads to either side, as many words as there is room for.
function fit(title, room) {
  while (title.getComputedTextLength() > room) {
    const fewer = fewerWords(title.textContent);
    if (fewer === title.textContent) return;
    title.textContent = fewer;
  }
}

// Without the last part of the longer side: "soft, flat ← → hard" becomes "soft ← → hard".
export function fewerWords(text) {
  const [, words, unit] = text.match(/^(.*?)( \([^()]*\))?$/s), sides = words.split(" \u2190 \u2192 ");
  const k = sides.length > 1 && sides[1].includes(", ") && (!sides[0].includes(", ") || sides[1].length > sides[0].length) ? 1 : 0;
  sides[k] = sides[k].includes(", ") ? sides[k].slice(0, sides[k].lastIndexOf(", ")) : sides[k];
  return sides.join(" \u2190 \u2192 ") + (unit ?? "");
}
