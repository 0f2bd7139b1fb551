// One picture to look into: fitted or at its true pixels, with what is measured laid over it.

import { element, whenGone } from "../shared/elements.js";
import { isBusy, keyButton } from "../shared/keyboard.js";
import { readable } from "../shared/numbers.js";
import { coloured, HIGHLIGHT_COLOUR, SHADOW_COLOUR, sharesInWords, unpacked, valuesAt } from "./planes.js";
import { dragged, fitScale, fitted, held, pixelAt, placed, zoomed } from "./zoom.js";

const OVERLAYS = { c: ["clipping", "Clipping"], l: ["lightness", "Luminance"], d: ["local", "Local contrast"] };
const STEP = 1.25;
const PATIENCE = 3000; // ms for which what the person stepped to counts more than what Python draws

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".viewer");
  root.viewer ??= new Viewer(root);
  root.viewer.take(data);
  return whenGone(root, () => {
    root.viewer.free();
    delete root.viewer;
  });
}

class Viewer {
  constructor(root) {
    this.root = root;
    this.view = null; // fitted where there is none
    this.overlay = "";
    this.asked = { id: "", until: 0 };
    this.planes = new Map();
    this._build();
    this.onKey = event => this._key(event);
    this.onStep = event => this._step(event.detail);
    document.addEventListener("keydown", this.onKey, true);
    window.addEventListener("contrast:image", this.onStep);
    this.watching = new ResizeObserver(() => this.draw());
    this.watching.observe(this.stage);
  }

  free() {
    document.removeEventListener("keydown", this.onKey, true);
    window.removeEventListener("contrast:image", this.onStep);
    this.watching.disconnect();
  }

  take(data) {
    this.data = data;
    this.stage.style.height = data.height;
    if (this.asked.until > performance.now() && this.asked.id !== data.shown.id) return;
    this.asked.until = 0;
    this.show(data.shown);
    if (data.full && !this.wasFull) this.fill(true);
    this.wasFull = data.full;
  }

  _step(shown) {
    this.asked = { id: shown.id, until: performance.now() + PATIENCE };
    this.show(shown);
    setTimeout(() => this.data && this.take(this.data), PATIENCE + 100);
  }

  show(shown) {
    if (this.shown?.id === shown.id) return;
    const isAsLarge = this.shown?.width === shown.width && this.shown?.height === shown.height;
    if (!isAsLarge) this.view = null; // else a series is compared at one place
    this.shown = shown;
    this.said.textContent = "";
    this.root.dataset.shown = shown.id;
    this.stage.setAttribute("aria-label", shown.name);
    this.full = null;
    this.small = this._fetched(this.data.image, shown, () => this._explain(shown));
    this.layer = null;
    this._lay();
    this.draw();
  }

  _fetched(address, shown, onError) {
    const picture = new Image();
    picture.onload = () => {
      if (this.shown !== shown) return;
      if (!shown.width) Object.assign(shown, { width: picture.naturalWidth, height: picture.naturalHeight });
      this.draw();
    };
    picture.onerror = () => this.shown === shown && onError?.();
    picture.src = address.replace("{id}", shown.id);
    return picture;
  }

  // Why there is no picture, in the server's words; its thumbnail stays.
  async _explain(shown) {
    this.small = this._fetched(this.data.thumb, shown);
    const answer = await fetch(this.data.image.replace("{id}", shown.id)).catch(() => null);
    const told = await answer?.json().catch(() => null);
    if (this.shown === shown) this.said.textContent = told?.error ?? "The picture could not be fetched.";
  }

  get size() {
    const ratio = window.devicePixelRatio || 1, box = this.stage.getBoundingClientRect();
    return { width: Math.max(1, Math.round(box.width * ratio)), height: Math.max(1, Math.round(box.height * ratio)), ratio };
  }

  get current() {
    return this.view ? held(this.view, this.shown, this.size) : fitted(this.shown, this.size);
  }

