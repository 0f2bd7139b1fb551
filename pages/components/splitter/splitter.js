// The bar between two parts of a page. While it is dragged only the browser moves; the page learns
// where it was left.

import { element, whenGone } from "../shared/elements.js";
import { Log } from "../shared/log.js";
import { atRest, shareAt, shareBy, shareByDoubleClick } from "./share.js";

const WAIT = 250; // ms after a key before the page is told

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".splitter");
  const splitter = (root.splitter ??= new Splitter(root));
  splitter.take(data, setStateValue);
  return whenGone(root, () => splitter.free());
}

class Splitter {
  constructor(root) {
    this.root = root;
    this.log = new Log();
    this.bar = element("div", "bar");
    this.bar.tabIndex = 0;
    this.bar.setAttribute("role", "separator");
    this.bar.setAttribute("aria-orientation", "vertical");
    this.bar.setAttribute("aria-valuemin", "0");
    this.bar.setAttribute("aria-valuemax", "100");
    this.button = element("button", "opens");
    this.button.type = "button";
    this.button.addEventListener("click", () => this._leave(this.data.open));
    root.append(this.bar, this.button);
    this.bar.addEventListener("pointerdown", event => this._press(event));
    this.bar.addEventListener("pointermove", event => this._drag(event));
    for (const end of ["pointerup", "pointercancel"])
      this.bar.addEventListener(end, () => this._drop());
    this.bar.addEventListener("dblclick", () => this._leave(shareByDoubleClick(this.share, this.data)));
    this.bar.addEventListener("keydown", event => this._key(event));
  }

  free() {
    clearTimeout(this.timer);
  }

  take(data, send) {
    this.data = data;
    this.log.receive(data, send);
    this.panes = document.querySelector(`.st-key-${data.panes}`);
    this.bar.setAttribute("aria-label", `Between ${data.left} and ${data.right}`);
    this.bar.title = "Drag, or double-click to close and open";
    if (this.isHeld || !this.log.isAnswered(data)) return;
    this.told = data.share;
    this._set(data.share);
  }

  _set(share) {
    const { data, bar, button } = this;
    this.share = share;
    this.panes?.style.setProperty("--split", share);
    bar.setAttribute("aria-valuenow", Math.round(share));
    bar.setAttribute("aria-valuetext", `${data.left} ${Math.round(share)} %`);
    const closed = share === 0 ? data.left : share === 100 ? data.right : "";
    button.hidden = !closed;
    button.textContent = closed && `Show the ${closed}`;
    this.root.dataset.share = Math.round(share);
  }

  _press(event) {
    if (event.button) return;
    this.isHeld = true;
    this.began = event.clientX;
    this.bar.setPointerCapture(event.pointerId);
    this.root.classList.add("held");
  }

  _drag(event) {
    if (!this.isHeld || !this.panes || Math.abs(event.clientX - this.began) < 3) return;
    this.began = -1e6;
    this._set(shareAt(event.clientX, this.panes.getBoundingClientRect()));
  }

  _drop() {
    if (!this.isHeld) return;
    this.isHeld = false;
    this.root.classList.remove("held");
    this._leave(atRest(this.share, this.data));
  }

  _key(event) {
    const share = shareBy(event.key, this.share, this.data);
    if (share === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this._set(share);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this._leave(share), WAIT);
  }

  _leave(share) {
    this._set(share);
    if (share === (this.told ?? this.data.share)) return;
    this.told = share;
    this.log.add({ share });
  }
}
