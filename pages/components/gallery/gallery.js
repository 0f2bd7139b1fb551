// Thumbnails in a grid with one tab stop: arrows move within it, Enter opens, Space selects.
// What else can be done with one image are small buttons over the picture in question; the first
// letter of their names does the same.

import { asWritten } from "../shared/as_written.js";
import { drawing, element } from "../shared/elements.js";
import { fetchedJson, urgent } from "../shared/fetching.js";
import { Log } from "../shared/log.js";

const ICONS = {
  locate: "M8 1v3M8 12v3M1 8h3M12 8h3M8 4.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7",
  similar: "M2.5 5.5h8v8h-8zM5.5 5.5v-3h8v8h-3",
};

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".gallery");
  const gallery = (root.gallery ??= new Gallery(root));
  gallery.take(data, setStateValue);
}

class Gallery {
  constructor(root) {
    this.root = root;
    this.log = new Log();
    this.chosen = new Set();
    this.at = 0;
    root.addEventListener("click", event => this._click(event));
    root.addEventListener("keydown", event => this._key(event));
    this.frame = root.parentElement;
    this.note = element("div", "note");
    this.frame.append(this.note);
    this.bar = this.frame.querySelector(".actions");
    this.bar.setAttribute("role", "toolbar");
    this.bar.hidden = true;
    const near = event => this._offer(event.target.closest?.(".tile"));
    root.addEventListener("pointerover", near);
    root.addEventListener("pointerdown", () => (this.isPressed = true)); // a click knows itself where it is
    root.addEventListener("focusin", event => {
      if (!this.isPressed) this.at = Math.max(0, [...root.children].indexOf(event.target));
      near(event);
    });
    const leave = event => this.frame.contains(event.relatedTarget) || (this.bar.hidden = true);
    this.frame.addEventListener("pointerleave", leave);
    this.frame.addEventListener("focusout", leave);
  }

  // More images than a few come by address. Until their list is there the pictures of before stay,
  // each with its own id.
  async take(data, send) {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    if (!data.at) return this.update(data, send);
    urgent.add(this.root);
    try {
      if (this.list?.at !== data.at) this.list = { at: data.at, ...unpacked(await fetchedJson(data.at)) };
      if (turn === this.turn) this.update({ ...data, ...this.list }, send);
    } catch (error) {
      if (turn !== this.turn) return;
      this.root.replaceChildren();
      this.note.textContent = `The images could not be listed: ${error.message}`;
    } finally {
      urgent.delete(this.root);
    }
  }

  update(data, send) {
    const before = this.data;
    this.data = data;
    this.log.receive(data, send);
    this.note.textContent = "";
    const isNews = before?.run !== data.run && this.log.isAnswered(data);
    if (isNews && data.selected) this.chosen = new Set(data.selected);
    this.chosen = new Set([...this.chosen].filter(id => data.ids.includes(id)));
    const isOther = before?.ids.join() !== data.ids.join();
    if (isOther) this.at = 0;
    if (isOther || before.size !== data.size) this.bar.hidden = true;
    if (JSON.stringify(before?.actions) !== JSON.stringify(data.actions)) this._buttons();
    const keys = Object.entries(data.actions).map(([name, words]) => `, ${name[0].toUpperCase()}: ${words}`);
    // what it is and its name come together: a list still on its way is no list without a name
    this.root.setAttribute("role", "listbox");
    this.root.setAttribute("aria-multiselectable", "true");
    this.root.setAttribute("aria-label", `${data.label}. Enter opens, Space selects${keys.join("")}.`);
    this.root.style.setProperty("--size", `${data.size}px`);
    while (this.root.children.length > data.ids.length) this.root.lastChild.remove();
    while (this.root.children.length < data.ids.length) this.root.append(tile());
    data.ids.forEach((id, k) => this._fill(this.root.children[k], id, k));
    this._show();
  }

  _fill(box, id, k) {
    const caption = this.data.captions[id] ?? "";
    const [picture] = box.querySelectorAll("img");
    if (box.dataset.id !== id) {
      box.dataset.id = id;
      urgent.add(picture);
      picture.src = this.data.thumb.replace("{id}", id);
    }
    picture.alt = `Image ${k + 1} of ${this.data.ids.length}${caption && `, ${asWritten(caption)}`}`;
    const text = box.querySelector(".caption");
    text.textContent = text.title = asWritten(caption);
    text.hidden = !caption;
  }

