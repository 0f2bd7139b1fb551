// The map as a picture and as a table: what is in view with its legend, and every image's place.

import { drawing } from "../shared/elements.js";
import { readable } from "../shared/numbers.js";
import { imageIn, speltOut, widthOf } from "../shared/picture.js";
import { fetched } from "./arrays.js";
import { NOTHING, beyond, describeCode, isCodeShown } from "./legend.js";
import { placesAt } from "./view_memory.js";

export const MOST_VECTOR_POINTS = 20000; // of more, or of a density, the picture has pixels inside
const PIXELS = 2; // a pixel of the screen, in such a picture
const LEGEND_LINE = 19;

// What the menu of the map saves.
export function mapChart(atlas) {
  return {
    place: atlas.root,
    title: () => atlas.data?.label ?? "Map",
    words: () => [axesWords(atlas.data), [atlas.counter.textContent, atlas.status.textContent].filter(text => text).join(". "),
      atlas.saidOfPoints ?? ""],
    drawn: async () => mapDrawing(atlas),
    rows: () => mapRows(atlas),
  };
}

function mapDrawing(atlas) {
  const { view, plot, stage, data } = atlas, style = getComputedStyle(stage);
  const { offsetLeft: left, offsetTop: top } = plot, { clientWidth: width, clientHeight: height } = stage;
  const body = drawing("g", {}), ink = style.color;
  body.append(drawing("rect", { width, height, fill: style.backgroundColor, stroke: style.borderColor }));
  if (data.axes.ticks) body.append(...speltOut(atlas.axes).children);
  const inside = drawing("g", { transform: `translate(${left} ${top})` }), clip = `in-view-${(clips += 1)}`;
  const box = drawing("clipPath", { id: clip });
  box.append(drawing("rect", { width: view.width, height: view.height }));
  inside.setAttribute("clip-path", `url(#${clip})`);
  inside.append(...pointsOf(atlas));
  if (atlas.pictures.canvas.width)
    inside.append(imageIn(atlas.pictures.canvas.toDataURL(), 0, 0, view.width, view.height));
  const legend = drawing("g", { transform: `translate(0 ${height + 8})` });
  const lines = legendInto(legend, atlas, width);
  body.append(box, inside, legend);
  return { body, width, height: height + 8 + lines * LEGEND_LINE, ink };
}

let clips = 0;

// The points as circles, those that matter above the dimmed; as one picture where they are too many.
function pointsOf(atlas) {
  const { view, cloud, codes, colours, density, marks, passing } = atlas;
  const rows = atlas.isDense ? [] : rowsInView(atlas);
  atlas.saidOfPoints = "";
  if (atlas.isDense || rows.length > MOST_VECTOR_POINTS) {
    const { width, height } = view;
    if (!atlas.isDense) atlas.saidOfPoints =
      `${rows.length.toLocaleString("en")} points in view as pixels: as SVG at most ${MOST_VECTOR_POINTS.toLocaleString("en")}.`;
    if (atlas.isDense) return [imageIn(enlarged(density, width, height), 0, 0, width, height)];
    return [imageIn(atlas.pointsAsPixels(PIXELS), 0, 0, width, height)];
  }
  const hasMarks = marks.count > 0, radius = atlas._size() / 2, rim = atlas._isDark() ? "#ffffff" : "#000000";
  const isBehind = i => (passing && !passing[i]) || (hasMarks && !marks.has(i));
  const layers = [true, false].map(isDim => {
    const layer = drawing("g", { stroke: rim, "stroke-opacity": isDim ? 0 : 0.35, "stroke-width": 0.75 });
    for (const i of rows) {
      if ((isBehind(i) || codes[i] === NOTHING) !== isDim) continue;
      const [x, y] = view.toScreen(cloud.xy[2 * i], cloud.xy[2 * i + 1]), alpha = colours[4 * codes[i] + 3] / 255;
      layer.append(drawing("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: radius.toFixed(1), fill: atlas._colourOf(codes[i]),
        "fill-opacity": (alpha * (isBehind(i) ? 0.18 : 1)).toFixed(2) }));
    }
    return layer;
  });
  return layers;
}

function rowsInView({ view, cloud, codes, colours }) {
  const rows = [];
  for (let i = 0; i < cloud.n; i++) {
    const [x, y] = view.toScreen(cloud.xy[2 * i], cloud.xy[2 * i + 1]);
    if (x > -9 && y > -9 && x < view.width + 9 && y < view.height + 9 && colours[4 * codes[i] + 3]) rows.push(i);
  }
  return cloud.depth ? rows.sort((p, q) => cloud.depth[p] - cloud.depth[q]) : rows;
}

