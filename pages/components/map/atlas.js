// The map itself: one instance per mounted component, kept while its data changes.

import { element } from "../shared/elements.js";
import { Log } from "../shared/log.js";
import { addressed, addressedScale, whenAddressed } from "./address.js";
import { fetched, keepOnly } from "./arrays.js";
import { Cloud } from "./cloud.js";
import { listenTo } from "./gestures.js";
import { Interaction } from "./interaction.js";
import { drawLegend } from "./legend.js";
import { Marks, passingCounts, unpack } from "./marks.js";
import { areMoved } from "./transition.js";
import { ROBUST, SCALES, isScaleWanted, scaled } from "./scale.js";
import { Turn } from "./turn.js";
import { View } from "./view.js";
import { keep, placesAt, recall } from "./view_memory.js";

const HELP =
  "Arrow keys move from image to image, Enter opens one. L lasso, B rectangle, P move, plus and " +
  "minus zoom, 0 fits, I shows images on the map, Escape clears the selection. Shift adds, Alt or Control " +
  "removes. A map with three directions turns with T and dragging, or with Shift and the arrow keys.";

let lastSeen = null; // points and view of the map that this page had last

const SURELY_KNOWN = 20000; // ms after which Python, which was told at once, needs no entry again
const ABOVE = 390; // pixels of a window that title, menus and the line below the map take
const AROUND = 290; // and those that they take with the bar at the bottom: in a low window no more is left
const LEAST = 320;

function heightOf(usual) {
  const low = `max(${LEAST}px, min(${usual}px, calc(100vh - ${AROUND}px)))`;
  return `max(${low}, min(calc(100vh - ${ABOVE}px), 62vw))`;
}

export class Atlas extends Interaction {
  constructor(root) {
    super();
    this.root = root;
    this.log = new Log({ isIdle });
    this.hidden = new Set();
    this.marks = this._noMarks(0);
    this.picked = this.focused = this.hovered = -1;
    this.tool = "pan";
    this.scale = [addressedScale(), recall("scale")].find(name => name in SCALES) ?? ROBUST;
    this._layout();
    this._startPainter();
    this.view = new View(true);
    this.observer = new ResizeObserver(() => this._resize());
    this.observer.observe(this.plot);
    listenTo(this.canvas, this, this._acts());
    this.unwatch = whenAddressed(() => this._remember(0));
  }

  // ---- what the page wants ----------------------------------------------------------------------

  async update(data, send) {
    this.log.receive(data, send);
    const call = (this.call = (this.call ?? 0) + 1);
    const { urls } = data;
    this.given = [data, send];
    this.root.style.height = typeof data.height === "string" ? data.height : data.height && heightOf(data.height);
    this.canvas.setAttribute("aria-label", `${data.label}. ${data.n} images. ${HELP}`);
    try {
      const isScaled = urls.values && this.scale !== ROBUST;
      const [places, ids, codes, marked, passing, values] = await Promise.all([
        fetched(placesAt(data), Float32Array), fetched(urls.ids, Uint8Array), fetched(urls.colour, Uint8Array),
        data.marked_at ? fetched(data.marked_at, Uint8Array).catch(() => null) : null,
        data.passing_at ? fetched(data.passing_at, Uint8Array) : null,
        isScaled ? fetched(urls.values, Float32Array) : null,
      ]);
      if (call !== this.call) return;
      if (ids.length !== codes.length * 8 || places.length !== codes.length * (urls.xyz ? 3 : 2))
        throw new Error("its parts do not belong together; reload the page");
      this.note.textContent = "";
      keepOnly([...Object.values(urls), data.passing_at]);
      const [scaledCodes, legend] = scaled(this.scale, values, codes, data.legend);
      this._take({ ...data, legend }, places, ids, scaledCodes, marked, passing);
    } catch (error) {
      if (call === this.call) this.note.textContent = `The map could not be loaded: ${error.message}`;
    }
  }

  _take(data, places, ids, codes, marked, passing) {
    const before = this.data;
    this.data = data;
    this.codes = codes;
    const isNewMap = !before || placesAt(before) !== placesAt(data);
    this._takeFilter(before, passing, isNewMap);
    if (isNewMap) this._takeMap(data, places, ids);
    const isOtherScale = before?.legend.scale !== data.legend.scale;
    if (isNewMap || isOtherScale || before.urls.colour !== data.urls.colour) {
      this.painter.setCodes(codes);
      this.card.hide(); // its words are of the colours before
    }
    if (isNewMap || before.passing_at !== data.passing_at) this._paintMarks();
    this._takeLegend(before?.legend);
    this._takeSelection(before, marked);
    this._choosePictures();
    this.values = null;
    if (data.urls.values) this._fetchValues(data.urls.values);
    this.draw();
    this.root.dataset.ready = data.urls.colour;
  }

