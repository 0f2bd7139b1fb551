// Which key gives which label: digits for the first nine, letters for the rest, shown on the buttons.

const DIGITS = "123456789";
const TAKEN = "u"; // undo and redo
const ALPHABET = "abcdefghijklmnopqrstuvwxyz";

// [{label, key}] in the order of the labels. After nine, a label has the first letter of its name
// that is still free; one that has none left, a free letter of the alphabet; beyond those no key, so
// that it is found by typing.
export function labelKeys(labels) {
  const free = new Set([...ALPHABET].filter(letter => !TAKEN.includes(letter)));
  const keys = labels.map((label, k) => DIGITS[k] ?? claimed(letters(label), free));
  return labels.map((label, k) => ({ label, key: keys[k] || claimed([...free], free) }));
}

function letters(label) {
  return [...label.normalize("NFD").toLowerCase()].filter(letter => ALPHABET.includes(letter));
}

function claimed(wanted, free) {
  const letter = wanted.find(one => free.has(one)) ?? "";
  free.delete(letter);
  return letter;
}

// The labels that fit what was typed: those that begin so, those with a word that does, any others.
export function matching(labels, typed) {
  const wanted = plain(typed);
  if (!wanted) return [...labels];
  const rank = label => {
    const name = plain(label);
    if (name.startsWith(wanted)) return 0;
    if (name.split(/[^\p{L}\p{N}]+/u).some(word => word.startsWith(wanted))) return 1;
    return name.includes(wanted) ? 2 : 3;
  };
  const ranked = labels.map(label => [rank(label), label]).filter(([place]) => place < 3);
  return ranked.sort((a, b) => a[0] - b[0]).map(([, label]) => label);
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").trim().toLowerCase();
}
