// One small chart of curves that share a unit, over the steps of a job.

import { tabled } from "../shared/csv.js";
import { drawing, element } from "../shared/elements.js";
import { readable, ticksBetween } from "../shared/numbers.js";
import { speltOut } from "../shared/picture.js";
import { saveMenu } from "../shared/saving.js";

const COLOURS = ["var(--st-primary-color)", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
const EDGE = { left: 52, right: 14, top: 24, bottom: 26 };
const MOST_POINTS = 600; // a curve finer than the screen is drawn coarser

export class Chart {
  constructor(series, height) {
    this.series = series;
    this.height = height;
    this.box = element("figure", "chart");
    this.legend = element("figcaption", "curves");
    this.svg = drawing("svg", { role: "img" });
    this.box.append(this.legend, this.svg);
    this.values = series.map((one, i) => this._entry(one, COLOURS[i % COLOURS.length]));
    this.legend.append(saveMenu(this._chart()));
  }

  // What is saved: the curves as they are drawn, and the number at every step.
  _chart() {
    const title = () => this.series.map(one => one.title).join(", ");
    const rows = async () => tabled(this.series.flatMap(({ name, title, unit, percent }) =>
      this.events.filter(event => Number.isFinite(event[name]))
        .map(event => ({ steps: event.done, [`${title} (${percent ? "share" : unit || "no unit"})`]: event[name] }))));
    const drawn = async () => {
      const body = speltOut(this.svg), [, , width, height] = body.getAttribute("viewBox").split(" ").map(Number);
      body.setAttribute("width", width);
      return { body, width, height };
    };
    const last = () => this.series.map((one, i) => `${one.title}: ${this.values[i].textContent}`).join("; ");
    return { place: this.box, title, words: () => [`Over the steps of the job. Last: ${last()}.`], rows, drawn };
  }

  _entry(one, colour) {
    const entry = element("span", "curve"), dash = element("span", "dash"), value = element("b");
    dash.style.background = colour;
    entry.append(dash, element("span", "", one.title), value);
    this.legend.append(entry);
    return value;
  }

  draw(events, total) {
    this.events = events;
    const width = this.box.clientWidth || 600, height = this.height;
    const curves = this.series.map(({ name }) =>
      events.filter(event => Number.isFinite(event[name])).map(event => [event.done, event[name]]),
    );
    const all = curves.flat().map(([, y]) => y);
    this.box.hidden = !all.length;
    if (!all.length) return;
    const isPercent = this.series.every(one => one.percent);
    const [low, high] = isPercent ? [Math.min(0, ...all), 1] : padded(Math.min(...all), Math.max(...all));
    const end = Math.max(total, curves.flat().at(-1)[0], 1);
    const x = done => EDGE.left + (done / end) * (width - EDGE.left - EDGE.right);
    const y = value =>
      height - EDGE.bottom - ((value - low) / (high - low)) * (height - EDGE.top - EDGE.bottom);
    this.svg.replaceChildren();
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("height", height);
    this._drawFrame(x, y, { low, high, end, width, height, isPercent });
    curves.forEach((curve, i) => this._drawCurve(curve, i, x, y));
    this.svg.setAttribute("aria-label", this.legend.textContent);
  }

  _drawFrame(x, y, { low, high, end, width, height, isPercent }) {
    const factor = isPercent ? 100 : 1, unit = this.series[0].unit;
    for (const { value, text } of ticksBetween(low * factor, high * factor, height / 48)) {
      const at = y(value / factor);
      this.svg.append(
        drawing("line", { x1: EDGE.left, x2: width - EDGE.right, y1: at, y2: at }),
        drawing("text", { x: EDGE.left - 8, y: at + 4, "text-anchor": "end" }, text + (isPercent ? " %" : "")),
      );
    }
    for (const { value, text } of ticksBetween(0, end, width / 110)) {
      const at = { x: x(value), y: height - 8, "text-anchor": "middle" };
      if (Number.isInteger(value)) this.svg.append(drawing("text", at, text));
    }
    this.svg.append(drawing("text", { x: 0, y: height - 8 }, "steps"));
    if (unit && !isPercent) this.svg.append(drawing("text", { x: 0, y: 10 }, unit));
  }

  _drawCurve(curve, i, x, y) {
    const one = this.series[i], last = curve.at(-1);
    this.values[i].textContent = !last ? "" : one.percent ? `${(last[1] * 100).toFixed(1)} %` : readable(last[1]);
    if (!last) return;
    const every = Math.ceil(curve.length / MOST_POINTS);
    const kept = curve.filter((_, k) => k % every === 0 || k === curve.length - 1);
    const points = kept.map(([done, value]) => `${x(done).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
    const stroke = COLOURS[i % COLOURS.length];
    this.svg.append(
      drawing("polyline", { points, style: `stroke: ${stroke}` }),
      drawing("circle", { cx: x(last[0]), cy: y(last[1]), r: 3, style: `fill: ${stroke}` }),
    );
  }
}

function padded(low, high) {
  const pad = (high - low || Math.abs(high) || 1) * 0.06;
  return [low >= 0 ? Math.max(0, low - pad) : low - pad, high + pad];
}
