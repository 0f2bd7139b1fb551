// One image after the other, labelled by keyboard. Two places in the queue are kept: `cursor`,
// where the annotator's keys have arrived, and `shown`, the image on the screen, which follows only
// once Python has acknowledged that everything before it is on disk.

import { asWritten } from "../shared/as_written.js";
import { element, fittingHeight, whenGone } from "../shared/elements.js";
import { isBusy, keyButton } from "../shared/keyboard.js";
import { LargePictures } from "../shared/large_pictures.js";
import { Log } from "../shared/log.js";
import { Answers, UNSURE } from "./answers.js";
import { Strip } from "./strip.js";

const PRELOAD = 3;

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".labeller");
  const labeller = (root.labeller ??= new Labeller(root));
  labeller.update(data, setStateValue);
  return whenGone(root, () => {
    root.labeller?.free();
    root.labeller = null;
  });
}

class Labeller {
  constructor(root) {
    this.root = root;
    this.log = new Log({ onLate: () => this._draw() });
    this.answers = new Answers();
    this.cursor = this.shown = 0;
    this.pictures = new LargePictures(12, "Image to label");
    this._layout();
    this.onKey = event => this._key(event);
    document.addEventListener("keydown", this.onKey, true);
  }

  update(data, send) {
    const before = this.data;
    this.data = data;
    this.root.style.height = fittingHeight(data.height, 220);
    this._receive(send);
    const isFirst = !before;
    const isOtherQueue = !isFirst && ids(before.queue) !== ids(data.queue);
    const isMoved = !isFirst && before.position !== data.position && !this._hasNews(before, data);
    if (isOtherQueue) this._keepImage(before.queue[this.cursor]?.id);
    else if ((isFirst || isMoved || this.wantsPlace) && !this.log.waiting) this._go(data.position);
    if (!this.log.waiting) this.wantsPlace = false;
    if (JSON.stringify(before?.labels) !== JSON.stringify(data.labels)) this._drawKeys();
    this._draw();
  }

  free() {
    document.removeEventListener("keydown", this.onKey, true);
    this.log.free();
  }

  // ---- what was given, and whether it is on disk ------------------------------------------------

  _hasNews(before, data) {
    return this.log.acknowledged(before) !== this.log.acknowledged(data);
  }

  _receive(send) {
    const saved = this.log.receive(this.data, send);
    if (saved.length) this.shown = saved.at(-1).next;
    if (this.log.waiting) return;
    this.shown = this.cursor;
    this.answers.forgetListed(this.data.queue);
  }

  _tell(action, id, label = "") {
    this.log.add({ id, action, label, next: this.cursor });
    this._draw();
  }

  // ---- what the annotator does ------------------------------------------------------------------

  label(name) {
    if (name) this._answer("label", name);
  }

  unsure() {
    this._answer("unsure", UNSURE);
  }

  _answer(action, shown) {
    const card = this.data.queue[this.cursor];
    if (!card) return;
    this.answers.give(card, shown);
    this.cursor++;
    this._tell(action, card.id, action === "label" ? shown : "");
  }

  skip() {
    const card = this.data.queue[this.cursor];
    if (!card) return;
    this.cursor++;
    this._tell("skip", card.id);
  }

  undo() {
    const id = this.answers.undo(one => this._cardOf(one));
    if (id) this.cursor = this._placeOf(id);
    this.wantsPlace = !id; // given before this mount: Python knows which image it was
    this._tell("undo", id ?? "");
  }

  redo() {
    const id = this.answers.redo(one => this._cardOf(one));
    if (id) this.cursor = this._placeOf(id) + 1;
    this.wantsPlace = !id;
    this._tell("redo", id ?? "");
  }

  _placeOf(id) {
    return Math.max(0, this.data.queue.findIndex(card => card.id === id));
  }

  _cardOf(id) {
    return this.data.queue[this._placeOf(id)];
  }

  move(step) {
    this._go(this.cursor + step);
    this._draw();
  }

  _go(to) {
    this.cursor = Math.max(0, Math.min(this.data.queue.length, to));
    if (!this.log.waiting) this.shown = this.cursor;
  }

  _keepImage(id) {
    const at = this.data.queue.findIndex(card => card.id === id);
    this._go(at >= 0 ? at : this.data.position);
  }

