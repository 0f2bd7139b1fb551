// The map itself: one instance per mounted component, kept while its data changes.

const HELP =
  "Arrow keys move from image to image, Enter opens one. L lasso, B rectangle, P move, plus and " +
  "minus zoom, 0 fits, I shows images on the map, Escape clears the selection. Shift adds, Alt or Control " +
  "removes. A map with three directions turns with T and dragging, or with Shift and the arrow keys.";

const MOST_CORNERS = 64; // of a lasso: it goes up as text, with one drawn just before it
const SURELY_KNOWN = 20000; // ms after which Python, which was told at once, needs no entry again
const REST = 140; // ms without movement before other pictures are chosen
const ABOVE = 340; // pixels of a window that title, menus and the line below the map take

class Atlas extends Scene {
  constructor(root) {
    super();
    this.root = root;
    this.log = new Log({ isIdle });
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
    this.unwatch = whenAddressed(() => this._remember(0));
  }

  // ---- what the page says -------------------------------------------------------------------

  async update(data, send) {
    this.log.settle(data, send);
    const call = (this.call = (this.call ?? 0) + 1);
    const { urls } = data;
    this.root.style.height = `max(${data.height}px, min(calc(100vh - ${ABOVE}px), 62vw))`;
    this.canvas.setAttribute("aria-label", `${data.label}. ${data.n} images. ${HELP}`);
    try {
      const [places, ids, codes, marked] = await Promise.all([
        fetched(placesAt(data), Float32Array), fetched(urls.ids, Uint8Array), fetched(urls.colour, Uint8Array),
        data.marked_at ? fetched(data.marked_at, Uint8Array).catch(() => null) : null,
      ]);
      if (call !== this.call) return;
      if (ids.length !== codes.length * 8 || places.length !== codes.length * (urls.xyz ? 3 : 2))
        throw new Error("its parts do not belong together; reload the page");
      this.note.textContent = "";
      keepOnly(Object.values(urls));
      this._take(data, places, ids, codes, marked);
    } catch (error) {
      if (call === this.call) this.note.textContent = `The map could not be loaded: ${error.message}`;
    }
  }

  _take(data, places, ids, codes, marked) {
    const before = this.data;
    this.data = data;
    this.codes = codes;
    const isNewMap = !before || placesAt(before) !== placesAt(data);
    if (isNewMap) this._takeMap(data, places, ids);
    if (isNewMap || before.urls.colour !== data.urls.colour) this.painter.setCodes(codes);
    this._takeLegend(before?.legend);
    this._takeSelection(before, marked);
    this._choosePictures();
    this.values = null;
    if (data.urls.values) this._fetchValues(data.urls.values);
    this.draw();
    this.root.dataset.ready = data.urls.colour;
  }

  // Another projection of the same images: what was selected stays selected.
  _takeMap(data, places, ids) {
    const old = this.cloud;
    const marked = old ? old.idsOf(this._markedRows()) : new Uint8Array(0);
    const picked = this.picked >= 0 ? old.id(this.picked) : "";
    const kept = addressed(placesAt(data)) ?? recall(placesAt(data));
    this.turn = data.urls.xyz ? new Turn(places) : null;
    if (kept?.turn) Object.assign(this.turn, kept.turn);
    this.cloud = this.turn
      ? new Cloud(this.turn.project(), ids, this.turn.extents(), this.turn.depth)
      : new Cloud(places, ids);
    this.tools.querySelector("[data-tool=turn]").hidden = !this.turn;
    this.view.isEqual = data.axes.equal;
    this.view.isFitted = true;
    this.plot.classList.toggle("with-ticks", data.axes.ticks);
    this.painter.setPoints(this.cloud);
    this.marks = new Uint8Array(this.cloud.n);
    this._mark(this.cloud.rowsOf(marked), "replace");
    this.picked = picked ? this.cloud.row(picked) : -1;
    this.focused = this.hovered = -1;
    this._resize();
    this.view.fit(this.cloud.typical);
    this.view.restore(kept?.view);
    this.chooseTool(kept?.tool ?? (this.turn ? "turn" : "pan"));
    this.pictures.rows = [];
    if (recall("pictures")) this.showPictures(true);
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
  _takeSelection(before, marked) {
    const { data } = this;
    const isNews = before?.run !== data.run && this.log.isAnswered(data);
    if (isNews && marked) this._markBits(marked);
    else if (isNews && data.marked) this._mark(data.marked.map(id => this.cloud.row(id)), "replace");
    if (isNews && data.picked !== null) this._ring(data.picked ? this.cloud.row(data.picked) : -1);
    this._count();
  }

  // An image that was opened elsewhere gets its ring, and is brought into view.
  _ring(row) {
    const isOther = row !== this.picked;
    this.picked = row;
    if (isOther && row >= 0) this.view.reveal(this.cloud.xy[2 * row], this.cloud.xy[2 * row + 1]);
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
      turn: (dx, dy) => this.turn && this._moved(() => this._turnBy(dx, dy)),
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
      pictures: () => this.showPictures(!this.pictures.isOn),
    };
    return Object.fromEntries(Object.entries(acts).map(([name, act]) => [name, whenReady(act)]));
  }

