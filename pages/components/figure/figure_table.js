// The numbers of a plotly figure as it is drawn: a row for each mark, with interval ends and n.

import { tabled } from "../shared/csv.js";

const NUMBERS = { f8: Float64Array, f4: Float32Array, i1: Int8Array, u1: Uint8Array, i2: Int16Array,
  u2: Uint16Array, i4: Int32Array, u4: Uint32Array };

export function figureRows({ data, layout }) {
  const shown = data.map((trace, k) => [trace, data[k + 1]]).filter(([{ visible }]) => visible !== false && visible !== "legendonly");
  const records = [...shown.flatMap(([trace, next]) => recordsOf(trace, next, layout)), ...markRecords(layout)];
  const areNamed = records.some(({ series }) => series);
  return tabled(areNamed ? records.map(record => ({ series: "", ...record })) : records);
}

function recordsOf(trace, next, layout) {
  if (trace.type === "sankey") return bands(trace);
  if (trace.type === "heatmap") return cells(trace, layout);
  const isPolar = trace.type === "scatterpolar";
  const [x, y] = isPolar
    ? ["direction", titleOf(layout.polar?.radialaxis, "value")]
    : ["x", "y"].map(side => titleOf(layout[axisOf(trace, side)], side));
  const across = listed(isPolar ? trace.theta : trace.x), up = listed(isPolar ? trace.r : trace.y);
  const series = seriesName(trace, next), colours = listed(trace.marker?.color), colour = trace.marker?.colorbar;
  const more = [["n", listed(trace.customdata, "number")], ["image", listed(trace.customdata, "string")],
    ["text", listed(trace.text, "string")], [colour && titleOf(colour, "colour"), colour ? colours : []]];
  const two = y === x ? `${y} (up)` : y; // the same words on both axes are two columns
  const records = [];
  for (let k = 0; k < Math.min(across.length, up.length); k++) {
    if (across[k] === null || up[k] === null) continue; // a gap of a line
    const place = { [x]: cell(across[k]), [two]: cell(up[k]) };
    const named = typeof up[k] === "string" ? { [two]: place[two], ...place } : place; // names come first
    const record = { ...(series ? { series } : {}), ...named };
    ends(record, x, across[k], trace.error_x, k);
    ends(record, two, up[k], trace.error_y, k);
    for (const [name, values] of more) if (name && values[k] !== undefined && values[k] !== "") record[name] = cell(values[k]);
    records.push(record);
  }
  return records;
}

// A band is drawn as two lines, of which the second is filled down to the first.
function seriesName(trace, next) {
  if (trace.fill === "tonexty") return `${words(trace.name ?? "")}, high end`;
  if (!trace.name && next?.fill === "tonexty") return `${words(next.name ?? "")}, low end`;
  return words(trace.name ?? "");
}

function ends(record, title, value, error, k) {
  if (!error || typeof value !== "number" || ![...listed(error.array), ...listed(error.arrayminus)].some(Boolean)) return;
  const above = listed(error.array)[k], below = error.symmetric === false ? listed(error.arrayminus)[k] : above;
  if (Number.isFinite(below)) record[`${title}, low end`] = value - below;
  if (Number.isFinite(above)) record[`${title}, high end`] = value + above;
}

function cells(trace, layout) {
  const [x, y] = ["x", "y"].map(side => titleOf(layout[axisOf(trace, side)], side));
  const across = listed(trace.x), up = listed(trace.y), values = lines(trace.z), counts = lines(trace.customdata);
  const two = y === x ? `${y} (row)` : y, z = titleOf(trace.colorbar, "value");
  return values.flatMap((row, r) => row.map((value, c) => {
    const n = counts[r]?.[c], record = { [two]: cell(up[r] ?? r), [x]: cell(across[c] ?? c), [z]: value };
    return typeof n === "number" ? { ...record, n } : record;
  }));
}

function bands({ node, link }) {
  const names = listed(node.label), values = listed(link.value), from = listed(link.source), to = listed(link.target);
  return values.map((images, k) => ({ from: cell(names[from[k]]), to: cell(names[to[k]]), images }));
}

// Straight lines across the chart, as a null reference or a percentile, and the words along its foot.
function markRecords(layout) {
  const notes = layout.annotations ?? [];
  const said = (side, value) => words(notes.find(note => note[side] === value)?.text ?? "line across the chart");
  const records = (layout.shapes ?? []).filter(({ type }) => type === "line").flatMap(shape => {
    const side = shape.x0 === shape.x1 ? "x" : "y";
    const title = titleOf(layout[shape[`${side}ref`]?.replace(/^([xy])/, "$1axis")] ?? layout[`${side}axis`], side);
    return shape[`${side}0`] === shape[`${side}1`] ? [{ series: said(side, shape[`${side}0`]), [title]: shape[`${side}0`] }] : [];
  });
  const axis = layout.xaxis ?? {}, places = listed(axis.tickvals), texts = listed(axis.ticktext);
  return [...records, ...texts.map((text, k) => ({ series: "along the foot", [titleOf(axis, "x")]: places[k], text: words(text) }))];
}

function axisOf(trace, side) {
  return (trace[`${side}axis`] ?? side).replace(/^([xy])/, "$1axis");
}

function titleOf(axis, otherwise) {
  return words(axis?.title?.text ?? "") || otherwise;
}

function cell(value) {
  return typeof value === "string" ? words(value) : value;
}

// The words of a figure without plotly's tags and names of characters.
function words(text) {
  const plain = String(text).replace(/<br ?\/?>/g, " ").replace(/<\/?[a-z]+[^>]*>/g, "");
  return plain.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&").trim();
}

// A plain list of what a figure has as one, as a typed array or as bytes; of `kind` alone if that is asked.
function listed(values, kind) {
  const list = Array.isArray(values) || ArrayBuffer.isView(values) ? [...values] : values?.bdata ? [...decoded(values)] : [];
  return kind && typeof list[0] !== kind ? [] : list;
}

function lines(values) {
  if (!values?.bdata) return listed(values).map(row => listed(row));
  const [rows, columns] = String(values.shape).split(",").map(Number), all = [...decoded(values)];
  return Array.from({ length: rows }, (_, r) => all.slice(r * columns, (r + 1) * columns));
}

function decoded({ dtype, bdata }) {
  return new NUMBERS[dtype](Uint8Array.from(atob(bdata), character => character.charCodeAt(0)).buffer);
}
