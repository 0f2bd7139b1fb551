// A plotly figure, by the plotly.js of this installation.

import { whenGone } from "../shared/elements.js";
import { fetchedJson } from "../shared/fetching.js";
import { SANS } from "../shared/picture.js";
import { saveMenu } from "../shared/saving.js";
import { figureRows } from "./figure_table.js";

const TOOLS_ROOM = 30; // px, as the engine has it

let plotly = null;

function loaded(address) {
  plotly ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => (window.Plotly ? done(window.Plotly) : failed(new Error("no Plotly")));
    script.onerror = () => failed(new Error("plotly.js is not served"));
    document.head.append(script);
  });
  plotly.catch(() => (plotly = null));
  return plotly;
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector(".figure");
  root.send = setTriggerValue;
  root.turn = (root.turn ?? 0) + 1;
  const turn = root.turn;
  root.style.height = data.above ? `clamp(240px, calc(100vh - ${data.above}px), ${data.height}px)` : `${data.height}px`;
  root.setAttribute("role", "figure"); // not img: it has buttons inside
  root.setAttribute("aria-label", data.label);
  root.anywhere = data.anywhere;
  root.told = data;
  if (!root.isSaveable) root.after(saveMenu(chartOf(root)));
  root.isSaveable = true;
  draw(root, data, () => turn === root.turn).catch(() => setStateValue("failed", true));
  return whenGone(root, () => free(root));
}

function idle() {
  return new Promise(done => {
    if (window.requestIdleCallback) requestIdleCallback(done, { timeout: 250 });
    else setTimeout(done, 30);
  });
}

// The engine draws for paper; here its colours become those of the page, light or dark.
function themed(value, style) {
  const name = { "#1d1d1d": "text", "#fafafa": "background", "#dadada": "border", "#0b6bcb": "primary" }[value];
  if (name) return style.getPropertyValue(`--st-${name}-color`).trim() || value;
  if (Array.isArray(value)) return value.map(one => themed(one, style));
  if (value?.constructor !== Object) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, themed(one, style)]));
}

// The tools lie above the chart, and above a legend that lies there too: they cover neither.
function withRoomForTools(margin, legend) {
  const isBelowLegend = legend?.orientation === "h" && legend.y > 1;
  return { ...margin, t: Math.max(margin.t ?? 0, TOOLS_ROOM * (isBelowLegend ? 2 : 1)) };
}

async function draw(root, { plotly: address, at, config, height: most, above }, isCurrent) {
  const [Plotly, figure] = await Promise.all([loaded(address), fetchedJson(at)]);
  if (root.isWatched) await idle(); // an update waits for keys and pictures, and for one newer than it
  if (!isCurrent()) return;
  const style = getComputedStyle(root), height = above ? root.clientHeight : most;
  const ink = style.getPropertyValue("--st-text-color"), line = style.getPropertyValue("--st-border-color");
  const drawn = themed(figure, style);
  const axis = { gridcolor: line, zerolinecolor: line, linecolor: line };
  const clear = "rgba(0,0,0,0)";
  const layout = {
    paper_bgcolor: clear, plot_bgcolor: clear, uirevision: "kept",
    ...drawn.layout, height,
    margin: withRoomForTools({ l: 56, r: 16, b: 44, ...drawn.layout?.margin }, drawn.layout?.legend),
    modebar: { bgcolor: clear, color: "rgba(128,128,128,0.85)", activecolor: ink },
    font: { family: style.getPropertyValue("--st-font"), size: 12, ...drawn.layout?.font, color: ink },
  };
  for (const name of new Set(["xaxis", "yaxis", ...Object.keys(layout)]))
    if (/^[xy]axis\d*$/.test(name)) layout[name] = { ...axis, ...layout[name] };
  delete layout.template; // its colours belong to another theme
  await Plotly.react(root, drawn.data, layout, config);
  if (root.isWatched) return;
  root.isWatched = true;
  watch(root);
  root.on("plotly_click", ({ points: [point] }) => root.send("clicked", {
    curve: point.curveNumber, point: point.pointNumber, x: point.x, y: point.y,
    customdata: point.customdata ?? null,
  }));
}

function chartOf(root) {
  return {
    place: root,
    title: () => root.told.label,
    words: () => [root.told.about],
    rows: async () => figureRows(root),
    drawn: async () => {
      const { clientWidth: width, clientHeight: height } = root;
      const font = { ...root.layout.font, family: SANS }, layout = { ...root.layout, font };
      const address = await window.Plotly.toImage({ data: root.data, layout }, { format: "svg", width, height });
      return { body: decodeURIComponent(address.slice(address.indexOf(",") + 1)), width, height };
    },
  };
}

// A click anywhere between the axes, not only on a point. Plotly lays a sheet over the page while a
// button is down, so the click itself never arrives here; where it went down tells a click from a drag.
function watch(root) {
  let down = null;
  root.addEventListener("mousedown", event => (down = event), true);
  window.addEventListener("mouseup", event => {
    const start = down;
    down = null;
    if (!start || !root.anywhere || !root.isConnected || event.button !== 0) return;
    if (Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > 4) return;
    if (start.composedPath().some(node => node.classList?.contains("modebar"))) return;
    const { xaxis, yaxis } = root._fullLayout, box = root.getBoundingClientRect();
    const x = event.clientX - box.left - xaxis._offset, y = event.clientY - box.top - yaxis._offset;
    if (x < 0 || y < 0 || x > xaxis._length || y > yaxis._length) return;
    root.send("placed", { x: xaxis.p2d(x), y: yaxis.p2d(y) });
  }, true);
}

// Plotly keeps the graphics contexts of 3-D plots; a browser has sixteen in all.
function free(root) {
  const contexts = [...root.querySelectorAll("canvas")].map(
    canvas => canvas.getContext("webgl2") ?? canvas.getContext("webgl"),
  );
  window.Plotly?.purge(root);
  for (const context of contexts) context?.getExtension("WEBGL_lose_context")?.loseContext();
  root.isWatched = false;
}
