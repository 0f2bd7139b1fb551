// A field that finds a label by its name: typing narrows the list, Enter gives the marked one.

import { element } from "../shared/elements.js";
import { matching } from "./label_keys.js";

const SHOWN = 8;

export class Finder {
  // `give(label)` is called for the label that was chosen.
  constructor(give) {
    this.give = give;
    this.labels = [];
    this.box = element("div", "finder");
    this.box.hidden = true;
    this.field = element("input");
    this.field.type = "text";
    this.field.placeholder = "Type a label, Enter gives it";
    this.list = element("div", "found");
    this.list.id = `found-${Math.random().toString(36).slice(2, 9)}`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Labels that match");
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-label": "Find a label", "aria-expanded": "true",
      "aria-autocomplete": "list", "aria-controls": this.list.id,
    })) this.field.setAttribute(name, value); // prettier-ignore
    this.box.append(this.list, this.field);
    this.field.addEventListener("input", () => this._draw(0));
    this.field.addEventListener("keydown", event => this._key(event));
    this.field.addEventListener("blur", () => setTimeout(() => this.close()));
    this.list.addEventListener("mousedown", event => {
      const label = event.target.closest("[role=option]")?.dataset.label;
      if (label !== undefined) this._choose(label);
      event.preventDefault(); // the field keeps the focus
    });
  }

  open(labels) {
    this.labels = labels;
    this.field.value = "";
    this.box.hidden = false;
    this._draw(0);
    this.field.focus();
  }

  close() {
    this.box.hidden = true;
  }

  _choose(label) {
    this.field.blur();
    this.close();
    if (label) this.give(label);
  }

  _key(event) {
    if (event.isComposing) return;
    if (event.key === "Enter") this._choose(this.found[this.at]);
    else if (event.key === "Escape") this._choose("");
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1, n = this.found.length || 1;
      this._draw((this.at + step + n) % n);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  _draw(at) {
    this.found = matching(this.labels, this.field.value);
    this.at = at;
    const from = Math.max(0, at - SHOWN + 1), part = this.found.slice(from, from + SHOWN);
    this.list.replaceChildren(...part.map((label, k) => this._option(label, from + k)));
    if (!part.length) this.list.append(element("div", "none", "No label is called so."));
    const left = this.found.length - from - part.length;
    if (left > 0) this.list.append(element("div", "none", `and ${left} more`));
    this.field.setAttribute("aria-activedescendant", part.length ? `${this.list.id}-${at}` : "");
  }

  _option(label, place) {
    const option = element("div", "option", label);
    option.id = `${this.list.id}-${place}`;
    option.dataset.label = label;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", String(place === this.at));
    return option;
  }
}
