import { figureRows } from "/components/figure/figure_table.js";
import { equal, test } from "./testing.js";

const AXES = { xaxis: { title: { text: "kappa (no unit)" } }, yaxis: { title: { text: "score", type: "category" } } };
const float = (...values) => ({ dtype: "f8", bdata: btoa(String.fromCharCode(...new Uint8Array(Float64Array.from(values).buffer))) });

test("each mark of a chart is a row, names first, with the ends of its interval and its n", () => {
  const trace = { type: "scatter", name: "a", x: float(0.5, 0.25), y: ["one", "two &lt;b>"], customdata: [4, 8],
    error_x: { symmetric: false, array: float(0.25, 0.5), arrayminus: float(0.125, 0.25) } };
  equal(figureRows({ data: [trace], layout: AXES }), [
    ["series", "score", "kappa (no unit)", "kappa (no unit), low end", "kappa (no unit), high end", "n"],
    ["a", "one", 0.5, 0.375, 0.75, 4],
    ["a", "two <b>", 0.25, 0, 0.75, 8],
  ]);
});

test("what is switched off in the legend is not in the numbers, nor is the gap of a line", () => {
  const line = { type: "scatter", name: "a", x: [1, null, 2], y: [3, null, 4] };
  const rows = figureRows({ data: [line, { ...line, name: "b", visible: "legendonly" }], layout: {} });
  equal(rows, [["series", "x", "y"], ["a", 1, 3], ["a", 2, 4]]);
});

test("the edges of a band have its name and their side", () => {
  const edge = { type: "scatter", x: [1] }, named = "95% of the comparisons";
  const rows = figureRows({ data: [{ ...edge, y: [0] }, { ...edge, y: [1], fill: "tonexty", name: named }], layout: {} });
  equal(rows.slice(1).map(([series]) => series), [`${named}, low end`, `${named}, high end`]);
});

test("a matrix is a row for each cell, and two equal axes are two columns", () => {
  const z = { ...float(1, 0, 0.5, 0.5), shape: "2, 2" }, axis = { title: { text: "feature" } };
  const trace = { type: "heatmap", x: ["a", "b"], y: ["a", "b"], z, customdata: [[3, 0], [2, 2]] };
  equal(figureRows({ data: [trace], layout: { xaxis: axis, yaxis: axis } }).slice(0, 3),
    [["feature (row)", "feature", "value", "n"], ["a", "a", 1, 3], ["a", "b", 0, 0]]);
});

test("a line across the chart is a row with its words, as a null reference", () => {
  const shapes = [{ type: "line", x0: 0, x1: 1, xref: "paper", y0: 0.2, y1: 0.2 }, { type: "line", x0: 3, x1: 3, y0: 0, y1: 1, yref: "paper" }];
  const layout = { ...AXES, shapes, annotations: [{ text: "collection 20%", y: 0.2 }] };
  equal(figureRows({ data: [], layout }), [["series", "score", "kappa (no unit)"],
    ["collection 20%", 0.2, undefined], ["line across the chart", undefined, 3]]);
});

test("a flow is a row for each pair of clusters", () => {
  const node = { label: ["a", "b"] }, link = { source: [0], target: [1], value: [2] };
  equal(figureRows({ data: [{ type: "sankey", node, link }], layout: {} }), [["from", "to", "images"], ["a", "b", 2]]);
});
