// Slides over the whole window. All are made at once, so that the next one is there with the key.

import { element, whenGone } from "../shared/elements.js";
import { fetchedJson } from "../shared/fetching.js";
import { Log } from "../shared/log.js";
import { openChooser } from "./chooser.js";
import { asked, atPlace, place, placeIn, shownOf, withoutThese } from "./going.js";
import { bodyOf } from "./parts.js";
import { turning } from "./turning.js";

const LONG = 46; // characters of a message from which its type is smaller
const SEEN = 2500; // ms for which the buttons stay after the pointer has moved

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".slides");
  root.talk ??= new Talk(root);
  root.talk.update(data, setStateValue);
  return whenGone(root, () => {
    root.talk?.free();
    root.talk = null;
  });
}

class Talk {
  constructor(root) {
    this.root = root;
    this.log = new Log();
    this.path = location.pathname;
    this.at = 0;
    this.shown = [];
    this.ending = new AbortController();
    const { signal } = this.ending, heard = (who, kind, act, isFirst) => who?.addEventListener(kind, act, { signal, capture: isFirst });
    heard(document, "keydown", event => this._key(event), true);
    heard(document, "pointerdown", () => { this.byTab = false; }, true);
    heard(document, "pointermove", () => this._stir());
    heard(window, "popstate", () => this._follow());
    heard(window.navigation, "currententrychange", event => this._rewrite(event));
    heard(document, "fullscreenchange", () => this._full());
    this._layout();
  }

  free() {
    this.ending.abort();
    this.log.free();
    clearTimeout(this.still);
    delete document.documentElement.dataset.slide;
  }

  async update(data, send) {
    this.log.receive(data, send);
    this.data = data;
    if (data.deck !== this.deck) await this._take(data);
    const look = JSON.stringify(data.look);
    if (look === this.look) return;
    this.look = look;
    this._look(data.look);
  }

  async _take(data) {
    this.deck = data.deck;
    try {
      const { name, slides } = await fetchedJson(data.deck);
      this.name = name;
      this.slides = slides.map(slide => ({ ...slide, root: this._made(slide) }));
      this.stage.replaceChildren(...this.slides.map(({ root }) => root));
      this.shown = shownOf(this.slides, new URL(location.href));
      this._go(placeIn(new URL(location.href), this.shown.length));
      this.root.dataset.ready = "";
      this._change(data.change);
    } catch (error) {
      this.stage.replaceChildren(element("p", "message", `The slides could not be fetched: ${error.message}`));
    }
  }

  // ---- drawing --------------------------------------------------------------------------------------

  _layout() {
    this.stage = element("div", "stage");
    this.said = element("div", "spoken");
    this.said.setAttribute("role", "status");
    this.count = element("span", "count");
    const button = (text, name, act) => {
      const made = element("button", "", text);
      made.type = "button";
      made.title = name;
      made.setAttribute("aria-label", name);
      made.addEventListener("click", act);
      return made;
    };
    this.back = button("\u2039", "Previous slide (left arrow)", () => this._step(-1));
    this.on = button("\u203a", "Next slide (right arrow)", () => this._step(1));
    this.full = button("Full screen", "Full screen (F)", () => this._toggleFull());
    this.bar = element("div", "bar");
    this.bar.setAttribute("role", "group");
    this.bar.setAttribute("aria-label", "Slides");
    this.bar.append(
      button("Leave", "Leave the slides (Esc)", () => this._leave()),
      button("Slides", "Choose the slides that are shown", () => this._choose()),
      this.full, this.back, this.count, this.on,
    );
    this.root.replaceChildren(this.stage, this.bar, this.said);
  }

  _made(slide) {
    const root = element("section", `slide on-${slide.name}`), body = element("div", "body");
    root.hidden = true;
    const message = element("h2", "message"), foot = element("p", "foot");
    const say = (words, below) => {
      message.textContent = words;
      message.classList.toggle("long", words.length > LONG);
      foot.textContent = below;
      root.setAttribute("aria-label", `${slide.title}: ${words}`);
    };
    if (slide.live === "map") {
      this.panel = element("div", "panel");
      Object.assign(this.panel, { tabIndex: 0, role: "region", ariaLabel: "Beside the map" });
      this.legend = bodyOf(slide, this.data);
      this.panel.append(...this.legend);
      body.append(this.panel);
    } else body.append(...bodyOf(slide, this.data));
    if (slide.live === "what-if") this.turn = { body, say };
    root.append(element("p", "title", slide.title), message);
    if (slide.outdated) root.append(element("p", "old", `Out of date: ${slide.outdated}.`));
    root.append(body, foot);
    say(slide.message, slide.foot);
    return root;
  }