  // Who passes the filter: a byte for each point, nothing where nothing is filtered.
  _takeFilter(before, bits, isNewMap) {
    const { data, codes } = this;
    if (isNewMap || before.passing_at !== data.passing_at)
      this.passing = bits ? unpack(bits, new Uint8Array(codes.length)) : null;
    this.counts = this.passing ? passingCounts(codes, this.passing) : null;
    this.root.dataset.passing = this.counts ? this.counts[256] : "";
  }

  // Another projection of the same images: what was selected stays selected.
  _takeMap(data, places, ids) {
    this._arrive();
    const old = this.cloud, seen = this._lastSeen();
    const marked = old ? old.idsOf(this.marks.rows()) : new Uint8Array(0);
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
    this.marks = this._noMarks(this.cloud.n);
    this.marks.set(this.cloud.rowsOf(marked), "replace");
    this.picked = picked ? this.cloud.row(picked) : -1;
    this.focused = this.hovered = -1;
    this._resize();
    this.view.fit(this.cloud.typical);
    this.view.restore(kept?.view);
    this._depart(seen);
    if (areMoved(this.cloud.n)) lastSeen = { cloud: this.cloud, view: this.view, places: placesAt(data) };
    this.chooseTool(kept?.tool ?? (this.turn ? "turn" : "pan"));
    this.pictures.rows = [];
    if (recall("pictures")) this.showPictures(true);
    this.outliers.hidden = !this.cloud.outside;
    this.outliers.textContent = `Show all: ${count(this.cloud.outside, "point lies", "points lie")} outside`;
  }

  // What stands on the screen before another map comes: here, or on the page just left, where
  // the map was away while the new one was computed.
  _lastSeen() {
    if (this.cloud) return { cloud: this.cloud, view: Object.assign(new View(), this.view) };
    return lastSeen?.places === placesAt(this.data) ? null : lastSeen;
  }

  _noMarks(n) {
    return new Marks(n, () => this._paintMarks());
  }

  _takeLegend(before) {
    const { legend } = this.data, text = JSON.stringify([legend, this.data.passing_at]);
    if (before?.title !== legend.title) this.hidden.clear();
    if (text !== this.legendText) {
      drawLegend(this.legendBox, legend, this.hidden, this.counts, n => this._toggle(n), n => this._solo(n));
      if (isScaleWanted(legend)) this.legendBox.append(this._scaleMenu());
    }
    this.legendText = text;
    this.root.dataset.scale = legend.kind === "scale" ? this.scale : "";
    this._recolour();
  }

  _scaleMenu() {
    const menu = element("select", "scale");
    menu.setAttribute("aria-label", "Colour scale");
    for (const [name, words] of Object.entries(SCALES)) menu.append(new Option(words, name));
    menu.value = this.scale;
    menu.addEventListener("change", async () => {
      this.scale = menu.value;
      keep("scale", this.scale);
      this._remember(0);
      await this.update(...this.given);
      this.legendBox.querySelector(".scale")?.focus(); // it was made anew
    });
    return menu;
  }

  // What the page wants counts where it knows of everything done here.
  _takeSelection(before, marked) {
    const { data } = this;
    const isNews = before?.run !== data.run && this.log.isAnswered(data);
    if (isNews && marked) this.marks.setBits(marked);
    else if (isNews && data.marked) this.marks.set(data.marked.map(id => this.cloud.row(id)), "replace");
    if (isNews && data.picked !== null) this._ring(data.picked ? this.cloud.row(data.picked) : -1);
    this._count();
  }

  // An image that was opened elsewhere gets its ring, and is brought into view.
  _ring(row) {
    const isOther = row !== this.picked;
    if (row < 0 && this.focused === this.picked) this.focused = -1; // or a click's other ring would stay
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

  free() {
    this._arrive();
    this.observer.disconnect();
    this.unwatch();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.choosing);
    clearTimeout(this.saving); // by now the address is that of another page
    this.card.hide();
    this.painter.free();
  }
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