  chooseTool(name) {
    if (name === "turn" && !this.turn) return;
    this.tool = name;
    this.canvas.style.cursor = this._cursor();
    for (const button of this.tools.querySelectorAll("[data-tool]"))
      button.setAttribute("aria-pressed", String(button.dataset.tool === name));
    this._remember();
  }

  _cursor() {
    return { pan: "default", turn: "grab" }[this.tool] ?? "crosshair";
  }

  // The middle of the points stays where it is on the screen.
  _turnBy(dx, dy) {
    const { turn, view, cloud } = this, [x, y] = turn.at(turn.centre);
    turn.by(dx, dy);
    cloud.move(turn.project(), turn.extents(), turn.depth);
    const [newX, newY] = turn.at(turn.centre);
    view.cx += newX - x;
    view.cy += newY - y;
    if (view.extent) view.extent = cloud.typical;
    this.painter.setPoints(cloud);
  }

  showPictures(isOn) {
    this.pictures.isOn = isOn;
    this.tools.querySelector("[data-switch]").setAttribute("aria-pressed", String(isOn));
    keep("pictures", isOn);
    this.card.hide();
    this._choosePictures();
  }

  // Where the view rests. With a selection only its images are shown: the others stay dim points.
  async _choosePictures() {
    clearTimeout(this.choosing);
    if (!this.pictures.isOn) return this.draw();
    const first = await this._typical();
    this.pictures.choose(this.cloud, this.view, first, i => this._isShown(i) && (!this.marked || this.marks[i]));
    this.draw();
  }

  async _typical() {
    const { typical } = this.data.urls, { cloud } = this;
    if (this.typical?.url !== typical || this.typical.cloud !== cloud) {
      const ids = typical ? await fetched(typical, Uint8Array).catch(() => new Uint8Array(0)) : new Uint8Array(0);
      this.typical = { url: typical, cloud, rows: cloud.rowsOf(ids) };
    }
    return this.typical.rows;
  }

  _nearest(px, py) {
    const tile = this.pictures.at(this.cloud, this.view, px, py);
    if (tile >= 0) return tile;
    const disc = this._size() / 2;
    return this.cloud.nearest(this.view, px, py, Math.max(8, disc + 3), disc, i => this._isShown(i));
  }

  _isShown(i) {
    return isCodeShown(this.data.legend, this.hidden, this.codes[i]);
  }

  _hover(row) {
    this.hovered = row;
    if (row < 0) this.card.hide();
    else this._showCard(row);
    this.canvas.style.cursor = row >= 0 ? "pointer" : this._cursor();
    this.draw(true);
  }

  _showCard(row) {
    const [px, py] = this._screen(row);
    const gap = this.pictures.has(row) ? PICTURE_SIDE / 2 + 6 : 16;
    const said = describeCode(this.data.legend, this.codes[row], this.values?.[row]);
    this.card.show(this.cloud.id(row), px + this.plot.offsetLeft, py + this.plot.offsetTop, gap, said, this.data.urls);
    return said;
  }

  _pick(row) {
    if (row < 0) return;
    this.picked = this.focused = row;
    const { image } = this.data.urls;
    if (image) new Image().src = image.replace("{id}", this.cloud.id(row)); // the page asks later
    this.log.add({ kind: "pick", id: this.cloud.id(row) });
    this.draw(true);
  }

