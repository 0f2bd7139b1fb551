// Two images side by side, judged by keyboard. The pair on the screen is the first of Python's
// queue, and the next one shows only once Python has said that the answer is on disk. A key counts
// for what was seen: before both pictures are drawn, or while an answer is saved, it does nothing.

const PRELOAD = 2;
const UNSAVED_AFTER = 4000; // ms without an answer before it is said to be unsaved
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
    this.token = newToken();
    this.seq = 0;
    this.pending = []; // said, not yet acknowledged
    this.pictures = new Map();
    this._layout();
    this.hear = event => this._key(event);
    document.addEventListener("keydown", this.hear, true);
  }

  update(data, send) {
    this.data = data;
    this.send = send;
    this.root.style.height = fittingHeight(data.height, 200);
    const heard = data.acknowledged[this.token] ?? 0;
    this.pending = this.pending.filter(({ seq }) => seq > heard);
    if (!this.pending.length) {
      clearTimeout(this.timer);
      this.isLate = false;
      this.shown = data.queue[0] ?? null;
    }
    this._draw();
  }

  free() {
    document.removeEventListener("keydown", this.hear, true);
    clearTimeout(this.timer);
  }

  // ---- what the person does --------------------------------------------------------------------

  say(answer) {
    if (!this.shown || this.pending.length || !this._isSeen()) return;
    const { left, right } = this.shown;
    this.pending.push({ seq: ++this.seq, action: "say", left, right, answer });
    this._send();
  }

  undo() {
    if (this.pending.length) return;
    this.pending.push({ seq: ++this.seq, action: "undo", left: "", right: "", answer: "" });
    this._send();
  }

  // Sent again until heard: the server may have been away, or the disk full.
  _send(attempt = 1) {
    this.send("log", { token: this.token, entries: [...this.pending], attempt });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.isLate = true;
      this._draw();
      this._send(attempt + 1);
    }, UNSAVED_AFTER);
    this._draw();
  }

  _isSeen() {
    return [this.shown.left, this.shown.right].every(id => {
      const picture = this._picture(id);
      return picture.complete && picture.naturalWidth;
    });
  }

  _key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event, this.root)) return;
    if (event.key in KEYS) event.repeat || this.say(KEYS[event.key]);
    else if (event.key === "u" || event.key === "U") event.repeat || this.undo();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  // ---- what is on the screen -------------------------------------------------------------------

  _layout() {
    this.question = element("div", "question", "Which has MORE contrast?");
    this.count = element("div", "count");
    this.wells = ["left", "right"].map(side => {
      const well = element("button", "well");
      well.type = "button";
      well.tabIndex = -1;
      well.dataset.side = side;
      well.setAttribute("aria-label", `The ${side} image has more contrast`);
      well.addEventListener("click", () => this.say(side));
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
    const button = element("button", `key ${answer === "undo" ? "plain" : "say"}`);
    button.type = "button";
    button.dataset.answer = answer;
    button.append(element("kbd", "", cap), element("span", "", text));
    button.addEventListener("click", () => (answer === "undo" ? this.undo() : this.say(answer)));
    return button;
  }

  _draw() {
    const { queue, answered, problem } = this.data, pair = this.shown;
    const last = this.pending.at(-1), isTrouble = this.isLate || (!!last && !!problem);
    for (const well of this.wells) {
      this._drawPicture(well, pair?.[well.dataset.side]);
      well.toggleAttribute("data-chosen", !!last && [well.dataset.side, "tie"].includes(last.answer));
    }
    for (const button of this.root.querySelectorAll(".key.say")) {
      button.disabled = !pair;
      button.setAttribute("aria-pressed", String(last?.answer === button.dataset.answer));
    }
    this.count.textContent = `${answered.toLocaleString("en")} answered by you`;
    this.root.dataset.seq = this.seq;
    this.root.dataset.saved = this.seq - this.pending.length;
    this.state.classList.toggle("late", isTrouble);
    this.state.textContent = isTrouble
      ? `Not saved yet: ${problem || "the server does not answer"}`
      : last ? "Saving\u2026" : "All saved";
    for (const next of queue.slice(1, 1 + PRELOAD)) {
      this._picture(next.left);
      this._picture(next.right);
    }
  }

  _drawPicture(well, id) {
    if (well.dataset.id === (id ?? "")) return;
    well.dataset.id = id ?? "";
    well.replaceChildren(...(id ? [this._picture(id)] : []));
  }

  _picture(id) {
    if (!this.pictures.has(id)) {
      const picture = new Image();
      picture.src = this.data.image.replace("{id}", id);
      picture.alt = "Image to compare";
      picture.addEventListener("load", () => enlarge(picture));
      picture.addEventListener("error", () => {
        if (picture.src.endsWith(this.data.thumb.replace("{id}", id))) return;
        picture.src = this.data.thumb.replace("{id}", id); // the file may be gone; its thumbnail stays
      });
      this.pictures.set(id, picture);
      if (this.pictures.size > 16) this.pictures.delete(this.pictures.keys().next().value);
    }
    return this.pictures.get(id);
  }
}
