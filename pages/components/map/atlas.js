// The map itself: one instance per mounted component, kept while its data changes.

const TOOLS = [
  ["pan", "Move (P)", "M8 2v12M2 8h12M8 2 6 4M8 2l2 2M8 14l-2-2M8 14l2-2M2 8l2-2M2 8l2 2M14 8l-2-2M14 8l-2 2"],
  ["lasso", "Lasso (L)", "M8 3c3.3 0 6 1.6 6 3.8S11.3 10.6 8 10.6 2 9 2 6.8 4.7 3 8 3M5.2 10.2c-.9.9-.6 2.2.6 2.3 1 .1 1.3 1 .6 1.9"],
  ["box", "Rectangle (B)", "M3 3h10v10H3z"],
];
const BUTTONS = [
  ["in", "Zoom in (+)", "M8 3v10M3 8h10"],
  ["out", "Zoom out (\u2212)", "M3 8h10"],
  ["fit", "Fit (0)", "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10"],
];
const HELP =
  "Arrow keys move from image to image, Enter opens one. L lasso, B rectangle, P move, plus and " +
  "minus zoom, 0 fits, Escape clears the selection. Shift adds, Alt or Control removes.";

class Atlas {
  constructor(root) {
    this.root = root;
    this.token = newToken();
    this.log = [];
    this.seq = 0;
    this.hidden = new Set();
    this.marks = new Uint8Array(0);
    this.marked = 0;
    this.picked = this.focused = this.hovered = -1;
    this.tool = "pan";
    this._layout();
    this._startPainter();
    this.view = new View(true);
    this.observer = new ResizeObserver(() => this._resize());
    this.observer.observe(this.plot);
    listenTo(this.canvas, this, this._acts());
  }

  // ---- what the page says -------------------------------------------------------------------

  async update(data, send) {
    this.send = send;
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const { urls } = data;
    this.root.style.height = fittingHeight(data.height, 250);
    this.canvas.setAttribute("aria-label", `${data.label}. ${data.n} images. ${HELP}`);
    try {
      const [xy, ids, codes] = await Promise.all([
        fetched(urls.xy, Float32Array), fetched(urls.ids, Uint8Array), fetched(urls.colour, Uint8Array),
      ]);
      if (turn !== this.turn) return;
      if (ids.length !== xy.length * 4 || codes.length * 2 !== xy.length)
        throw new Error("its parts do not belong together; reload the page");
      this.note.textContent = "";
      this._take(data, xy, ids, codes);
    } catch (error) {
      if (turn === this.turn) this.note.textContent = `The map could not be loaded: ${error.message}`;
    }
  }

  _take(data, xy, ids, codes) {
    const before = this.data;
    this.data = data;
    this.codes = codes;
    const isNewMap = before?.urls.xy !== data.urls.xy;
    if (isNewMap) this._takeMap(data, xy, ids);
    if (isNewMap || before.urls.colour !== data.urls.colour) this.painter.setCodes(codes);
    this._takeLegend(before?.legend);
    this._takeSelection(before);
    this.values = null;
    if (data.urls.values) this._fetchValues(data.urls.values);
    this.draw();
    this.root.dataset.ready = data.urls.colour;
  }

  // Another projection of the same images: what was selected stays selected.
  _takeMap(data, xy, ids) {
    const old = this.cloud;
    const marked = old ? [...this.marks.keys()].filter(i => this.marks[i]).map(i => old.id(i)) : [];
    const picked = this.picked >= 0 ? old.id(this.picked) : "";
    this.cloud = new Cloud(xy, ids);
    this.view.isEqual = data.axes.equal;
    this.view.isFitted = true;
    this.plot.classList.toggle("with-ticks", data.axes.ticks);
    this.painter.setPoints(this.cloud);
    this.marks = new Uint8Array(this.cloud.n);
    this._mark(marked.map(id => this.cloud.row(id)), "replace");
    this.picked = picked ? this.cloud.row(picked) : -1;
    this.focused = this.hovered = -1;
    this._resize();
    this.view.fit(this.cloud.typical);
    const kept = recall(data.urls.xy);
    this.view.restore(kept?.view);
    this.chooseTool(kept?.tool ?? "pan");
    this.outliers.hidden = !this.cloud.outside;
    this.outliers.textContent = `Show all: ${count(this.cloud.outside, "point lies", "points lie")} outside`;
  }

  _takeLegend(before) {
    const { legend } = this.data, text = JSON.stringify(legend);
    if (before?.title !== legend.title) this.hidden.clear();
    if (text !== this.legendText)
      drawLegend(this.legendBox, legend, this.hidden, n => this._toggle(n), n => this._solo(n));
    this.legendText = text;
    this._recolour();
  }

