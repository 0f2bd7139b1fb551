// What the colours mean: as a table of 256 colours for the painter, and as a row below the map.

import { element } from "../shared/elements.js";
import { readable } from "../shared/numbers.js";

export const NOTHING = 255;
const ABSENT = [128, 128, 128, 130];

function rgb(hex) {
  return [1, 3, 5].map(k => parseInt(hex.slice(k, k + 2), 16));
}

// 256 RGBA colours; a class that is switched off has alpha 0.
export function colourTable(legend, hidden) {
  const table = new Uint8Array(1024);
  if (legend.kind === "classes") {
    legend.entries.forEach(([name, colour], i) =>
      table.set([...rgb(colour), hidden.has(name) ? 0 : 235], 4 * i),
    );
  } else {
    const stops = legend.stops.map(rgb);
    for (let code = 0; code < NOTHING; code++) {
      const place = (code / 254) * (stops.length - 1), k = Math.min(Math.floor(place), stops.length - 2);
      const blend = stops[k].map((v, c) => v + (stops[k + 1][c] - v) * (place - k));
      table.set([...blend.map(Math.round), 235], 4 * code);
    }
  }
  table.set(hidden.has(legend.absent_name) ? [0, 0, 0, 0] : ABSENT, 4 * NOTHING);
  return table;
}

export function isCodeShown(legend, hidden, code) {
  if (!hidden.size || legend.kind !== "classes") return true;
  return !hidden.has(code === NOTHING ? legend.absent_name : legend.entries[code]?.[0]);
}

// What one image has, in words, e.g. "c_rms 0.21" or "Cluster 2".
export function describeCode(legend, code, value) {
  if (legend.kind === "classes") {
    const name = code === NOTHING ? legend.absent_name : (legend.entries[code]?.[0] ?? "");
    return [name.startsWith(legend.title) ? "" : legend.title, name]; // not "Cluster Cluster 2"
  }
  if (code === NOTHING) return [legend.title, "not known"];
  const number = value ?? legend.low + (code / 254) * (legend.high - legend.low);
  return [legend.title, `${readable(number)}${legend.unit ? " " + legend.unit : ""}`];
}

// Fills `box`. `passing` has how many of each code pass the filter, or is null where there is none;
// `toggle(name)` and `solo(name)` are called for the classes.
export function drawLegend(box, legend, hidden, passing, toggle, solo) {
  box.replaceChildren(element("span", "legend-title", legend.title));
  if (legend.kind === "classes") {
    const entries = legend.entries.map((entry, code) => [...entry, code]);
    if (legend.absent) entries.push([legend.absent_name, "", legend.absent, NOTHING]);
    for (const [name, colour, count, code] of entries)
      box.append(chip(name, colour, counted(count, passing?.[code]), toggle, solo));
    pressChips(box, hidden);
    return;
  }
  const end = (bound, text, sign) => element("span", "legend-end", (bound ? sign : "") + readable(text));
  const bar = element("span", "legend-bar");
  bar.style.background = `linear-gradient(to right, ${legend.stops.join(",")})`;
  box.append(
    end(legend.least < legend.low, legend.low, "\u2264 "),
    bar,
    end(legend.most > legend.high, legend.high, "\u2265 "),
  );
  if (legend.unit) box.append(element("span", "legend-unit", legend.unit));
  const more = beyond(legend);
  if (more) box.append(element("span", "legend-unit", more));
  if (legend.absent) box.append(element("span", "legend-unit", `${legend.absent.toLocaleString("en")} not known`));
}

// What the colours at the ends hold beside the ends themselves, or what the order means.
export function beyond({ below, above, scale, middle }) {
  const text = n => n.toLocaleString("en"), parts = [];
  if (scale === "rank") return `By order alone: half lie below ${readable(middle)}`;
  if (below) parts.push(`${text(below)} below`);
  if (above) parts.push(`${text(above)} above`);
  return parts.length ? `${parts.join(" and ")} in the colour of that end` : "";
}

// Chips are changed in place: one made anew between two clicks would never get a double click.
export function pressChips(box, hidden) {
  for (const button of box.querySelectorAll(".chip"))
    button.setAttribute("aria-pressed", String(!hidden.has(button.dataset.name)));
}

function chip(name, colour, count, toggle, solo) {
  const button = element("button", "chip");
  button.type = "button";
  button.dataset.name = name;
  button.title = "Click hides or shows, double click shows only this";
  const swatch = element("span", "swatch");
  if (colour) swatch.style.background = colour;
  const number = element("span", "chip-count", count);
  button.append(swatch, element("span", "chip-name", name), number);
  button.addEventListener("click", () => toggle(name));
  button.addEventListener("dblclick", () => solo(name));
  return button;
}

function counted(count, passing) {
  const text = n => n.toLocaleString("en");
  return passing === undefined ? text(count) : `${text(passing)} of ${text(count)}`;
}

// The names to switch off so that only one is shown; the same again shows all.
export function soloed({ entries, absent_name }, hidden, name) {
  const others = [...entries.map(([other]) => other), absent_name].filter(other => other !== name);
  const isSolo = !hidden.has(name) && others.every(other => hidden.has(other));
  return new Set(isSolo ? [] : others);
}
