// One row per feature: its value, and where the image stands among all.

import { element } from "../shared/elements.js";
import { fetchedJson } from "../shared/fetching.js";
import { saveMenu } from "../shared/saving.js";
import { valuesDrawing, valuesRows } from "./values_picture.js";

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".feature_values");
  (root.table ??= new FeatureTable(root)).take(data);
}

class FeatureTable {
  constructor(root) {
    this.root = root;
    this.order = 0; // 0 as given, 1 highest percentile first, -1 lowest first
    root.tabIndex = 0; // so that the keyboard scrolls it
    root.setAttribute("role", "region");
    root.setAttribute("aria-label", "Features of the image");
  }

  async take({ at, height, n, of }) {
    this.root.style.maxHeight = `${height}px`;
    [this.n, this.of] = [n, of];
    if (this.at === at) return;
    this.at = at;
    try {
      const rows = await fetchedJson(at);
      if (this.at === at) this._draw((this.rows = rows));
    } catch (error) {
      if (this.at === at) this.root.textContent = `The features could not be loaded: ${error.message}`;
    }
  }

  _draw() {
    const table = element("table"), body = element("tbody");
    body.append(...this._ordered().map(row => drawn(row)));
    table.append(this._head(), body);
    this.root.replaceChildren(table);
  }

  _ordered() {
    return this.order ? [...this.rows].sort((a, b) => this.order * (b[2] - a[2])) : this.rows;
  }

  _chart() {
    const accent = () => getComputedStyle(this.root).getPropertyValue("--st-primary-color");
    return {
      place: this.root,
      title: () => `Features of ${this.of}`,
      words: () => [`Percentile: how many of the ${this.n.toLocaleString("en")} measured images lie below this one.`],
      drawn: async () => valuesDrawing(this._ordered(), accent()),
      rows: async () => valuesRows(this._ordered(), this.n),
    };
  }

  _head() {
    const head = element("thead"), row = element("tr");
    for (const title of ["Feature", "Value"]) {
      const cell = element("th", "", title);
      cell.scope = "col";
      row.append(cell);
    }
    row.firstChild.append(saveMenu(this._chart()));
    const arrow = { 1: " \u2193", "-1": " \u2191" }[this.order] ?? "";
    const cell = element("th"), sort = element("button", "sort", `Percentile${arrow}`);
    cell.scope = "col";
    cell.setAttribute("aria-sort", { 1: "descending", "-1": "ascending" }[this.order] ?? "none");
    sort.type = "button";
    sort.title = `How many of the ${this.n.toLocaleString("en")} measured images lie below this one. Click to sort.`;
    sort.addEventListener("click", () => this._turn());
    cell.append(sort);
    row.append(cell);
    head.append(row);
    return head;
  }

  _turn() {
    this.order = { 0: 1, 1: -1, "-1": 0 }[this.order];
    this._draw();
    this.root.querySelector(".sort").focus();
  }
}

function drawn([title, value, percentile]) {
  const row = element("tr"), name = element("th", "", title), place = element("td", "place");
  const bar = element("span", "bar"), filled = element("span", "filled");
  name.scope = "row";
  filled.style.width = `${percentile}%`;
  bar.append(filled);
  place.append(bar, element("span", "", `${Math.floor(percentile)} %`));
  row.append(name, element("td", "value", value), place);
  return row;
}
