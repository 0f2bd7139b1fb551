// Two images side by side, judged by keyboard. An answer goes into the numbered log, which sends it
// at once and keeps it until it is on disk; the next pair, fetched ahead, is there with the same
// key, so no key has to wait for the server. A key counts for what was seen: one that comes before
// both pictures are drawn is not an answer, and that is said.

import { asWritten } from "../shared/as_written.js";
import { element, fittingHeight, whenGone } from "../shared/elements.js";
import { isBusy, keyButton } from "../shared/keyboard.js";
import { LargePictures } from "../shared/large_pictures.js";
import { Log } from "../shared/log.js";
import { Waiting } from "./waiting.js";

const PRELOAD = 6;
const KEPT = 24; // pictures
const KEYS = { ArrowLeft: "left", ArrowRight: "right", ArrowDown: "tie" };

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".pair");
  const pair = (root.pair ??= new Pair(root));
  pair.update(data, setStateValue);
  return whenGone(root, () => {
    root.pair?.free();
    root.pair = null;
  });
}

class Pair {
  constructor(root) {
    this.root = root;
    this.log = new Log({ onLate: () => this._draw() });
    this.waiting = new Waiting();
    this.early = 0; // keys in a row that came before a pair was drawn
    this.pictures = new LargePictures(KEPT, "Image to compare");
    this._layout();
    this.onKey = event => this._key(event);
    document.addEventListener("keydown", this.onKey, true);
  }

  update(data, send) {
    this.data = data;
    this.root.style.height = fittingHeight(data.height, 200);
    this.log.receive(data, send);
    this._draw();
  }

  free() {
    document.removeEventListener("keydown", this.onKey, true);
    this.log.free();
  }

  // ---- what the annotator does ------------------------------------------------------------------

  answer(answer) {
    if (!this._isSeen()) {
      this.early++;
      return this._draw();
    }
    const { left, right } = this.shown;
    this._tell({ action: "answer", left, right, answer, pair: this.shown });
  }

  undo() {
    this._tell({ action: "undo", left: "", right: "", answer: "", pair: this.waiting.undo() });
  }

  _tell(entry) {
    if (entry.action === "answer") this.waiting.answer(entry.pair);
    this.early = 0;
    this.log.add(entry);
    this._draw();
  }

  // True once the pair has been on the screen, both pictures drawn.
  _isSeen() {
    return !!this.shown && this.seen === this.shown;
  }

  _isLoaded(pair) {
    return [pair.left, pair.right].every(id => {
      const picture = this.pictures.get(this.data, id);
      return picture.complete && picture.naturalWidth;
    });
  }

  // Looks after every frame whether the pair is drawn, until it is.
  _watch() {
    const pair = this.shown;
    if (!pair || this.watched === pair || this.seen === pair) return;
    this.watched = pair;
    const look = () => {
      if (this.shown !== pair || !this.root.isConnected) return void (this.watched = null);
      if (!this._isLoaded(pair)) return requestAnimationFrame(look);
      this.watched = null;
      this.seen = pair;
      this.root.dataset.seen = `${pair.left} ${pair.right}`;
    };
    requestAnimationFrame(look);
  }

  _key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event, this.root)) return;
    if (event.key in KEYS) event.repeat || this.answer(KEYS[event.key]);
    else if (event.key === "u" || event.key === "U") event.repeat || this.undo();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  // ---- what is on the screen --------------------------------------------------------------------

  _layout() {
    this.question = element("div", "question", "Which has MORE contrast?");
    this.count = element("div", "count");
    this.wells = ["left", "right"].map(side => {
      const well = element("button", "well");
      well.type = "button";
      well.tabIndex = -1;
      well.dataset.side = side;
      well.setAttribute("aria-label", `The ${side} image has more contrast`);
      well.addEventListener("click", () => this.answer(side));
      return well;
    });
    this.state = element("div", "state");
    this.state.setAttribute("role", "status");
    const head = element("div", "head");
    head.append(this.question, this.count);
    const both = element("div", "both");
    both.append(...this.wells);
    const keys = element("div", "keys");
    keys.append(
      this._button("\u2190", "Left", "left"),
      this._button("\u2193", "No difference", "tie"),
      this._button("\u2192", "Right", "right"),
      this._button("U", "Undo", "undo"),
    );
    const foot = element("div", "foot");
    foot.append(keys, this.state);
    this.root.replaceChildren(head, both, foot);
  }

  _button(cap, text, answer) {
    const isUndo = answer === "undo";
    const act = () => (isUndo ? this.undo() : this.answer(answer));
    const button = keyButton(cap, text, isUndo ? "plain" : "answer", act);
    button.dataset.answer = answer;
    return button;
  }

  _draw() {
    const { queue, answered, problem } = this.data;
    const left = this.waiting.after(queue, this.log.pending), pair = left[0] ?? null;
    if (!same(this.shown, pair)) this.shown = pair;
    const { waiting } = this.log, trouble = this.log.trouble(problem);
    for (const well of this.wells) {
      this._drawPicture(well, pair?.[well.dataset.side]);
      well.disabled = !pair;
    }
    for (const button of this.root.querySelectorAll(".key.answer")) button.disabled = !pair;
    this.count.textContent = `${(answered + this._ahead()).toLocaleString("en")} answered by you`;
    this.log.mark(this.root);
    this.state.classList.toggle("late", !!trouble || !!this.early);
    this.state.textContent = this._words(waiting, trouble, pair);
    for (const next of left.slice(1, 1 + PRELOAD))
      for (const id of [next.left, next.right]) this.pictures.get(this.data, id);
    this._watch();
  }

  // Answers that are not on disk yet, less those that are being taken back.
  _ahead() {
    const { pending } = this.log;
    return pending.reduce((sum, { action }) => sum + (action === "answer" ? 1 : -1), 0);
  }

  _words(waiting, trouble, pair) {
    if (trouble) return `${waiting} not saved yet: ${asWritten(trouble)}`;
    if (this.early)
      return `${this.early === 1 ? "1 key" : `${this.early} keys`} came before the pair was drawn: not counted`;
    if (!pair && !waiting) return "Others have all pairs now; one comes as soon as it is free.";
    return waiting ? `Saving ${waiting}\u2026` : "All saved";
  }

  _drawPicture(well, id) {
    if (well.dataset.id === (id ?? "")) return;
    well.dataset.id = id ?? "";
    well.replaceChildren(...(id ? [this.pictures.get(this.data, id)] : []));
  }
}

function same(one, other) {
  return one?.left === other?.left && one?.right === other?.right;
}