  _show() {
    [...this.root.children].forEach((box, k) => {
      box.tabIndex = k === this.at ? 0 : -1;
      box.setAttribute("aria-selected", String(this.chosen.has(box.dataset.id)));
      box.toggleAttribute("data-opened", box.dataset.id === this.data.opened);
    });
  }

  _click(event) {
    const box = event.target.closest(".tile");
    this.isPressed = false;
    if (!box) return;
    const to = [...this.root.children].indexOf(box);
    if (event.shiftKey) this._choose(this.at, to);
    else if (event.ctrlKey || event.metaKey) this._flip(to);
    else this._open(to);
    this.at = to;
    this._show();
  }

  _key(event) {
    const columns = getComputedStyle(this.root).gridTemplateColumns.split(" ").length;
    const last = this.data.ids.length - 1;
    const moves = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns,
      Home: -this.at, End: last - this.at };
    const to = Math.max(0, Math.min(last, this.at + (moves[event.key] ?? 0)));
    if (event.key in moves) {
      if (event.shiftKey) this._choose(this.at, to);
      this.at = to;
      this._show();
      this.root.children[to].focus();
    } else if (event.key === "Enter") this._open(this.at);
    else if (event.key === " ") this._flip(this.at);
    else if (event.key === "Escape" && this.chosen.size) this._choose(0, -1, new Set());
    else if (this._actionOf(event)) this._tell({ action: [this._actionOf(event), this.data.ids[this.at]] });
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  _actionOf({ key, ctrlKey, metaKey, altKey }) {
    if (ctrlKey || metaKey || altKey) return undefined;
    return Object.keys(this.data.actions).find(name => name[0] === key.toLowerCase());
  }

  _buttons() {
    this.bar.replaceChildren(...Object.entries(this.data.actions).map(([name, words]) => {
      const button = element("button", "action");
      button.type = "button";
      button.title = words;
      button.setAttribute("aria-label", words);
      const icon = drawing("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" });
      icon.append(drawing("path", { d: ICONS[name] ?? "" }));
      button.append(icon);
      button.addEventListener("click", () => this._tell({ action: [name, this.bar.dataset.id] }));
      return button;
    }));
  }

  // The buttons lie over the picture under the pointer or the focus, at its upper right.
  _offer(box) {
    if (!box || !this.bar.children.length) return;
    const k = [...this.root.children].indexOf(box);
    this.bar.dataset.id = box.dataset.id;
    this.bar.setAttribute("aria-label", `Image ${k + 1}: more`);
    this.bar.hidden = false;
    const x = box.offsetLeft + box.offsetWidth - this.bar.offsetWidth - 4;
    this.bar.style.transform = `translate(${Math.max(0, x)}px, ${box.offsetTop + 4}px)`;
  }

  _open(k) {
    this.data = { ...this.data, opened: this.data.ids[k] }; // the mark need not wait for the page
    this._show();
    this._tell({ opened: this.data.ids[k] });
  }

  _flip(k) {
    const id = this.data.ids[k];
    if (!this.chosen.delete(id)) this.chosen.add(id);
    this._show();
    this._tell({});
  }

  _choose(from, to, chosen = new Set(this.chosen)) {
    for (let k = Math.min(from, to); k <= Math.max(from, to) && to >= 0; k++) chosen.add(this.data.ids[k]);
    this.chosen = chosen;
    this._show();
    this._tell({});
  }

  _tell(entry) {
    this.log.add({ ...entry, selected: this.data.ids.filter(id => this.chosen.has(id)) });
  }
}

// Ids come as one text, 16 hex digits each, with the captions in their order.
function unpacked({ ids: text, captions }) {
  const ids = text.match(/.{16}/g) ?? [];
  return { ids, captions: Object.fromEntries(ids.map((id, k) => [id, captions[k] ?? ""])) };
}

function tile() {
  const box = element("button", "tile"), well = element("span", "well"), picture = new Image();
  box.type = "button";
  box.setAttribute("role", "option");
  picture.loading = "lazy";
  picture.decoding = "async";
  for (const end of ["load", "error"]) picture.addEventListener(end, () => urgent.delete(picture));
  well.append(picture);
  box.append(well, element("span", "caption"));
  return box;
}