  // The page's word counts when it was said after everything done here was heard.
  _takeSelection(before) {
    const { data } = this;
    const isNews = before?.run !== data.run && (data.acknowledged[this.token] ?? 0) >= this.seq;
    if (isNews && data.marked) this._mark(data.marked.map(id => this.cloud.row(id)), "replace");
    if (isNews && data.picked !== null) this.picked = data.picked ? this.cloud.row(data.picked) : -1;
    this._count();
  }

  async _fetchValues(url) {
    try {
      const values = await fetched(url, Float32Array);
      if (this.data.urls.values === url && values.length === this.cloud.n) this.values = values;
    } catch {
      this.values = null; // the card then reads the value off the colour
    }
  }

  // ---- what the person does -----------------------------------------------------------------

  _acts() {
    const whenReady = act => (...given) => this.cloud && act(...given);
    const acts = {
      pan: (dx, dy) => this._moved(() => this.view.panBy(dx, dy)),
      zoom: (px, py, factor) => this._moved(() => this.view.zoomAt(px, py, factor)),
      fit: () => this._fit(),
      hover: (px, py) => this._hover(this._nearest(px, py)),
      leave: () => this._hover(-1),
      click: (px, py) => this._pick(this._nearest(px, py)),
      drawing: points => this._drawPath(points),
      region: (points, mode) => this._region(points, mode),
      clear: () => this._clear(),
      step: (dx, dy) => this._step(dx, dy),
      pick: () => this._pick(this.focused),
      tool: name => this.chooseTool(name),
    };
    return Object.fromEntries(Object.entries(acts).map(([name, act]) => [name, whenReady(act)]));
  }

  chooseTool(name) {
    this.tool = name;
    this.canvas.style.cursor = name === "pan" ? "default" : "crosshair";
    for (const button of this.tools.querySelectorAll("[data-tool]"))
      button.setAttribute("aria-pressed", String(button.dataset.tool === name));
    this._remember();
  }

  _nearest(px, py) {
    return this.cloud.nearest(this.view, px, py, Math.max(8, this._size() / 2 + 3), i => this._isShown(i));
  }

  _isShown(i) {
    return isCodeShown(this.data.legend, this.hidden, this.codes[i]);
  }

  _hover(row) {
    this.hovered = row;
    if (row < 0) this.card.hide();
    else this._showCard(row);
    this.canvas.style.cursor = row >= 0 ? "pointer" : this.tool === "pan" ? "default" : "crosshair";
    this.draw();
  }

  _showCard(row) {
    const [px, py] = this._screen(row);
    const said = describeCode(this.data.legend, this.codes[row], this.values?.[row]);
    this.card.show(this.cloud.id(row), px + this.plot.offsetLeft, py + this.plot.offsetTop, said, this.data.urls);
    return said;
  }

  _pick(row) {
    if (row < 0) return;
    this.picked = this.focused = row;
    this._say({ kind: "pick", id: this.cloud.id(row) });
    this.draw();
  }

  _step(dx, dy) {
    const from = this.focused >= 0 ? this.focused : this.picked;
    const middle = [this.view.width / 2, this.view.height / 2];
    const to = from >= 0
      ? this.cloud.towards(this.view, from, dx, dy, i => this._isShown(i))
      : this.cloud.nearest(this.view, ...middle, Math.max(...middle) * 3, i => this._isShown(i));
    if (to < 0) return;
    this.focused = to;
    this.view.reveal(this.cloud.xy[2 * to], this.cloud.xy[2 * to + 1]);
    this.spoken.textContent = `Image ${to + 1} of ${this.cloud.n}, ${this._showCard(to).join(" ").trim()}`;
    this.draw();
  }

  _region(points, mode) {
    const polygon = thinned(points).map(([px, py]) => this.view.toMap(px, py));
    const rows = [];
    for (let i = 0; i < this.cloud.n; i++)
      if (isInside(polygon, this.cloud.xy[2 * i], this.cloud.xy[2 * i + 1]) && this._isShown(i)) rows.push(i);
    this._mark(rows, mode);
    this._count();
    this._say({ kind: "lasso", polygon, mode, hidden: [...this.hidden] });
    this.draw();
  }

  _clear() {
    this._mark([], "replace");
    this.picked = this.focused = -1;
    this.card.hide();
    this._count();
    this._say({ kind: "clear" });
    this.draw();
  }

  _mark(rows, mode) {
    if (mode === "replace") this.marks.fill(0);
    for (const row of rows) if (row >= 0) this.marks[row] = mode === "remove" ? 0 : 1;
    this.marked = this.marks.reduce((sum, mark) => sum + mark, 0);
    this.painter.setMarks(this.marks);
  }

  _toggle(name) {
    this.hidden.has(name) ? this.hidden.delete(name) : this.hidden.add(name);
    this._recolour();
  }

  _solo(name) {
    const { entries, absent_name } = this.data.legend;
    const others = [...entries.map(([other]) => other), absent_name].filter(other => other !== name);
    const isSolo = !this.hidden.has(name) && others.every(other => this.hidden.has(other));
    this.hidden = new Set(isSolo ? [] : others);
    this._recolour();
  }