  draw() {
    if (!this.shown?.width || !this.root.isConnected) return;
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this._paint());
  }

  _paint() {
    const { canvas, shown } = this, stage = this.size, view = this.current;
    if (canvas.width !== stage.width || canvas.height !== stage.height) Object.assign(canvas, { width: stage.width, height: stage.height });
    const pen = canvas.getContext("2d"), { left, top, width, height } = placed(view, shown, stage);
    pen.clearRect(0, 0, stage.width, stage.height);
    const known = picture => picture?.complete && picture.naturalWidth > 0;
    const small = known(this.small) ? this.small : null;
    const isFull = known(this.full);
    if (!isFull && small && view.scale * shown.width > 1.05 * small.naturalWidth) this.full ??= this._fetched(this.data.full_size, shown);
    const picture = isFull ? this.full : small;
    if (picture) {
      pen.imageSmoothingEnabled = width < picture.naturalWidth || picture.naturalWidth < shown.width;
      pen.imageSmoothingQuality = "high";
      pen.drawImage(picture, left, top, width, height);
    }
    if (this.layer) {
      pen.imageSmoothingEnabled = false;
      pen.drawImage(this.layer, left, top, width, height);
    }
    this._tell(view, isFull);
  }

  _tell({ scale }, isFull) {
    this.percent.textContent = `${readable(Number((100 * scale).toPrecision(3)))} %`;
    this.root.dataset.zoom = scale;
    this.root.dataset.pixels = (isFull ? this.full : this.small)?.naturalWidth ?? 0;
    const reduced = isFull && this.full.naturalWidth < this.shown.width;
    this.reduced = reduced ? `Too large to show every pixel: ${this.full.naturalWidth.toLocaleString("en")} of ${this.shown.width.toLocaleString("en")} columns` : "";
    if (reduced && !this.said.textContent) this.said.textContent = this.reduced;
  }

  zoomTo(scale, at) {
    const stage = this.size;
    this.view = zoomed(this.current, scale, at ?? { x: stage.width / 2, y: stage.height / 2 }, this.shown, stage);
    this.draw();
  }

  fit() {
    this.view = null;
    this.draw();
  }

  fill(isOn) {
    if (isOn === this.isFull) return;
    this.isFull = isOn;
    this.root.classList.toggle("full", isOn);
    if (isOn) {
      this.root.popover = "manual"; // lies above all else, wherever it stands in the page
      this.root.showPopover();
      this.stage.focus();
    } else {
      this.root.hidePopover();
      this.root.removeAttribute("popover");
    }
    this.buttons.f.setAttribute("aria-pressed", isOn);
    this.draw();
  }

  toggle(kind) {
    this.overlay = this.overlay === kind ? "" : kind;
    for (const [key, [name]] of Object.entries(OVERLAYS)) this.buttons[key].setAttribute("aria-pressed", this.overlay === name);
    this._lay();
  }

  async _lay() {
    const { overlay, shown } = this;
    this.layer = null;
    this.known = null;
    this.legend.replaceChildren();
    this.draw();
    if (!overlay) return;
    try {
      const planes = await this._planesOf(shown.id);
      if (this.shown !== shown || this.overlay !== overlay) return;
      this.known = planes;
      this.layer = layerOf(planes, overlay, this.data.ramp);
      this.legend.append(...this._explained(planes, overlay));
    } catch (error) {
      if (this.shown === shown) this.legend.textContent = `This cannot be shown: ${error.message}`;
    }
    this.draw();
  }

  async _planesOf(id) {
    if (!this.planes.has(id)) {
      const answer = await fetch(this.data.planes.replace("{id}", id));
      if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).error ?? answer.statusText);
      this.planes.set(id, unpacked(await answer.arrayBuffer()));
      if (this.planes.size > 12) this.planes.delete(this.planes.keys().next().value);
    }
    return this.planes.get(id);
  }

  _explained(planes, kind) {
    const size = element("span", "", `measured at ${planes.width} \u00d7 ${planes.height} pixels`);
    if (kind === "clipping") {
      const { shadows, highlights } = sharesInWords(planes);
      return [sample(SHADOW_COLOUR, `Shadows: ${shadows} of the pixels`), sample(HIGHLIGHT_COLOUR, `Highlights: ${highlights}`), size];
    }
    if (kind === "lightness") return [scale(this.data.ramp, "L* 0", "100"), element("span", "", "lightness (grey of 18 % is 50)"), size];
    return [scale(this.data.ramp, "0", `${readable(planes.most)} or more (P99)`), element("span", "", "deviation over mean nearby"), size];
  }

  _key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event, this.root) || !this.shown?.width) return;
    const key = event.key.toLowerCase(), act = this.acts[key];
    const isClosing = key === "escape" && this.isFull;
    if (!act && !isClosing) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has keys of its own
    if (event.repeat && !"+-=".includes(key)) return;
    if (isClosing) this.fill(false);
    else act();
  }

  _build() {
    this.stage = element("div", "stage");
    this.stage.tabIndex = 0;
    this.stage.setAttribute("role", "img");
    this.canvas = element("canvas");
    this.said = element("div", "said");
    this.said.setAttribute("role", "status");
    this.stage.append(this.canvas, this.said);
    this.legend = element("div", "legend");
    this.legend.setAttribute("role", "status");
    this.acts = {
      0: () => this.fit(),
      1: () => this.zoomTo(1, this.pointer),
      "+": () => this.zoomTo(this.current.scale * STEP, this.pointer),
      "-": () => this.zoomTo(this.current.scale / STEP, this.pointer),
      f: () => this.fill(!this.isFull),
    };
    this.acts["="] = this.acts["+"];
    for (const [key, [kind]] of Object.entries(OVERLAYS)) this.acts[key] = () => this.toggle(kind);
    this._buildFoot();
    this._point();
  }

  _buildFoot() {
    const foot = element("div", "foot"), names = { 0: "Fit", 1: "True pixels" }, signs = { "-": "Smaller", "+": "Larger" };
    this.percent = element("span", "zoom");
    this.percent.title = "Device pixels per pixel of the picture";
    const made = (key, name) => keyButton(key.toUpperCase(), name, "", () => { this.pointer = null; this.acts[key](); });
    this.buttons = { f: made("f", "Full size") };
    for (const [key, [, name]] of Object.entries(OVERLAYS)) this.buttons[key] = made(key, name);
    for (const button of Object.values(this.buttons)) button.setAttribute("aria-pressed", false);
    const overlays = Object.keys(OVERLAYS).map(key => this.buttons[key]);
    const zooms = Object.keys(names).map(key => made(key, names[key]));
    for (const [key, words] of Object.entries(signs)) {
      zooms.push(Object.assign(made(key, ""), { title: words }));
      zooms.at(-1).setAttribute("aria-label", words);
    }
    foot.append(...zooms, this.percent, element("span", "apart"), ...overlays, this.buttons.f);
    this.root.append(this.stage, this.legend, foot);
  }

  _point() {
    const { stage } = this, place = event => {
      const box = stage.getBoundingClientRect(), { ratio } = this.size;
      return { x: (event.clientX - box.left) * ratio, y: (event.clientY - box.top) * ratio };
    };
    stage.addEventListener("wheel", event => {
      event.preventDefault();
      this.zoomTo(this.current.scale * Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), place(event));
    }, { passive: false });
    stage.addEventListener("pointerdown", event => {
      if (event.button) return;
      stage.setPointerCapture(event.pointerId);
      this.from = place(event);
    });
    stage.addEventListener("pointermove", event => {
      this.pointer = place(event);
      if (this.from) {
        this.view = dragged(this.current, this.pointer.x - this.from.x, this.pointer.y - this.from.y, this.shown, this.size);
        this.from = this.pointer;
        this.draw();
      }
      this._read();
    });
    for (const kind of ["pointerup", "pointercancel"]) stage.addEventListener(kind, () => (this.from = null));
    stage.addEventListener("pointerleave", () => {
      this.pointer = null;
      this.said.textContent = this.reduced ?? "";
    });
    stage.addEventListener("dblclick", event => {
      if (this.current.scale > 1.001 * fitScale(this.shown, this.size)) this.fit();
      else this.zoomTo(1, place(event));
    });
  }

  // The values under the pointer.
  _read() {
    const at = this.pointer && this.shown && pixelAt(this.current, this.pointer, this.shown, this.size);
    if (!at || !this.known) return;
    const { lightness, local } = valuesAt(this.known, { x: at.x / this.shown.width, y: at.y / this.shown.height });
    this.said.textContent = `Pixel ${at.x}, ${at.y}: L* ${lightness.toFixed(0)}, local contrast ${readable(Number(local.toPrecision(2)))}`;
  }
}

function layerOf(planes, kind, ramp) {
  const layer = element("canvas");
  Object.assign(layer, { width: planes.width, height: planes.height });
  layer.getContext("2d").putImageData(new ImageData(coloured(planes, kind, ramp), planes.width, planes.height), 0, 0);
  return layer;
}

function sample(colour, words) {
  const made = element("span"), square = element("span", "sample");
  square.style.background = colour;
  made.append(square, words);
  return made;
}

function scale(ramp, low, high) {
  const made = element("span"), bar = element("span", "ramp");
  for (const colour of ramp) {
    const step = element("i");
    step.style.background = colour;
    bar.append(step);
  }
  made.append(low, bar, high);
  return made;
}
