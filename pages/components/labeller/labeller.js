// One image after the other, labelled by keyboard. Two places in the queue are kept: `cursor`,
// where the person's keys have arrived, and `shown`, the image on the screen, which follows only
// once Python has said that everything before it is on disk.

const PRELOAD = 3;
const STRIP = 12; // thumbnails drawn on either side
const UNSAVED_AFTER = 4000; // ms without an answer before it is said to be unsaved

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
    this.token = newToken();
    this.seq = 0;
    this.pending = []; // said, not yet acknowledged
    this.past = []; // what an undo takes back: {at, id, before}
    this.said = new Map(); // labels given here, ahead of Python's own list
    this.cursor = this.shown = 0;
    this.pictures = new Map();
    this._layout();
    this.hear = event => this._key(event);
    document.addEventListener("keydown", this.hear, true);
  }

  update(data, send) {
    const before = this.data;
    this.data = data;
    this.send = send;
    this.root.style.height = fittingHeight(data.height, 220);
    this._settle();
    const isFirst = !before;
    const isOtherQueue = !isFirst && ids(before.queue) !== ids(data.queue);
    const isMoved = !isFirst && before.position !== data.position && !this._hasNews(before, data);
    if (isOtherQueue) this._keepImage(before.queue[this.cursor]?.id);
    else if ((isFirst || isMoved || this.wantsPlace) && !this.pending.length) this._go(data.position);
    if (!this.pending.length) this.wantsPlace = false;
    if (JSON.stringify(before?.labels) !== JSON.stringify(data.labels)) this._drawKeys();
    this._draw();
  }

  free() {
    document.removeEventListener("keydown", this.hear, true);
    clearTimeout(this.timer);
  }

  // ---- what was said, and whether it is on disk ------------------------------------------------

  _heard(data) {
    return data.acknowledged[this.token] ?? 0;
  }

  _hasNews(before, data) {
    return this._heard(before) !== this._heard(data);
  }

  _settle() {
    const heard = this._heard(this.data);
    const saved = this.pending.filter(({ seq }) => seq <= heard);
    this.pending = this.pending.filter(({ seq }) => seq > heard);
    if (saved.length) [this.shown, this.isLate] = [saved.at(-1).next, false];
    if (this.pending.length) return;
    clearTimeout(this.timer);
    this.shown = this.cursor;
    for (const card of this.data.queue) // once Python's list says the same, that one counts
      if (this.said.get(card.id) === card.label) this.said.delete(card.id);
  }

  _say(action, id, label = "") {
    this.pending.push({ seq: ++this.seq, id, action, label, next: this.cursor });
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
  }

  // ---- what the person does --------------------------------------------------------------------

  label(name) {
    const card = this.data.queue[this.cursor];
    if (!card || !name) return;
    this.past.push({ at: this.cursor, id: card.id, before: this._labelOf(card) });
    this.said.set(card.id, name);
    this.cursor++;
    this._say("label", card.id, name);
    this._draw();
  }

  skip() {
    const card = this.data.queue[this.cursor];
    if (!card) return;
    this.cursor++;
    this._say("skip", card.id);
    this._draw();
  }

  undo() {
    const last = this.past.pop();
    if (last) {
      this.said.set(last.id, last.before);
      this.cursor = Math.max(0, this.data.queue.findIndex(card => card.id === last.id));
    }
    this.wantsPlace = !last; // said before this mount: Python knows which image it was
    this._say("undo", last?.id ?? "");
    this._draw();
  }

  move(step) {
    this._go(this.cursor + step);
    this._draw();
  }

  _go(to) {
    this.cursor = Math.max(0, Math.min(this.data.queue.length, to));
    if (!this.pending.length) this.shown = this.cursor;
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
    else if (event.key === "u" || event.key === "U") this.undo();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  // ---- what is on the screen -------------------------------------------------------------------

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
    this.strip = element("div", "strip");
    this.strip.addEventListener("click", event => {
      const at = event.target.closest("button")?.dataset.at;
      if (at !== undefined) this.move(Number(at) - this.cursor);
    });
    const head = element("div", "head");
    head.append(this.place, this.why, this.name);
    const foot = element("div", "foot");
    foot.append(this.keys, this.state);
    root.append(head, this.well, this.strip, foot);
  }

  _drawKeys() {
    const key = (cap, text, act, kind) => {
      const button = element("button", `key ${kind}`);
      button.type = "button";
      button.append(element("kbd", "", cap), element("span", "", text));
      button.addEventListener("click", act);
      return button;
    };
    this.keys.replaceChildren(
      ...this.data.labels.slice(0, 9).map((name, i) => {
        const button = key(String(i + 1), name, () => this.label(name), "say");
        button.dataset.label = name;
        return button;
      }),
      key("Space", "Skip", () => this.skip(), "plain"),
      key("U", "Undo", () => this.undo(), "plain"),
      key("\u2190", "Back", () => this.move(-1), "plain"),
      key("\u2192", "Forward", () => this.move(1), "plain"),
    );
  }

  _labelOf(card) {
    return this.said.get(card.id) ?? card.label;
  }

  _draw() {
    const { queue, labels } = this.data, card = queue[this.shown];
    const done = queue.filter(one => this._labelOf(one)).length;
    this.place.textContent = card ? `${this.shown + 1} of ${queue.length}` : "";
    this.why.textContent = card?.why ?? "";
    this._drawPicture(card, done);
    this._drawStrip();
    for (const button of this.keys.querySelectorAll("[data-label]"))
      button.setAttribute("aria-pressed", String(!!card && this._labelOf(card) === button.dataset.label));
    for (const button of this.keys.querySelectorAll(".say")) button.disabled = !card;
    const waiting = this.pending.length;
    this.root.dataset.seq = this.seq;
    this.root.dataset.saved = this.seq - waiting;
    this.state.classList.toggle("late", !!this.isLate || (!!waiting && !!this.data.problem));
    this.state.textContent = this.isLate || (waiting && this.data.problem)
      ? `${waiting} not saved yet: ${this.data.problem || "the server does not answer"}`
      : waiting
        ? `Saving ${waiting}\u2026`
        : `${done} of ${queue.length} labelled, all saved`;
    if (!labels.length) this.state.textContent = "No labels yet: name them first";
    for (let k = 1; k <= PRELOAD; k++) if (queue[this.shown + k]) this._picture(queue[this.shown + k].id);
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
    this.well.replaceChildren(this._picture(card.id));
    if (this.data.names) this._drawName(card.id);
  }

  _picture(id) {
    if (!this.pictures.has(id)) {
      const picture = new Image();
      picture.src = this.data.image.replace("{id}", id);
      picture.alt = "Image to label";
      picture.addEventListener("load", () => enlarge(picture));
      picture.addEventListener("error", () => {
        if (picture.src.endsWith(this.data.thumb.replace("{id}", id))) return;
        picture.src = this.data.thumb.replace("{id}", id); // the file may be gone; its thumbnail stays
      });
      this.pictures.set(id, picture);
      if (this.pictures.size > 12) this.pictures.delete(this.pictures.keys().next().value);
    }
    return this.pictures.get(id);
  }

  async _drawName(id) {
    try {
      const { name } = await (await fetch(this.data.names.replace("{id}", id))).json();
      if (this.drawn === id) this.name.textContent = name ?? "";
    } catch {
      // the name is a courtesy; the image is what counts
    }
  }

  _drawStrip() {
    const { queue, thumb } = this.data;
    const from = Math.max(0, Math.min(this.shown - STRIP / 2, queue.length - 2 * STRIP));
    const cards = queue.slice(from, from + 2 * STRIP);
    while (this.strip.children.length > cards.length) this.strip.lastChild.remove();
    while (this.strip.children.length < cards.length) {
      const button = element("button", "small");
      button.type = "button";
      button.tabIndex = -1;
      button.append(new Image(), element("span", "tag"));
      this.strip.append(button);
    }
    cards.forEach((card, k) => {
      const button = this.strip.children[k], label = this._labelOf(card);
      const address = thumb.replace("{id}", card.id);
      if (button.firstChild.getAttribute("src") !== address) button.firstChild.src = address;
      button.firstChild.alt = `Image ${from + k + 1}`;
      button.dataset.at = from + k;
      button.lastChild.textContent = label;
      button.title = label || card.why;
      button.classList.toggle("done", !!label);
      button.toggleAttribute("data-now", from + k === this.shown);
    });
    const now = this.strip.querySelector("[data-now]");
    if (now) this.strip.scrollLeft = now.offsetLeft - this.strip.clientWidth / 2 + now.offsetWidth / 2;
  }
}

function ids(queue) {
  return queue.map(card => card.id).join();
}
