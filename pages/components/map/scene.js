// What the map looks like: its stage, tools, axes and rings. What one does there is in interaction.js.

import { drawing, element } from "../shared/elements.js";
import { saveMenu } from "../shared/saving.js";
import { drawAxes } from "./axes.js";
import { Card } from "./card.js";
import { CELL, CROWDED, Density, LEAST_DENSE } from "./density.js";
import { mapChart } from "./map_picture.js";
import { painted } from "./marks.js";
import { GlPainter, PlainPainter } from "./painter.js";
import { PICTURE_SIDE, Pictures } from "./pictures.js";
import { Transition, areMoved, origins } from "./transition.js";
import { drawDirections } from "./turn.js";

const TOOLS = [
  ["turn", "Turn (T)", "M13.5 8c0 1.9-2.5 3.4-5.5 3.4S2.5 9.9 2.5 8 5 4.6 8 4.6c1.3 0 2.5.3 3.4.8M11.6 2.6v2.9H8.8"],
  ["pan", "Move (P)", "M8 2v12M2 8h12M8 2 6 4M8 2l2 2M8 14l-2-2M8 14l2-2M2 8l2-2M2 8l2 2M14 8l-2-2M14 8l-2 2"],
  ["lasso", "Lasso (L)", "M8 3c3.3 0 6 1.6 6 3.8S11.3 10.6 8 10.6 2 9 2 6.8 4.7 3 8 3M5.2 10.2c-.9.9-.6 2.2.6 2.3 1 .1 1.3 1 .6 1.9"],
  ["box", "Rectangle (B)", "M3 3h10v10H3z"],
];
const BUTTONS = [
  ["in", "Zoom in (+)", "M8 3v10M3 8h10"],
  ["out", "Zoom out (\u2212)", "M3 8h10"],
  ["fit", "Fit (0)", "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10"],
  ["pictures", "Images on the map (I)", "M2.5 3.5h11v9h-11zM2.5 10.5l3-3 3 3 2-2 3 2.5"],
];

export class Scene {
  _layout() {
    const { root } = this;
    root.replaceChildren();
    this.stage = element("div", "stage");
    this.plot = element("div", "plot");
    this.canvas = element("canvas", "points");
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.overlay = element("canvas", "overlay");
    this.axes = drawing("svg", { class: "axes" });
    this.tools = this._toolbar();
    this.outliers = element("button", "outliers");
    this.outliers.hidden = true;
    this.outliers.addEventListener("click", () => this._moved(() => this.view.fit(this.cloud.whole)));
    this.note = element("div", "note");
    this.status = element("span", "status");
    this.density = new Density();
    this.pictures = new Pictures(() => this.draw());
    this.spoken = element("div", "spoken");
    this.spoken.setAttribute("aria-live", "polite");
    this.plot.append(this.density.canvas, this.canvas, this.pictures.canvas, this.overlay);
    this.stage.append(this.axes, this.plot, this.note);
    this.card = new Card(this.stage);
    this.foot = element("div", "foot");
    this.legendBox = element("div", "legend");
    this.counter = element("span", "counter");
    const shown = element("div", "shown");
    shown.append(this.counter, this.status, this.outliers);
    const keys = element("div", "foot-row"); // tools beside the legend: there they cover no point
    keys.append(this.legendBox, this.tools);
    this.foot.append(keys, shown);
    root.append(this.stage, this.foot, this.spoken);
  }

