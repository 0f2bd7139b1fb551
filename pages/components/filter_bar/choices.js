// A list of classes to tick, each with how many images of it would pass.

import { element } from "../shared/elements.js";

export const MANY = 10; // from so many on, they can be searched

// Ticked classes as an address says them.
export function chosenText(choices) {
  return choices.filter(({ is_chosen }) => is_chosen).map(({ text }) => text).join(",");
}

// Whether a title has all the words of what is typed.
export function isFound(title, typed) {
  const here = title.toLocaleLowerCase();
  return typed.toLocaleLowerCase().split(/\s+/).every(word => here.includes(word));
}

// A field that leaves only those of `rows` whose title has what is typed in it.
export function finder(words, rows, titleOf) {
  const input = element("input", "find");
  Object.assign(input, { type: "search", placeholder: words, autocomplete: "off" });
  input.setAttribute("aria-label", words);
  input.addEventListener("input", () => {
    for (const row of rows) row.hidden = !isFound(titleOf(row), input.value);
  });
  return input;
}

export class Choices {
  constructor(told, tell) {
    this.tell = tell;
    this.root = element("div", "choices");
    this.list = element("div", "list");
    this.rows = told.choices.map(choice => this._row(choice));
    this.list.append(...this.rows.map(({ label }) => label));
    if (this.rows.length > MANY) {
      const labels = this.rows.map(({ label }) => label);
      this.root.append(finder("Find", labels, label => label.dataset.title));
    }
    this.root.append(this.list);
    if (!this.rows.length) this.list.append(element("p", "none", "There is nothing of this kind yet."));
    this.update(told);
  }

  // New counts for the same classes; what is ticked here stays, it may be newer.
  update(told) {
    this.choices = told.choices.map((choice, k) => ({ ...choice, is_chosen: this.choices?.[k]?.is_chosen ?? choice.is_chosen }));
    this.rows.forEach(({ label, input, left }, k) => {
      const choice = this.choices[k];
      if (!choice) return;
      input.checked = choice.is_chosen;
      left.textContent = choice.left.toLocaleString("en");
      left.title = `${choice.left.toLocaleString("en")} of ${choice.total.toLocaleString("en")} pass the other filters`;
      label.classList.toggle("empty", !choice.left);
    });
  }

  free() {}

  clear() {
    for (const choice of this.choices) choice.is_chosen = false;
    for (const { input } of this.rows) input.checked = false;
    this.tell("");
  }

  _row(choice) {
    const label = element("label", "choice"), input = element("input"), left = element("span", "left");
    label.dataset.title = choice.title;
    input.type = "checkbox";
    input.addEventListener("change", () => {
      const own = this.choices.find(({ text }) => text === choice.text);
      own.is_chosen = input.checked;
      this.tell(chosenText(this.choices));
    });
    label.append(input);
    if (choice.colour) {
      const swatch = element("span", "swatch");
      swatch.style.background = choice.colour;
      label.append(swatch);
    }
    label.append(element("span", "name", choice.title), left);
    return { label, input, left };
  }
}
