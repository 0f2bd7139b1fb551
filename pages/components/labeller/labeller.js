// One image after the other, labelled by keyboard. Two places in the queue are kept: `cursor`,
// where the annotator's keys have arrived, and `shown`, the image on the screen, which follows only
// once Python has acknowledged that everything before it is on disk. An answer leads to the next
// image that has none, so that keys in a row never change what is finished; who goes back to a
// finished image by arrow or click may change it, and is told, or asked, what was there. Where others
// label too, keys lead past the images in their hands, and a key for one that is not handed to this
// annotator yet waits until it is.

import { asWritten } from "../shared/as_written.js";
import { element, fittingHeight, whenGone } from "../shared/elements.js";
import { isBusy, keyButton } from "../shared/keyboard.js";
import { LargePictures } from "../shared/large_pictures.js";
import { Log } from "../shared/log.js";
import { Answers, UNSURE } from "./answers.js";
import { Finder } from "./finder.js";
import { Hands, Typed } from "./hands.js";
import { labelKeys } from "./label_keys.js";
import { named, QueueEnd } from "./queue_end.js";
import { Strip } from "./strip.js";

const PRELOAD = 3;
const MANY = 9; // labels; more are drawn in small
const ABOVE = 226; // pixels of a low window that the page needs

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
    this.keyed = []; // the labels with their keys
    this.asked = null; // {id, answer}: given once the same key comes again
    this.typed = new Typed(card => this._look(card));
    this.notice = { words: "" };
    this.pictures = new LargePictures(12, "Image to label");
    this._layout();
    this.onKey = event => this._key(event);
    document.addEventListener("keydown", this.onKey, true);
  }

  update(data, send) {
    const before = this.data;
    this.data = data;
    this.hands = new Hands(data, this.answers);
    this.keyed = labelKeys(data.labels);
    this._receive(send);
    const isFirst = !before;
    const isOtherQueue = !isFirst && ids(before.queue) !== ids(data.queue);
    const isAlone = !before?.others && !data.others; // else what others do would move this annotator
    const isMoved = !isFirst && isAlone && before.position !== data.position && !this._hasNews(before, data);
    if (isOtherQueue) this._keepImage(before.queue[this.cursor]?.id);
    else if ((isFirst || isMoved || this.wantsPlace) && !this.log.waiting) this._go(data.position);
    if (!this.log.waiting) this.wantsPlace = false;
    if (isFirst) this._arrive();
    if (JSON.stringify(before?.labels) !== JSON.stringify(data.labels)) this._drawKeys();
    this.typed.give(() => this._next(), this.hands, this.log.waiting);
    this._draw();
  }

  // The image at the cursor, which goes on past what others were handed or have labelled since it
  // came there; what is on the screen stays.
  _next() {
    const { queue } = this.data;
    if (!this.isChosen && queue[this.cursor]?.id !== this.drawn)
      while (queue[this.cursor] && this.hands.isOthers(queue[this.cursor])) this._go(this.cursor + 1);
    return queue[this.cursor];
  }

  _look(card) {
    if (this.log.waiting) return false;
    this._tell("look", card.id);
    return true;
  }

  free() {
    document.removeEventListener("keydown", this.onKey, true);
    this.typed.free();
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

  _answer(action, answer) {
    const card = this._next();
    if (!card) return;
    if (this.typed.waits(card, this.hands)) return this._later(card, () => this._answer(action, answer));
    const before = this.answers.of(card), isOwn = this.answers.isOwn(card);
    if (before === answer && isOwn) return this._agree(answer);
    if (this._asks(card, answer)) return;
    this.asked = null;
    this.notice = { words: "" };
    if (before && before !== answer)
      this.notice = {
        words: isOwn
          ? `Image ${this.cursor + 1} was ${named(before)}, now ${named(answer)}`
          : `${card.by} said ${named(before)} of image ${this.cursor + 1}, you ${named(answer)}`,
        undoes: true,
      };
    this.answers.give(card, answer);
    this._goOn(!before);
    this._tell(action, card.id, action === "label" ? answer : "");
  }

  // The same label again, going over what is finished: on to the image beside it.
  _agree(answer) {
    const words = `Image ${this.cursor + 1} already was ${named(answer)}: nothing changed.`;
    this._go(this.cursor + 1);
    this._stay(words);
  }

  // True where what stood there when the annotator arrived is not theirs of just now, and they have
  // not pressed the same key again: it is never replaced by one key.
  _asks(card, answer) {
    const { found } = this, holder = this.hands.holder(card);
    if (!holder && (!found || found === answer || this.answers.isFresh(card))) return false;
    if (this.asked?.id === card.id && this.asked.answer === answer) return false;
    const key = this.keyed.find(one => one.label === answer)?.key ?? "0";
    const again = key ? `press ${key.toUpperCase()} again` : "choose it again";
    if (holder) {
      this._stay(`${asWritten(holder)} has this image now: ${again} to say ${named(answer)} as well.`);
      this.asked = { id: card.id, answer };
      return true;
    }
    const who = card.by ? `${card.by} said ${named(found)}` : `You said ${named(found)} before`;
    this._stay(`${who}: ${again} to say ${named(answer)}${card.by ? " as well" : " instead"}.`);
    this.asked = { id: card.id, answer };
    return true;
  }

  _stay(words) {
    this.asked = null;
    this.notice = { words };
    this._draw();
  }

  // From an image that was open to the next that is, from a finished one to the one beside it.
  _goOn(isOn) {
    this.isChosen = false;
    this.cursor++;
    if (isOn) while (this.data.queue[this.cursor] && this._isDone(this.cursor)) this.cursor++;
    this._arrive();
  }

  // True for what keys lead past: what has an answer, and what is another's to label.
  _isDone(place) {
    const card = this.data.queue[place];
    return !!this.answers.of(card) || card.is_taken || !!this.hands.holder(card);
  }

  // Done once the image is handed to this annotator.
  _later(card, act, needs = true) {
    this.typed.add(card, act, needs);
    this._draw();
  }

  // What stands at the cursor as the annotator comes to it.
  _arrive() {
    const card = this.data.queue[this.cursor];
    this.found = card ? this.answers.of(card) : "";
    this.asked = null;
  }

  skip() {
    const card = this.data.queue[this.cursor];
    if (!card) return;
    if (this.typed.waits(card, this.hands)) return this._later(card, () => this.skip());
    this.notice = { words: "" };
    this._goOn(true);
    this._tell("skip", card.id);
  }

  undo() {
    if (this.typed.isWaiting) return this._later(null, () => this.undo(), false);
    const id = this.answers.undo(one => this._cardOf(one));
    if (id) this._reach(this._placeOf(id));
    this.wantsPlace = !id; // given before this mount: Python knows which image it was
    this.notice = { words: id ? `Undone for image ${this.cursor + 1}` : "" };
    this._tell("undo", id ?? "");
  }

  redo() {
    if (this.typed.isWaiting) return this._later(null, () => this.redo(), false);
    const id = this.answers.redo(one => this._cardOf(one));
    if (id) this._reach(this._placeOf(id) + 1);
    this.wantsPlace = !id;
    this.notice = { words: id ? `Given again for image ${this._placeOf(id) + 1}` : "" };
    this._tell("redo", id ?? "");
  }

  _placeOf(id) {
    return Math.max(0, this.data.queue.findIndex(card => card.id === id));
  }

  _cardOf(id) {
    return this.data.queue[this._placeOf(id)];
  }

  move(step) {
    if (this.typed.isWaiting) return this._later(null, () => this.move(step), false);
    this.notice = { words: "" };
    this._go(this.cursor + step, true);
    this._draw();
  }

  _reach(place) {
    this.cursor = Math.max(0, Math.min(this.data.queue.length, place));
    this._arrive();
  }

  // `isChosen`: the annotator wants to see this very image, in whose hands it may be.
  _go(to, isChosen = false) {
    this.isChosen = isChosen;
    this._reach(to);
    if (!this.log.waiting) this.shown = this.cursor;
  }

  _keepImage(id) {
    const at = this.data.queue.findIndex(card => card.id === id);
    this._go(at >= 0 ? at : this.data.position);
  }

  _key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event, this.root)) return;
    const label = event.shiftKey ? "" : this._labelOf(event.key);
    if (label) this.label(label);
    else if (event.key === "ArrowRight" || event.key === "ArrowLeft")
      this.move(event.key === "ArrowRight" ? 1 : -1);
    else if (event.key === " ") this.skip();
    else if (event.key === "0") this.unsure();
    else if (event.key === "/") this.finder.open(this.data.labels);
    else if (event.key === "Escape" && this.asked) this._stay("Nothing changed.");
    else if (event.key === "u" || event.key === "U") event.shiftKey ? this.redo() : this.undo();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  _labelOf(key) {
    return this.keyed.find(one => one.key && one.key === key.toLowerCase())?.label;
  }

  // ---- what is on the screen --------------------------------------------------------------------

  _layout() {
    const { root } = this;
    root.replaceChildren();
    this.well = element("div", "well");
    this.why = element("div", "why");
    this.place = element("div", "place");
    this.name = element("div", "name");
    this.given = element("div", "keys");
    this.keys = element("div", "keys");
    this.note = element("div", "note");
    this.note.setAttribute("role", "status");
    this.finder = new Finder(label => this.label(label));
    this.end = new QueueEnd(place => this.move(place - this.cursor));
    this.state = element("div", "state");
    this.state.setAttribute("role", "status");
    this.strip = new Strip(place => this.move(place - this.cursor));
    const head = element("div", "head");
    head.append(this.place, this.why, this.name);
    const foot = element("div", "foot");
    foot.append(this.keys, this.state);
    root.append(head, this.well, this.strip.box, this.note, this.given, this.finder.box, foot);
  }

  _drawKeys() {
    this.given.classList.toggle("many", this.keyed.length > MANY);
    this.given.replaceChildren(
      ...this.keyed.map(({ label, key }) => {
        const button = keyButton(key.toUpperCase() || "/", label, "answer", () => this.label(label));
        button.dataset.label = label;
        button.title = asWritten(label);
        return button;
      }),
      keyButton("0", "Unsure", "answer", () => this.unsure()),
    );
    this.keys.replaceChildren(
      keyButton("/", "Find", "plain", () => this.finder.open(this.data.labels)),
      keyButton("Space", "Skip", "plain", () => this.skip()),
      keyButton("U", "Undo", "plain", () => this.undo()),
      keyButton("\u21e7U", "Redo", "plain", () => this.redo()),
      keyButton("\u2190", "Back", "plain", () => this.move(-1)),
      keyButton("\u2192", "Forward", "plain", () => this.move(1)),
    );
  }

  _draw() {
    const { queue, labels, thumb } = this.data, card = queue[this.shown];
    this.root.style.height = card ? fittingHeight(this.data.height, ABOVE) : "auto";
    this.root.classList.toggle("ended", !card);
    const answers = queue.map(one => this.answers.of(one)).filter(Boolean);
    const unsure = answers.filter(one => one === UNSURE).length, done = answers.length - unsure;
    this.place.textContent = card ? `${this.shown + 1} of ${queue.length}` : "";
    const holder = card && this.hands.holder(card);
    this.why.textContent = asWritten(holder ? `${holder} has this image now` : (card?.why ?? ""));
    if (!this.data.names) this.name.textContent = ""; // blind from now on
    const isLate = card && !this.isChosen && this.typed.waits(card, this.hands);
    if (!isLate) this._drawPicture(card);
    this._drawNote();
    this.strip.draw(queue, thumb, this.shown, one => this.answers.of(one), one => this.hands.words(one));
    for (const button of this.given.querySelectorAll("[data-label]"))
      button.setAttribute("aria-pressed", String(!!card && this.answers.of(card) === button.dataset.label));
    for (const button of this.given.children) button.disabled = !card;
    const waiting = this.log.waiting + this.typed.acts.length, trouble = this.log.trouble(this.data.problem);
    this.log.mark(this.root, this.typed.acts.length);
    this.state.classList.toggle("late", !!trouble);
    this.state.textContent = trouble
      ? `${waiting} not saved yet: ${asWritten(trouble)}`
      : waiting
        ? `Saving ${waiting}\u2026`
        : `${done} of ${queue.length} labelled${unsure ? `, ${unsure} unsure` : ""}, all saved`;
    if (isLate && !waiting) this.state.textContent = "Getting the next images\u2026";
    if (!labels.length) this.state.textContent = "No labels yet: name them first";
    for (const next of queue.slice(this.shown + 1, this.shown + 1 + PRELOAD))
      this.pictures.get(this.data, next.id);
  }

  _drawNote() {
    const { words, undoes } = this.notice;
    this.note.classList.toggle("asks", !!this.asked);
    this.note.replaceChildren(element("span", "", words));
    if (undoes) this.note.append(keyButton("U", "Undo this", "plain", () => this.undo()));
  }

  _drawPicture(card) {
    if (this.drawn === (card?.id ?? null) && this.well.firstChild && card) return;
    this.drawn = card?.id ?? null;
    this.name.textContent = "";
    if (!card) {
      const end = this.end.drawn(this.data, one => this.answers.of(one), one => !!this.hands.words(one));
      if (this.well.firstChild !== end) this.well.replaceChildren(end);
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
