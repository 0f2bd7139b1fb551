// Which features set the selected images apart: in words first, then a bar for each feature.

import { drawing, element } from "../shared/elements.js";
import { afterPictures, fetchedJson } from "../shared/fetching.js";
import { saveMenu } from "../shared/saving.js";
import { differencesDrawing, differencesRows } from "./differences_picture.js";

const SCALE =
  "1: every selected image has the higher value; 0: no difference; lines are 95% confidence intervals. " +
  "Between the dotted lines lies what images drawn at random show too (null reference). Features that " +
  "tell the same are left out.";

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".feature_differences");
  take(root, data.at);
}

async function take(root, at) {
  if (root.at === at) return;
  root.at = at;
  root.setAttribute("aria-busy", "true");
  root.classList.toggle("waiting", root.childElementCount > 0); // what is still there is of before
  if (!root.childElementCount)
    root.append(heading(), element("p", "", "Comparing the selected images with all others\u2026"));
  try {
    await afterPictures();
    if (root.at !== at) return;
    const found = await fetchedJson(at);
    if (root.at === at) draw(root, found);
  } catch (error) {
    if (root.at !== at) return;
    root.replaceChildren(heading(), element("p", "", `The differences could not be computed: ${error.message}`));
    root.at = "";
  } finally {
    if (root.at === at || !root.at) {
      root.removeAttribute("aria-busy");
      root.classList.remove("waiting");
    }
  }
}

function heading() {
  return element("h3", "", "Feature differences");
}

function draw(root, { sentence, bars, chance, warning }) {
  const parts = [heading(), marked(sentence)];
  if (warning) parts.push(element("p", "warning", warning));
  if (bars.length) parts.push(table(bars, chance), element("p", "scale", SCALE));
  root.replaceChildren(...parts);
  if (!bars.length) return;
  const said = sentence.replaceAll("**", "");
  root.append(saveMenu({
    place: root,
    title: () => "Feature differences",
    words: () => [said, warning, SCALE],
    drawn: async () => differencesDrawing(bars, chance, coloursOf(root)),
    rows: async () => differencesRows(bars, chance),
  }));
}

// **Words between stars** are strong; everything else is text.
function marked(sentence) {
  const words = element("p");
  sentence.split("**").forEach((part, k) => words.append(k % 2 ? element("strong", "", part) : part));
  return words;
}

function table(bars, chance) {
  const drawn = element("table"), body = element("tbody");
  drawn.setAttribute("aria-label", "Effect sizes (Cliff's delta)");
  body.append(axis(), ...bars.map(one => bar(one, chance)));
  drawn.append(body);
  return drawn;
}

function axis() {
  const row = element("tr"), ends = element("td", "ends");
  const words = ["\u2190 lower", "Cliff\u2019s delta", "higher \u2192"];
  ends.append(...words.map(text => element("span", "", text)));
  row.append(element("td"), ends, element("td"));
  return row;
}

function bar({ name, effect, low, high }, chance) {
  const row = element("tr"), title = element("th", "", name), cell = element("td", "track");
  const at = value => 50 + 50 * value; // percent of the width, -1 to 1
  const line = (x1, x2, y1, y2, className) =>
    drawing("line", { x1: `${at(x1)}%`, x2: `${at(x2)}%`, y1, y2, class: className });
  const [left, right] = [Math.min(0, effect), Math.max(0, effect)];
  const svg = drawing("svg", { "aria-hidden": "true", width: "100%", height: "20" });
  svg.append(
    drawing("rect", { x: `${at(left)}%`, y: 5, width: `${50 * (right - left)}%`, height: 10, class: "bar" }),
    line(0, 0, 0, 20, "zero"),
    ...[-chance, chance].map(x => line(x, x, 0, 20, "chance")),
    line(low, high, 10, 10, "interval"),
    ...[low, high].map(x => line(x, x, 7, 13, "interval")),
  );
  title.scope = "row";
  cell.append(svg);
  const shown = element("td", "value", fixed(effect));
  shown.title = `95% confidence interval ${fixed(low)} to ${fixed(high)}`;
  row.append(title, cell, shown);
  return row;
}

function fixed(value) {
  return value.toFixed(2).replace("-", "\u2212");
}

function coloursOf(root) {
  const style = getComputedStyle(root);
  return { accent: style.getPropertyValue("--st-primary-color"), ink: style.color };
}
