// Making elements, and how long and how large they are.

import { asWritten } from "./as_written.js";

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = asWritten(text);
  return made;
}

export function drawing(tag, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = asWritten(text);
  return made;
}

// A height that leaves `above` pixels of a low window to the rest of the page.
export function fittingHeight(height, above) {
  return `clamp(400px, calc(100vh - ${above}px), ${height}px)`;
}

// A small picture may be shown at up to twice its size; more would show its pixels.
export function enlarge(picture) {
  picture.style.width = `${2 * picture.naturalWidth}px`;
  picture.style.height = `${2 * picture.naturalHeight}px`;
}

// Streamlit cleans up a call overtaken by a newer one although the component stays: look first.
export function whenGone(root, free) {
  return () => setTimeout(() => root.isConnected || free());
}