// The cells of the density at the size of the screen, with their edges.
function enlarged({ canvas, left, top }, width, height) {
  const large = document.createElement("canvas"), brush = large.getContext("2d"), cell = 4 * PIXELS;
  [large.width, large.height] = [width * PIXELS, height * PIXELS];
  brush.imageSmoothingEnabled = false;
  brush.drawImage(canvas, left * PIXELS, top * PIXELS, canvas.width * cell, canvas.height * cell);
  return large.toDataURL();
}

// Fills `box` with what the colours mean; returns how many lines that takes.
function legendInto(box, { data: { legend }, hidden, counts }, width) {
  const text = (x, line, words, more = {}) => {
    box.append(drawing("text", { x, y: LEGEND_LINE * line + 13, "font-size": 12, ...more }, words));
    return x + widthOf(words, more["font-weight"] ? "600 12px" : "12px");
  };
  let x = text(0, 0, legend.title, { "font-weight": 600 }) + 18, line = 0;
  if (legend.kind !== "classes") {
    x = text(x, 0, `${legend.least < legend.low ? "\u2264 " : ""}${readable(legend.low)}`) + 8;
    const steps = legend.stops.length;
    const ramp = drawing("linearGradient", { id: `ramp-${(clips += 1)}` });
    ramp.append(...legend.stops.map((colour, k) => drawing("stop", { offset: k / (steps - 1), "stop-color": colour })));
    box.append(ramp, drawing("rect", { x, y: 3, width: 180, height: 11, fill: `url(#${ramp.id})` }));
    const more = [legend.unit, beyond(legend), legend.absent ? `${legend.absent.toLocaleString("en")} not known` : ""];
    text(x + 188, 0, [`${legend.most > legend.high ? "\u2265 " : ""}${readable(legend.high)}`, ...more].filter(part => part).join("   "));
    return 1;
  }
  const entries = legend.entries.map(([name, colour, count], code) => [name, colour, count, code]);
  if (legend.absent) entries.push([legend.absent_name, "#808080", legend.absent, NOTHING]);
  for (const [name, colour, count, code] of entries.filter(([name]) => !hidden.has(name))) {
    const words = `${name} ${counts ? `${counts[code].toLocaleString("en")} of ` : ""}${count.toLocaleString("en")}`;
    if (x + 16 + widthOf(words) > width) [x, line] = [0, line + 1];
    box.append(drawing("circle", { cx: x + 5, cy: LEGEND_LINE * line + 9, r: 5, fill: colour }));
    x = text(x + 16, line, words) + 14;
  }
  return line + 1;
}

function axesWords({ axes, urls }) {
  if (axes.x && axes.y && !urls.xyz) return "";
  const names = [axes.x, axes.y, axes.z].filter(name => name);
  return names.length ? `Directions: ${names.join("; ")}` : "Only nearness has a meaning: the axes have no unit.";
}

// Each image with its place and its colour, also what is not in view; what is switched off is left out.
async function mapRows(atlas) {
  const { data, cloud, codes, hidden, marks, passing } = atlas, { legend, axes, urls } = data;
  const values = urls.values ? await fetched(urls.values, Float32Array) : null;
  const places = await fetched(placesAt(data), Float32Array), parts = urls.xyz ? 3 : 2;
  const unit = legend.kind === "classes" ? "" : ` (${legend.unit || "no unit"})`;
  const names = data.isAlone && atlas.card.names; // the app has them one by one only
  const head = ["image", ...(names ? ["file"] : []), ...placeTitles(axes, parts), `${legend.title}${unit}`,
    ...(marks.count ? ["selected"] : []), ...(passing ? ["passes the filter"] : [])];
  const rows = [head];
  for (let i = 0; i < cloud.n; i++) {
    if (!isCodeShown(legend, hidden, codes[i])) continue;
    const place = Array.from(places.subarray(parts * i, parts * (i + 1)), short), id = cloud.id(i);
    const colour = legend.kind !== "classes" && values ? short(values[i]) : describeCode(legend, codes[i])[1];
    rows.push([id, ...(names ? [names.get(id) ?? ""] : []), ...place, colour,
      ...(marks.count ? [marks.bytes[i]] : []), ...(passing ? [passing[i]] : [])]);
  }
  return rows;
}

export function placeTitles({ x, y, z }, parts) {
  const hasUnit = name => (name.endsWith(")") ? name : `${name} (no unit)`);
  return [x || "map x", y || "map y", z || "map z"].slice(0, parts).map(hasUnit);
}

// A float32 in the digits that it has.
function short(value) {
  return Number(value.toPrecision(7));
}