  // What was clicked or outlined on the map stands beside it, instead of the clusters.
  _look(look) {
    if (!this.panel) return;
    if (!look) {
      this.panel.replaceChildren(...this.legend);
      return;
    }
    const close = element("button", "close", "\u00d7");
    close.type = "button";
    close.setAttribute("aria-label", "Close (Esc)");
    close.addEventListener("click", () => this.log.add({ kind: "close" }));
    const head = element("div", "look-head");
    head.append(element("p", "title", look.title), close);
    const [pictures, ...rest] = bodyOf({ ...look, lines: [] }, this.data), lines = bodyOf({ ...look, pictures: [], bars: [] }, this.data);
    this.panel.replaceChildren(head, pictures, element("h3", "", look.message), ...lines, ...rest, element("p", "foot", look.foot));
    this.panel.scrollTop = 0;
    this.said.textContent = `${look.title}: ${look.message}`;
  }

  // The slide with a slider is computed meanwhile.
  async _change(address) {
    if (!this.turn || !address) return;
    const { body, say } = this.turn;
    body.replaceChildren(element("p", "waiting", "Measuring a typical image at many strengths\u2026"));
    try {
      body.replaceChildren(...turning(await fetchedJson(address), this.data, say));
    } catch (error) {
      body.replaceChildren(element("p", "waiting", `It could not be measured: ${error.message}`));
    }
  }

  // ---- going ----------------------------------------------------------------------------------------

  _go(at) {
    this.at = at;
    const total = this.shown.length, { name, title, message } = this.shown[at];
    for (const slide of this.slides) slide.root.hidden = slide.name !== name;
    document.documentElement.dataset.slide = name;
    this.count.textContent = `${at + 1} / ${total}`;
    this.back.disabled = at === 0;
    this.on.disabled = at === total - 1;
    this.said.textContent = `Slide ${at + 1} of ${total}. ${title}: ${message}`;
    Object.assign(this.root.dataset, { slide: name, at: at + 1 });
  }

  _step(what) {
    const to = place(this.at, what, this.shown.length);
    if (to === this.at) return;
    this._go(to);
    history.pushState(history.state, "", atPlace(location.href, to));
  }

  _follow() {
    if (location.pathname !== this.path || !this.slides) return;
    const address = new URL(location.href);
    this.shown = shownOf(this.slides, address);
    this._go(placeIn(address, this.shown.length));
  }

  // Streamlit writes the whole address, and may have it from before the last key.
  _rewrite({ navigationType }) {
    if (navigationType === "traverse" || location.pathname !== this.path || !this.slides) return;
    const address = new URL(location.href);
    if (placeIn(address, this.shown.length) !== this.at) history.replaceState(history.state, "", atPlace(address, this.at));
  }

  _choose() {
    openChooser(this.root, this.slides, this.shown, names => {
      const { name } = this.shown[this.at], address = withoutThese(location.href, names);
      this.shown = shownOf(this.slides, address);
      const at = this.shown.findIndex(slide => slide.name === name);
      this._go(at < 0 ? place(this.at, 0, this.shown.length) : at);
      history.replaceState(history.state, "", atPlace(address, this.at));
    });
  }

  _leave() {
    if (document.fullscreenElement) document.exitFullscreen();
    this.log.add({ kind: "leave" });
  }

  _toggleFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.();
  }

  _full() {
    this.full.textContent = document.fullscreenElement ? "Window" : "Full screen";
  }

  // ---- keys and pointer -----------------------------------------------------------------------------

  _key(event) {
    if (event.key === "Tab") this.byTab = true;
    if (!this.shown.length) return;
    const what = asked(event, this._holder(event));
    if (what === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (what === "full") this._toggleFull();
    else if (what === "choose") this._choose();
    else if (what !== "leave") this._step(what);
    else if (this.data.look && this.shown[this.at].live === "map") this.log.add({ kind: "close" });
    else this._leave();
  }

  // What has the focus, as far as it takes keys of its own.
  _holder(event) {
    const [target] = event.composedPath();
    if (!(target instanceof Element)) return "";
    if (target.closest("dialog")) return "dialog";
    if (target.closest(".panel:focus")) return this.byTab ? "map" : "";
    if (target.matches("input[type=range]")) return this.byTab ? "slider" : "";
    if (target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]")) return "text";
    if (target.closest("button, a")) return this.byTab ? "button" : "";
    return target.matches("canvas") && this.byTab ? "map" : "";
  }

  _stir() {
    this.root.classList.add("stirred");
    clearTimeout(this.still);
    this.still = setTimeout(() => this.root.classList.remove("stirred"), SEEN);
  }
}
