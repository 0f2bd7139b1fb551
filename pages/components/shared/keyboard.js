// Keys that a component takes, and the buttons that show them.

import { element } from "./elements.js";

const ROLES = ["slider", "tab", "radio", "option", "menuitem", "combobox"];
const CONTROLS = ["button", "a", "input", ...ROLES.map(role => `[role=${role}]`)].join();

// Keys belong to whoever takes text, and arrows and Space to other people's controls.
export function isBusy(event, root) {
  const [target] = event.composedPath();
  if (!(target instanceof Element)) return false;
  if (target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]"))
    return true;
  if (event.composedPath().includes(root)) return false;
  const isControl = target.closest(CONTROLS);
  return !!isControl && (event.key === " " || event.key.startsWith("Arrow"));
}

// A button with the key that does the same; `kind` is "answer" for what decides about an image.
export function keyButton(cap, text, kind, act) {
  const button = element("button", `key ${kind}`);
  button.type = "button";
  button.append(element("kbd", "", cap), element("span", "", text));
  button.addEventListener("click", act);
  return button;
}