  _step(dx, dy) {
    const from = this.focused >= 0 ? this.focused : this.picked;
    const middle = [this.view.width / 2, this.view.height / 2];
    const to = from >= 0
      ? this.cloud.towards(this.view, from, dx, dy, i => this._isShown(i))
      : this.cloud.nearest(this.view, ...middle, Math.max(...middle) * 3, 0, i => this._isShown(i));
    if (to < 0) return;
    this.focused = to;
    this.view.reveal(this.cloud.xy[2 * to], this.cloud.xy[2 * to + 1]);
    this.spoken.textContent = `Image ${to + 1} of ${this.cloud.n}, ${this._showCard(to).join(" ").trim()}`;
    this.draw();
  }

  _region(points, mode) {
    const polygon = this.view.rounded(simplified(points, MOST_CORNERS));
    const turn = this.turn?.rows.slice(0, 2) ?? null;
    this.log.add({ kind: "lasso", polygon, mode, hidden: [...this.hidden], turn }); // the engine works meanwhile
    this._mark(rowsInside(this.cloud, polygon, i => this._isShown(i)), mode);
    this._count();
    this._choosePictures();
  }

  _clear() {
    this._mark([], "replace");
    this.picked = this.focused = -1;
    this.card.hide();
    this._count();
    this.log.add({ kind: "clear" });
    this._choosePictures();
  }

  _mark(rows, mode) {
    if (mode === "replace") this.marks.fill(0);
    for (const row of rows) if (row >= 0) this.marks[row] = mode === "remove" ? 0 : 1;
    this._marksChanged();
  }

  // A bit for each point, the first the highest of a byte.
  _markBits(bits) {
    for (let row = 0; row < this.marks.length; row++) this.marks[row] = (bits[row >> 3] >> (7 - (row & 7))) & 1;
    this._marksChanged();
  }

  _marksChanged() {
    this.marked = 0;
    for (let row = 0; row < this.marks.length; row++) this.marked += this.marks[row];
    this.painter.setMarks(this.marks);
  }

  _markedRows() {
    const rows = [];
    this.marks.forEach((mark, row) => mark && rows.push(row));
    return rows;
  }

  _toggle(name) {
    this.hidden.has(name) ? this.hidden.delete(name) : this.hidden.add(name);
    this._recolour();
  }

  _solo(name) {
    this.hidden = soloed(this.data.legend, this.hidden, name);
    this._recolour();
  }

  _recolour() {
    pressChips(this.legendBox, this.hidden);
    this.colours = colourTable(this.data.legend, this.hidden);
    this.painter.setColours(this.colours);
    this._choosePictures();
  }

  _fit() {
    const isTypical = this.view.isFitted && this.view.extent === this.cloud.typical;
    const extent = isTypical && this.cloud.outside ? this.cloud.whole : this.cloud.typical;
    this._moved(() => this.view.fit(extent));
  }

  _moved(move) {
    move();
    this.hovered = -1;
    this.card.hide();
    this.draw();
    this._remember();
    clearTimeout(this.choosing);
    if (this.pictures.isOn) this.choosing = setTimeout(() => this._choosePictures(), REST);
  }

  _remember(after = 150) {
    clearTimeout(this.saving);
    if (!this.cloud) return;
    const name = placesAt(this.data), turn = this.turn && { yaw: this.turn.yaw, pitch: this.turn.pitch };
    this.saving = setTimeout(() => {
      keep(name, { view: this.view.save(), tool: this.tool, turn });
      address(name, this.view, turn);
    }, after);
  }

  free() {
    this.observer.disconnect();
    this.unwatch();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.choosing);
    clearTimeout(this.saving); // by now the address is that of another page
    this.card.hide();
    this.painter.free();
  }
}

// Where the places of the points are: three numbers each on a map that can be turned.
function placesAt({ urls }) {
  return urls.xyz || urls.xy;
}

// A selection made anew makes those before it idle, and so does a picture opened.
function isIdle(old, entry, age) {
  if (age >= SURELY_KNOWN) return true;
  if (entry.kind === "pick") return old.kind === "pick";
  return old.kind !== "pick" && (entry.kind === "clear" || entry.mode === "replace");
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
