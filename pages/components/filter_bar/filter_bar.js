// The bar of filters: a field to search by name, a chip for each condition, a menu for more. What is
// set stands in the address; here it is held only until the page has drawn it.

import { drawing, element, whenGone } from "../shared/elements.js";
import { Log } from "../shared/log.js";
import { Panel } from "./panel.js";

const TYPING = 250; // ms without a letter after which it is searched

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".filter-bar");
  const bar = (root.bar ??= new FilterBar(root));
  bar.update(data, setStateValue);
  return whenGone(root, () => {
    root.bar?.free();
    root.bar = null;
  });
}

class FilterBar {
  constructor(root) {
    this.root = root;
    this.log = new Log();
    this.set = {};
    this.panel = new Panel(this);
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Filter");
    this._layout();
  }

  update(data, send) {
    this.data = data;
    this.log.receive(data, send);
    if (!this.log.isAnswered(data)) return; // of before something that was done here
    this.set = Object.fromEntries(data.chips.map(({ key, text }) => [key, text]));
    this._show();
    this.panel.refresh();
  }

  free() {
    clearTimeout(this.typing);
    this.panel.close();
  }

  // The address that answers for one kind, or with the menu for none.
  query(key) {
    const url = new URL(this.data.url, document.baseURI);
    for (const [name, text] of Object.entries(this.set)) url.searchParams.set(`f.${name}`, text);
    if (key) url.searchParams.set("key", key);
    return url;
  }

  tell(changes) {
    for (const [key, text] of Object.entries(changes)) {
      if (text) this.set[key] = text;
      else delete this.set[key];
    }
    this.log.add({ changes });
    this.log.mark(this.root);
    this.panel.refresh();
  }

  _layout() {
    this.row = element("div", "row");
    this.name = element("input", "search");
    Object.assign(this.name, { type: "search", placeholder: "Search by name", autocomplete: "off", spellcheck: false });
    this.name.setAttribute("aria-label", "Search by name");
    this.name.addEventListener("input", () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => this._search(), TYPING);
    });
    this.name.addEventListener("keydown", event => {
      event.stopPropagation();
      if (event.key === "Enter") this._search();
    });
    this.add = button("add", "Filter");
    this.add.prepend(cross("M8 3v10M3 8h10"));
    this.add.setAttribute("aria-haspopup", "dialog");
    this.add.setAttribute("aria-label", "Add a filter");
    this._opens(this.add, () => this.panel.open(this.add));
    this.chips = element("div", "chips");
    this.count = element("span", "count");
    this.count.setAttribute("aria-live", "polite");
    this.clear = button("plain", "Clear all");
    this.clear.addEventListener("click", () => this._clearAll());
    this.row.append(this.name, this.add, this.chips, this.count, this.clear);
    this.notes = element("div", "notes");
    this.root.append(this.row, this.notes, this.panel.root);
  }

  // A press on a button whose panel is open closes it: the browser has closed it by then.
  _opens(anchor, open) {
    anchor.addEventListener("pointerdown", () => (this.wasOpen = this.panel.isOpen && this.panel.anchor === anchor));
    anchor.addEventListener("click", () => {
      const { wasOpen } = this;
      this.wasOpen = false;
      if (wasOpen) return this.panel.close();
      open();
      anchor.setAttribute("aria-expanded", "true");
    });
  }

  _search() {
    clearTimeout(this.typing);
    const text = this.name.value.trim() ? this.name.value : "";
    if (text !== (this.set.name ?? "")) this.tell({ name: text });
  }

  _clearAll() {
    const keys = [...Object.keys(this.set), ...this.data.unread];
    this.name.value = "";
    this.tell(Object.fromEntries(keys.map(key => [key, ""])));
    this.add.focus();
  }

  _show() {
    const { data } = this, text = n => n.toLocaleString("en");
    if (this.root.getRootNode().activeElement !== this.name) this.name.value = this.set.name ?? "";
    this._showChips(data.chips.filter(({ key }) => key !== "name"));
    const isSet = data.chips.length > 0;
    const all = `${text(data.total)} image${data.total === 1 ? "" : "s"}`;
    this.count.textContent = isSet ? `${text(data.count)} of ${all}` : all;
    this.count.classList.toggle("on", isSet);
    this.clear.hidden = !isSet && !data.unread.length;
    this.notes.replaceChildren(...this._nothing(), ...data.problems.map(words =>
      element("p", "problem", `Not filtered by: ${words}.`)));
    this.root.dataset.count = data.count;
  }

  _showChips(chips) {
    const known = new Map([...this.chips.children].map(chip => [chip.dataset.key, chip]));
    const wanted = chips.map(one => this._chip(known.get(one.key) ?? this._newChip(one.key), one));
    for (const chip of known.values()) if (!wanted.includes(chip)) chip.remove();
    wanted.forEach((chip, k) => this.chips.children[k] !== chip && this.chips.insertBefore(chip, this.chips.children[k] ?? null));
  }

  _newChip(key) {
    const chip = element("span", "chip"), main = button("main", ""), off = button("off", "");
    chip.dataset.key = key;
    main.append(element("span", "title"), element("span", "words"));
    main.setAttribute("aria-haspopup", "dialog");
    off.append(cross("M4 4l8 8M12 4l-8 8"));
    this._opens(main, () => this.panel.open(main, key, chip.dataset.title));
    off.addEventListener("click", () => {
      this.panel.close();
      chip.remove();
      this.add.focus();
      this.tell({ [key]: "" });
    });
    chip.append(main, off);
    return chip;
  }

  _chip(chip, { title, words, alone, without }) {
    chip.dataset.title = title;
    chip.querySelector(".title").textContent = `${title.replace(/ \(.*\)$/, "")}: `;
    chip.querySelector(".words").textContent = words;
    chip.classList.toggle("stale", alone === null);
    const [main, off] = chip.children, text = n => n.toLocaleString("en");
    main.title = alone === null ? "Means nothing here" : `${title}: ${words}. By itself ${text(alone)} pass.`;
    off.title = `Remove; ${text(without)} would pass`;
    off.setAttribute("aria-label", `Remove the filter ${title}: ${words}`);
    return chip;
  }

  // Where nothing passes: which condition to remove, and how many then would.
  _nothing() {
    const { chips, count } = this.data;
    if (count || !chips.length) return [];
    const box = element("p", "nothing", "No image passes all of these. Remove one: ");
    box.append(...chips.filter(({ alone }) => alone !== null).map(({ key, title, words, without, alone }) => {
      const one = button("way", `${title.replace(/ \(.*\)$/, "")}: ${words}`);
      one.append(element("span", "", ` ${without.toLocaleString("en")} pass without it, ${alone.toLocaleString("en")} by itself`));
      one.addEventListener("click", () => {
        if (key === "name") this.name.value = "";
        this.add.focus();
        this.tell({ [key]: "" });
      });
      return one;
    }));
    return [box];
  }
}

function button(kind, text) {
  const made = element("button", kind, text);
  made.type = "button";
  return made;
}

function cross(path) {
  const icon = drawing("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" });
  icon.append(drawing("path", { d: path }));
  return icon;
}