  _recolour() {
    pressChips(this.legendBox, this.hidden);
    this.painter.setColours(colourTable(this.data.legend, this.hidden));
    this.draw();
  }

  _fit() {
    const isTypical = this.view.isFitted && this.view.extent === this.cloud.typical;
    const extent = isTypical && this.cloud.outside ? this.cloud.whole : this.cloud.typical;
    this._moved(() => this.view.fit(extent));
  }

  _moved(move) {
    move();
    this.card.hide();
    this.draw();
    this._remember();
  }

  _remember() {
    clearTimeout(this.saving);
    if (!this.cloud) return;
    const name = this.data.urls.xy;
    this.saving = setTimeout(() => keep(name, { view: this.view.save(), tool: this.tool }), 150);
  }

  // Python gets a log that only grows; entries it has acted upon may go.
  _say(entry) {
    const heard = this.data.acknowledged[this.token] ?? 0;
    this.log = [...this.log.filter(({ seq }) => seq > heard).slice(-30), { ...entry, seq: ++this.seq }];
    this.send("log", { token: this.token, entries: this.log });
  }

  // ---- what is on the screen ----------------------------------------------------------------

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
    this.spoken = element("div", "spoken");
    this.spoken.setAttribute("aria-live", "polite");
    this.plot.append(this.canvas, this.overlay);
    this.stage.append(this.axes, this.plot, this.tools, this.outliers, this.note);
    this.card = new Card(this.stage);
    this.foot = element("div", "foot");
    this.legendBox = element("div", "legend");
    this.counter = element("div", "counter");
    this.foot.append(this.legendBox, this.counter);
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
      button.innerHTML = `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${path}"/></svg>`;
      const isTool = TOOLS.some(([tool]) => tool === name);
      if (isTool) button.dataset.tool = name;
      button.addEventListener("click", () => this._press(name, isTool));
      bar.append(button);
    }
    return bar;
  }

  _press(name, isTool) {
    if (!this.cloud) return;
    const [px, py] = [this.view.width / 2, this.view.height / 2];
    if (isTool) this.chooseTool(name);
    else if (name === "fit") this._fit();
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

  _restore() {
    this.painter._build();
    if (!this.cloud) return;
    this.painter.setPoints(this.cloud);
    this.painter.setCodes(this.codes);
    this.painter.setMarks(this.marks);
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
    return this.view.toScreen(this.cloud.xy[2 * row], this.cloud.xy[2 * row + 1]);
  }

  draw() {
    if (this.frame || !this.cloud) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.painter.draw(this.view, this._size(), this.marked > 0, this._isDark());
      this._drawOverlay();
      if (this.data.axes.ticks) drawAxes(this.axes, this.plot, this.view, this.data.axes);
    });
  }

  _drawPath(points) {
    this.path = points;
    if (points) this.card.hide();
    this.draw();
  }

  _drawOverlay() {
    const ratio = devicePixelRatio || 1, brush = this.overlay.getContext("2d");
    this.overlay.width = Math.round(this.view.width * ratio);
    this.overlay.height = Math.round(this.view.height * ratio);
    brush.scale(ratio, ratio);
    const style = getComputedStyle(this.root);
    const accent = style.getPropertyValue("--accent"), ink = style.getPropertyValue("--ink");
    const ring = (row, radius, colour, width) => {
      brush.beginPath();
      brush.arc(...this._screen(row), this._size() / 2 + radius, 0, 7);
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
    const { n, total } = this.data, say = number => number.toLocaleString("en");
    const shown = total && total > n ? `Showing ${say(n)} of ${say(total)}` : `${say(n)} images`;
    this.counter.textContent = this.marked ? `${say(this.marked)} selected \u00b7 ${shown}` : shown;
    this.root.dataset.marked = this.marked;
  }

  free() {
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
    this.card.hide();
    this.painter.free();
  }
}

function drawAxes(svg, plot, view, axes) {
  const { offsetLeft: left, offsetTop: top } = plot, bottom = top + view.height;
  svg.replaceChildren();
  const add = (...given) => svg.append(drawing(...given));
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
  add("text", { class: "axis", x: left + view.width / 2, y: bottom + 33, "text-anchor": "middle" }, axes.x);
  add("text", { class: "axis", x: 14, y: middle, "text-anchor": "middle", transform: `rotate(-90 14 ${middle})` }, axes.y);
}

// A lasso of a thousand points says no more than one of two hundred.
function thinned(points) {
  const every = Math.ceil(points.length / 200);
  return points.filter((_, i) => i % every === 0);
}

function count(n, one, many) {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}

function keep(name, value) {
  try {
    sessionStorage.setItem(`contrast.map:${name}`, JSON.stringify(value));
  } catch {
    // storage may be full or forbidden: then the view is simply not kept
  }
}

function recall(name) {
  try {
    return JSON.parse(sessionStorage.getItem(`contrast.map:${name}`));
  } catch {
    return null;
  }
}
