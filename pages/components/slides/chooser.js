// The list of slides from which those that are shown are chosen.

import { element } from "../shared/elements.js";

const KEYS = "Keys: right, Space, Page down: next; left, Page up: back; Home, End; F: full screen; Esc: leave.";

// Opens the list; `choose` gets the names of those that are left out, at every tick.
export function openChooser(root, slides, shown, choose) {
  const dialog = element("dialog", "chooser"), list = element("ul");
  dialog.setAttribute("aria-label", "Slides that are shown");
  const known = new Set(shown.map(({ name }) => name));
  const boxes = slides.map(({ name, title, message }) => {
    const row = element("li"), label = element("label"), box = element("input");
    Object.assign(box, { type: "checkbox", checked: known.has(name), value: name });
    label.append(box, element("span", "", name === "title" ? `Title: ${message}` : title));
    row.append(label);
    list.append(row);
    return box;
  });
  const close = element("button", "close", "Done");
  close.type = "button";
  close.addEventListener("click", () => dialog.close());
  list.addEventListener("change", event => {
    if (boxes.every(({ checked }) => !checked)) event.target.checked = true; // one is always shown
    choose(boxes.filter(({ checked }) => !checked).map(({ value }) => value));
  });
  dialog.addEventListener("close", () => dialog.remove());
  dialog.append(element("h2", "", "Slides that are shown"), list, element("p", "", KEYS), close);
  root.append(dialog);
  dialog.showModal();
}
