// What a key does in a gallery.

// Where a key leads from picture `at`; undefined for one that does not move.
export function moveOf(key, { at, n, columns, page }) {
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns,
    PageDown: page * columns, PageUp: -page * columns, Home: -at, End: n - 1 - at };
  if (!Object.hasOwn(steps, key)) return undefined;
  return Math.max(0, Math.min(n - 1, at + steps[key]));
}

// What a key asks for beside moving: "open", "flip", "leave", "all", or the name of an action.
export function askedBy({ key, ctrlKey, metaKey, altKey }, actions) {
  const isHeld = ctrlKey || metaKey || altKey;
  if (isHeld) return key.toLowerCase() === "a" && !altKey ? "all" : undefined;
  const own = { Enter: "open", " ": "flip", Escape: "leave" }[key];
  return own ?? actions.find(name => name[0] === key.toLowerCase());
}
