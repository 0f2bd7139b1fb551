// Previous and next, by buttons and by the arrow keys.

import { element, whenGone } from "../shared/elements.js";
import { isBusy } from "../shared/keyboard.js";
import { Log } from "../shared/log.js";
import { Steps } from "./steps.js";

const BY = { ArrowLeft: -1, ArrowRight: 1 };

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".stepper");
  root.stepper ??= new Stepper(root);
  root.stepper.take(data, setStateValue);
  return whenGone(root, () => {
    root.stepper.free();
    delete root.stepper;
  });
}

class Stepper {
  constructor(root) {
    this.root = root;
    this.steps = new Steps();
    this.log = new Log({ isIdle: () => true }); // only the last image counts
    this.onKey = event => this._key(event);
    document.addEventListener("keydown", this.onKey, true);
    this.back = this._button("\u2039", "Previous image (left arrow)", -1);
    this.on = this._button("\u203a", "Next image (right arrow)", 1);
    this.words = element("span", "words");
    this.words.setAttribute("role", "status");
    root.append(this.back, this.words, this.on);
  }

  free() {
    document.removeEventListener("keydown", this.onKey, true);
    this.log.free();
  }

  take(data, send) {
    this.log.receive(data, send);
    this.steps.take(data, this.log.isAnswered(data));
    this.data = data;
    this._draw();
  }

  _button(text, title, by) {
    const button = element("button", "", text);
    button.type = "button";
    button.title = title;
    button.setAttribute("aria-label", title);
    button.addEventListener("click", () => this._go(by));
    return button;
  }

  _go(by) {
    const next = this.steps.go(by);
    if (!next) return;
    window.dispatchEvent(new CustomEvent("contrast:image", { detail: next })); // shown before Python answers
    this.log.add({ image: next.id });
    this._draw();
  }

  _key(event) {
    const by = BY[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const [target] = event.composedPath();
    const isElsewhere = target instanceof Element && target.closest("[role=slider], [role=grid], [role=dialog], canvas, .gallery");
    if (isElsewhere || isBusy(event, this.root)) return;
    event.preventDefault();
    event.stopPropagation();
    this._go(by);
  }

  _draw() {
    const { place, at } = this.steps, { total, words } = this.data;
    this.back.disabled = place <= 0;
    this.on.disabled = place >= total - 1;
    this.words.textContent = `${(place + 1).toLocaleString("en")} of ${total.toLocaleString("en")} ${words}`;
    this.root.dataset.image = this.steps.id;
    if (at >= 0) this._prefetch();
  }

  // The pictures that come next are there before they are asked for.
  _prefetch() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      this.ahead = [this.steps.near(1), this.steps.near(-1)].filter(Boolean).map(({ id }) => {
        const picture = new Image();
        picture.src = this.data.image.replace("{id}", id);
        return picture;
      });
    }, 150);
  }
}