  _key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event, this.root)) return;
    const digit = /^[1-9]$/.test(event.key) ? Number(event.key) : 0;
    if (digit) {
      if (digit > this.data.labels.length) return;
      this.label(this.data.labels[digit - 1]);
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft")
      this.move(event.key === "ArrowRight" ? 1 : -1);
    else if (event.key === " ") this.skip();
    else if (event.key === "0" || event.key === "?") this.unsure();
    else if (event.key === "u" || event.key === "U") event.shiftKey ? this.redo() : this.undo();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  // ---- what is on the screen --------------------------------------------------------------------

  _layout() {
    const { root } = this;
    root.replaceChildren();
    this.well = element("div", "well");
    this.why = element("div", "why");
    this.place = element("div", "place");
    this.name = element("div", "name");
    this.keys = element("div", "keys");
    this.state = element("div", "state");
    this.state.setAttribute("role", "status");
    this.strip = new Strip(place => this.move(place - this.cursor));
    const head = element("div", "head");
    head.append(this.place, this.why, this.name);
    const foot = element("div", "foot");
    foot.append(this.keys, this.state);
    root.append(head, this.well, this.strip.box, foot);
  }

  _drawKeys() {
    this.keys.replaceChildren(
      ...this.data.labels.slice(0, 9).map((name, i) => {
        const button = keyButton(String(i + 1), name, "answer", () => this.label(name));
        button.dataset.label = name;
        return button;
      }),
      keyButton("0", "Unsure", "answer", () => this.unsure()),
      keyButton("Space", "Skip", "plain", () => this.skip()),
      keyButton("U", "Undo", "plain", () => this.undo()),
      keyButton("\u21e7U", "Redo", "plain", () => this.redo()),
      keyButton("\u2190", "Back", "plain", () => this.move(-1)),
      keyButton("\u2192", "Forward", "plain", () => this.move(1)),
    );
  }

  _draw() {
    const { queue, labels, thumb } = this.data, card = queue[this.shown];
    const answers = queue.map(one => this.answers.of(one)).filter(Boolean);
    const unsure = answers.filter(one => one === UNSURE).length, done = answers.length - unsure;
    this.place.textContent = card ? `${this.shown + 1} of ${queue.length}` : "";
    this.why.textContent = asWritten(card?.why ?? "");
    if (!this.data.names) this.name.textContent = ""; // blind from now on
    this._drawPicture(card, done);
    this.strip.draw(queue, thumb, this.shown, one => this.answers.of(one));
    for (const button of this.keys.querySelectorAll("[data-label]"))
      button.setAttribute("aria-pressed", String(!!card && this.answers.of(card) === button.dataset.label));
    for (const button of this.keys.querySelectorAll(".answer")) button.disabled = !card;
    const { waiting } = this.log, trouble = this.log.trouble(this.data.problem);
    this.log.mark(this.root);
    this.state.classList.toggle("late", !!trouble);
    this.state.textContent = trouble
      ? `${waiting} not saved yet: ${asWritten(trouble)}`
      : waiting
        ? `Saving ${waiting}\u2026`
        : `${done} of ${queue.length} labelled${unsure ? `, ${unsure} unsure` : ""}, all saved`;
    if (!labels.length) this.state.textContent = "No labels yet: name them first";
    for (const next of queue.slice(this.shown + 1, this.shown + 1 + PRELOAD))
      this.pictures.get(this.data, next.id);
  }

  _drawPicture(card, done) {
    if (this.drawn === (card?.id ?? null) && this.well.firstChild && card) return;
    this.drawn = card?.id ?? null;
    this.name.textContent = "";
    if (!card) {
      const text = this.data.queue.length
        ? `End of the queue: ${done} of ${this.data.queue.length} labelled.`
        : "Nothing to label here.";
      this.well.replaceChildren(element("p", "end", text));
      return;
    }
    this.well.replaceChildren(this.pictures.get(this.data, card.id));
    if (this.data.names) this._drawName(card.id);
  }

  async _drawName(id) {
    try {
      const { name } = await (await fetch(this.data.names.replace("{id}", id))).json();
      if (this.drawn === id && this.data.names) this.name.textContent = asWritten(name ?? "");
    } catch {
      // the name is a courtesy; the image is what counts
    }
  }
}

function ids(queue) {
  return queue.map(card => card.id).join();
}
