// Which slide is next: what a key means, which slides are shown, and how both stand in the address.

const BY = { ArrowRight: 1, PageDown: 1, " ": 1, ArrowLeft: -1, PageUp: -1 };
const TO = { Home: "first", End: "last", Escape: "leave", f: "full", F: "full", "?": "choose" };
const SLIDE = "slide", WITHOUT = "without";

// What a key asks for: a number of slides, or a word; null where the key is somebody else's.
// `on` is what has the focus: "text", "dialog" or "button", or, reached by Tab, "slider" or "map".
export function asked({ key, shiftKey, ctrlKey, metaKey, altKey }, on) {
  if (ctrlKey || metaKey || altKey || on === "text" || on === "dialog") return null;
  if (key === " ") return on === "button" || on === "map" ? null : shiftKey ? -1 : 1;
  const isTheirs = on === "slider" || on === "map";
  if (isTheirs && (key.startsWith("Arrow") || key === "Home" || key === "End")) return null;
  return BY[key] ?? TO[key] ?? null;
}

// The place after what was asked for, of `total` places.
export function place(now, what, total) {
  const wanted = what === "first" ? 0 : what === "last" ? total - 1 : now + what;
  return Math.max(0, Math.min(total - 1, wanted));
}

// The slides that are shown: all but those named in the address; all where that would leave none.
export function shownOf(slides, address) {
  const without = new Set((address.searchParams.get(WITHOUT) ?? "").split(",").filter(Boolean));
  const shown = slides.filter(({ name }) => !without.has(name));
  return shown.length ? shown : slides;
}

// The place that the address names, counted from 0.
export function placeIn(address, total) {
  const named = Number(address.searchParams.get(SLIDE) ?? 1);
  return Number.isInteger(named) ? place(named - 1, 0, total) : 0;
}

export function atPlace(address, at) {
  const url = new URL(address);
  url.searchParams.set(SLIDE, at + 1);
  return url;
}

export function withoutThese(address, names) {
  const url = new URL(address);
  if (names.length) url.searchParams.set(WITHOUT, names.join(","));
  else url.searchParams.delete(WITHOUT);
  return url;
}
