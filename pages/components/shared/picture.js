// A chart as a picture that names what it shows: title, drawing, words below, on plain paper.

import { asWritten } from "./as_written.js";
import { drawing } from "./elements.js";

const PICTURE_SCALE = 2; // times the size on the screen, for print
const PICTURE_EDGE = 16; // px around everything
const PICTURE_LINE = 17; // px from line to line of the words
export const SANS = '"Helvetica Neue", Arial, sans-serif'; // of every machine: a picture brings no font along
const SPELT = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray",
  "stroke-linejoin", "opacity", "font-size", "font-weight", "shape-rendering"];

// The whole picture as SVG text. `body` is SVG of `width` x `height`, an element or the text of one;
// `words` stand below it.
export function framed({ title, words, body, width, height, ink, paper }) {
  const wide = Math.max(width, 360) + 2 * PICTURE_EDGE;
  const lines = words.flatMap(text => wrapped(text, wide - 2 * PICTURE_EDGE, "12px"));
  const heads = wrapped(title, wide - 2 * PICTURE_EDGE, "600 15px");
  const top = PICTURE_EDGE + heads.length * 20 + 6, below = top + height + 8;
  const tall = Math.ceil(below + lines.length * PICTURE_LINE + PICTURE_EDGE);
  const whole = drawing("svg", { xmlns: "http://www.w3.org/2000/svg", width: wide, height: tall,
    viewBox: `0 0 ${wide} ${tall}`, "font-family": SANS, fill: ink });
  const place = drawing("g", { transform: `translate(${PICTURE_EDGE} ${top})` });
  place.append(typeof body === "string" ? document.createComment("body") : body);
  whole.append(
    drawing("title", {}, title),
    drawing("desc", {}, words.join(" ")),
    drawing("rect", { width: wide, height: tall, fill: paper }),
    ...heads.map((text, k) =>
      drawing("text", { x: PICTURE_EDGE, y: PICTURE_EDGE + 14 + 20 * k, "font-size": 15, "font-weight": 600 }, text)),
    place,
    ...lines.map((text, k) =>
      drawing("text", { x: PICTURE_EDGE, y: below + 12 + PICTURE_LINE * k, "font-size": 12, "fill-opacity": 0.8 }, text)),
  );
  const text = new XMLSerializer().serializeToString(whole).replace("<!--body-->", () => body);
  return text.replace(UNWRITABLE, "");
}

const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g; // in no XML

// A text in lines that fit, cut between words.
export function wrapped(text, room, font) {
  const lines = [];
  for (const word of asWritten(text).split(" ")) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && widthOf(longer, font) > 0.97 * room) lines.push(word);
    else lines[Math.max(0, lines.length - 1)] = longer;
  }
  return lines.filter(line => line);
}

export function widthOf(text, font = "12px") {
  const brush = (widthOf.brush ??= document.createElement("canvas").getContext("2d"));
  brush.font = `${font} ${SANS}`;
  return brush.measureText(text).width;
}

// A copy of a drawing on the page in which its style sheet is spelt out.
export function speltOut(original) {
  const copy = original.cloneNode(true), parts = [original, ...original.querySelectorAll("*")];
  [copy, ...copy.querySelectorAll("*")].forEach((part, k) => {
    const style = getComputedStyle(parts[k]);
    for (const name of SPELT) part.setAttribute(name, style.getPropertyValue(name));
    part.removeAttribute("style");
    part.removeAttribute("class");
  });
  return copy;
}

export function pictureAddress(text) {
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
}

export async function pngOf(text) {
  const picture = new Image(), canvas = document.createElement("canvas");
  picture.src = pictureAddress(text);
  await picture.decode();
  [canvas.width, canvas.height] = [picture.naturalWidth * PICTURE_SCALE, picture.naturalHeight * PICTURE_SCALE];
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done, failed) =>
    canvas.toBlob(blob => (blob ? done(blob) : failed(new Error("it is too large for a picture"))), "image/png"));
}

export function imageIn(address, x, y, width, height) {
  return drawing("image", { href: address, x, y, width, height, preserveAspectRatio: "none" });
}