  _toolbar() {
    const bar = element("div", "tools");
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", "Map tools");
    for (const [name, title, path] of [...TOOLS, ...BUTTONS]) {
      const button = element("button", "tool");
      button.type = "button";
      button.title = title;
      button.setAttribute("aria-label", title);
      const icon = drawing("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" });
      icon.append(drawing("path", { d: path }));
      button.append(icon);
      const isTool = TOOLS.some(([tool]) => tool === name);
      if (isTool) button.dataset.tool = name;
      if (name === "pictures") button.dataset.switch = name;
      if (name === "in" || name === "pictures") button.classList.add("first");
      button.addEventListener("click", () => this._press(name, isTool));
      bar.append(button);
    }
    bar.append(saveMenu(mapChart(this), { isTool: true }));
    return bar;
  }

  _press(name, isTool) {
    if (!this.cloud) return;
    const [px, py] = [this.view.width / 2, this.view.height / 2];
    if (isTool) this.chooseTool(name);
    else if (name === "fit") this._fit();
    else if (name === "pictures") this.showPictures(!this.pictures.isOn);
    else this._moved(() => this.view.zoomAt(px, py, name === "in" ? 1.4 : 1 / 1.4));
  }

  _startPainter() {
    try {
      this.painter = new GlPainter(this.canvas);
    } catch {
      const plain = this.canvas.cloneNode();  // a canvas that was asked for WebGL gives nothing else
      this.canvas.replaceWith(plain);
      this.canvas = plain;
      this.painter = new PlainPainter(this.canvas);
    }
    this.canvas.addEventListener("webglcontextlost", event => event.preventDefault());
    this.canvas.addEventListener("webglcontextrestored", () => this._restore());
  }

  // The points set out from where the map of before had their images.
  _depart(seen) {
    const isSeen = seen && Math.min(seen.view.width, this.view.width) > 1;
    if (!isSeen || !this.painter.setOrigins || !areMoved(this.cloud.n)) return;
    const from = origins(seen.cloud, seen.view, this.cloud, this.view);
    if (!from) return;
    this.painter.setOrigins(from);
    this.transition = new Transition(this.cloud, from);
    this.root.dataset.moving = "true";
    this.card.hide();
  }

  // They are there, at once.
  _arrive() {
    if (!this.transition) return;
    this.transition = null;
    this.painter.setOrigins(null);
    delete this.root.dataset.moving;
    this.draw();
  }

  _restore() {
    this._arrive();
    this.painter._build();
    if (!this.cloud) return;
    this.painter.setPoints(this.cloud);
    this.painter.setCodes(this.codes);
    this._paintMarks();
    this._recolour();
  }

  _resize() {
    const { clientWidth, clientHeight } = this.plot;
    if (!clientWidth) return;
    this.view.resize(clientWidth, clientHeight);
    this.draw();
  }

  _size() {
    const base = Math.min(10, Math.max(2.4, 26 / Math.max(1, this.cloud.n) ** 0.18));
    return base * Math.min(2.2, Math.max(0.8, this.view.zoom ** 0.25));
  }

  _isDark() {
    const [r, g, b] = getComputedStyle(this.stage).color.match(/[\d.]+/g).map(Number);
    return r + g + b > 384; // light ink means dark paper
  }

  _screen(row) {
    if (this.transition) return this.view.toScreen(...this.transition.at(row));
    return this.view.toScreen(this.cloud.xy[2 * row], this.cloud.xy[2 * row + 1]);
  }

  // The points as well, unless only rings and the drawn path have changed.
  draw(isOnlyRings = false) {
    this.isStale ||= !isOnlyRings;
    if (this.frame || !this.cloud) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      if (!this.root.isConnected) return; // the page was left meanwhile: nothing here has a size or a colour
      const isStale = this.isStale;
      this.isStale = false;
      if (isStale) this._drawPoints();
      this._drawOverlay();
      if (this.transition) this.draw();
    });
  }

  _drawPoints() {
    const { cloud, view, data, codes } = this, hasMarks = this.marks.count > 0;
    if (this.transition) return this._drawMoving(hasMarks);
    this.isDense = this._isDense(hasMarks);
    if (this.isDense) {
      this.density.draw(this.colours);
      this.painter.clear();
    } else {
      this.density.clear();
      this.painter.draw(view, this._size(), hasMarks, this._isDark());
    }
    const directions = brush => drawDirections(brush, this.turn, view, data.axes, getComputedStyle(this.root));
    const under = this.turn ? directions : null;
    this.pictures.draw(cloud, view, data.urls.thumb, row => this._colourOf(codes[row]), under);
    if (data.axes.ticks) drawAxes(this.axes, this.plot, view, data.axes);
    this._describe();
  }

  // Without density and pictures: they come once the points are there.
  _drawMoving(hasMarks) {
    const { painter, transition, view } = this;
    if (!transition.tick()) return this._arrive();
    painter.progress = transition.progress;
    this.density.clear();
    this.pictures.clear();
    painter.draw(view, this._size(), hasMarks, this._isDark());
    if (this.data.axes.ticks) drawAxes(this.axes, this.plot, view, this.data.axes);
  }

  // The points alone, so many pixels to one of the screen, as the address of a picture.
  pointsAsPixels(ratio) {
    const paint = (...given) => this.painter.draw(this.view, this._size(), this.marks.count > 0, this._isDark(), ...given);
    paint(ratio);
    const address = this.canvas.toDataURL(); // at once: a graphics card keeps nothing until the next frame
    paint();
    return address;
  }

  _isDense(hasMarks) {
    if (this.cloud.n < LEAST_DENSE) return false;
    const marks = this._inFront(hasMarks);
    this.counted = this.density.count(this.cloud, this.view, this.codes, this.colours, marks, this.data.legend);
    const cover = (Math.PI * this._size() ** 2) / 4 / CELL ** 2;
    return this.counted >= LEAST_DENSE && this.density.crowd() * cover > CROWDED;
  }

  // A byte for each point that is not dimmed; nothing where none is.
  _inFront(hasMarks) {
    const { passing, marks } = this;
    if (!passing) return hasMarks ? marks.bytes : null;
    return hasMarks ? passing.map((isIn, row) => isIn & marks.bytes[row]) : passing;
  }

  _paintMarks() {
    this.painter.setMarks(painted(this.marks.bytes, this.passing));
  }

  _colourOf(code) {
    const [r, g, b] = this.colours.subarray(4 * code, 4 * code + 3);
    return `rgb(${r},${g},${b})`;
  }

  _describe() {
    const text = number => number.toLocaleString("en"), words = [];
    const { isOn, rows, inView } = this.pictures;
    if (this.data.legend.note) words.push(this.data.legend.note);
    const which = this.marks.count ? "selected " : "";
    const kind = this.data.legend.kind === "classes" ? "most frequent class" : "mean value";
    if (this.isDense)
      words.push(`Density of ${text(this.counted)} in view, coloured by ${kind}; zoom in for points.`);
    if (isOn)
      words.push(`Showing ${text(rows.length)} of ${text(inView)} ${which}in view as images.`);
    this.status.textContent = words.join(" ");
    this.root.dataset.shows = this.isDense ? "density" : "points";
    this.root.dataset.pictures = isOn ? rows.length : 0;
  }

  _drawPath(points) {
    this.path = points;
    if (points) this.card.hide();
    this.draw(true);
  }

  _drawOverlay() {
    const ratio = devicePixelRatio || 1, brush = this.overlay.getContext("2d");
    this.overlay.width = Math.round(this.view.width * ratio);
    this.overlay.height = Math.round(this.view.height * ratio);
    brush.scale(ratio, ratio);
    const style = getComputedStyle(this.root);
    const accent = style.getPropertyValue("--accent"), ink = style.getPropertyValue("--ink");
    const ring = (row, radius, colour, width) => {
      const [x, y] = this._screen(row), half = PICTURE_SIDE / 2 + radius - 1;
      brush.beginPath();
      if (this.pictures.has(row)) brush.rect(x - half, y - half, 2 * half, 2 * half);
      else brush.arc(x, y, this._size() / 2 + radius, 0, 7);
      Object.assign(brush, { strokeStyle: colour, lineWidth: width });
      brush.stroke();
    };
    if (this.hovered >= 0) ring(this.hovered, 2.5, ink, 1.25);
    if (this.focused >= 0 && this.focused !== this.picked) ring(this.focused, 4, ink, 2);
    if (this.picked >= 0) {
      ring(this.picked, 4, accent, 2.5);
      ring(this.picked, 5.75, style.getPropertyValue("--paper"), 1);
    }
    if (!this.path) return;
    brush.beginPath();
    for (const at of this.path) brush.lineTo(...at);
    brush.closePath();
    Object.assign(brush, { strokeStyle: accent, fillStyle: accent, lineWidth: 1.5, globalAlpha: 0.12 });
    brush.fill();
    brush.globalAlpha = 1;
    brush.stroke();
  }

  _count() {
    const { n, total } = this.data, text = number => number.toLocaleString("en");
    const all = total && total > n ? `Showing ${text(n)} of ${text(total)} images` : `${text(n)} images`;
    const shown = this.passing ? `${text(this.counts[256])} of ${all} pass the filter` : all;
    this.counter.textContent = this.marks.count ? `${text(this.marks.count)} selected of ${all}${this.passing ? `; ${shown}` : ""}` : shown;
    this.root.dataset.marked = this.marks.count;
    this.onCount?.();
  }
}
