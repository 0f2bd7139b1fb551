// Two images side by side, judged by keyboard. The pair on the screen is the first of Python's
// queue, and the next one shows only once Python has acknowledged that the answer is on disk. A key
// counts for what was seen: before both pictures are drawn, or while an answer is saved, it does
// nothing.

import { asWritten } from "../shared/as_written.js";
import { element, fittingHeight, whenGone } from "../shared/elements.js";
import { isBusy, keyButton } from "../shared/keyboard.js";
import { LargePictures } from "../shared/large_pictures.js";
import { Log } from "../shared/log.js";

const PRELOAD = 2;
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
    this.pictures = new LargePictures(16, "Image to compare");
    this._layout();
    this.onKey = event => this._key(event);
    document.addEventListener("keydown", this.onKey, true);
  }

  update(data, send) {
    this.data = data;
    this.root.style.height = fittingHeight(data.height, 200);
    this.log.receive(data, send);
    if (!this.log.waiting) this.shown = data.queue[0] ?? null;
    this._draw();
  }

  free() {
    document.removeEventListener("keydown", this.onKey, true);
    this.log.free();
  }

  // ---- what the annotator does ------------------------------------------------------------------

  answer(answer) {
    if (!this.shown || this.log.waiting || !this._isSeen()) return;
    const { left, right } = this.shown;
    this._tell({ action: "answer", left, right, answer });
  }

  undo() {
    if (this.log.waiting) return;
    this._tell({ action: "undo", left: "", right: "", answer: "" });
  }

  _tell(entry) {
    this.log.add(entry);
    this._draw();
  }

  _isSeen() {
    return [this.shown.left, this.shown.right].every(id => {
      const picture = this.pictures.get(this.data, id);
      return picture.complete && picture.naturalWidth;
    });
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
    const { queue, answered, problem } = this.data, pair = this.shown;
    const last = this.log.pending.at(-1), trouble = this.log.trouble(problem);
    for (const well of this.wells) {
      this._drawPicture(well, pair?.[well.dataset.side]);
      well.toggleAttribute("data-chosen", !!last && [well.dataset.side, "tie"].includes(last.answer));
    }
    for (const button of this.root.querySelectorAll(".key.answer")) {
      button.disabled = !pair;
      button.setAttribute("aria-pressed", String(last?.answer === button.dataset.answer));
    }
    this.count.textContent = `${answered.toLocaleString("en")} answered by you`;
    this.log.mark(this.root);
    this.state.classList.toggle("late", !!trouble);
    this.state.textContent = trouble ? `Not saved yet: ${asWritten(trouble)}` : last ? "Saving\u2026" : "All saved";
    for (const next of queue.slice(1, 1 + PRELOAD))
      for (const id of [next.left, next.right]) this.pictures.get(this.data, id);
  }

  _drawPicture(well, id) {
    if (well.dataset.id === (id ?? "")) return;
    well.dataset.id = id ?? "";
    well.replaceChildren(...(id ? [this.pictures.get(this.data, id)] : []));
  }
}
