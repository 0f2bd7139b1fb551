// What somebody does, and how far they have come, in words.

export function personWords({ does, doing, labelled, comparisons }) {
  const done = does.startsWith("compares")
    ? counted(comparisons, "pair")
    : labelled
      ? counted(labelled, "image")
      : "";
  return [does, doing, done].filter(Boolean).join(" \u00b7 ");
}

export function totalWords({ labelled, images }) {
  return `${number(labelled)} of ${counted(images, "image")} labelled in all`;
}

function counted(n, what) {
  return `${number(n)} ${what}${n === 1 ? "" : "s"}`;
}

function number(n) {
  return n.toLocaleString("en");
}
