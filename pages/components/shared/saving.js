// The menu "Save" of a chart: its picture as SVG or PNG, its numbers as CSV, its picture copied.

import { csvText } from "./csv.js";
import { drawing, element } from "./elements.js";
import { pngOf, framed } from "./picture.js";

const KINDS = [
  ["svg", "Picture as SVG"],
  ["png", "Picture as PNG"],
  ["csv", "Numbers as CSV"],
  ["copy", "Copy picture"],
];

// A button with its menu. `chart` has: `title()` what it shows; `words()` the lines that stand below it
// on the picture; `drawn()` a promise of its body as SVG with its width and height; `rows()` a promise
// of its numbers, header first; `place` an element whose colours are those of the page. Among other
// tools the button is an icon as they are.
export function saveMenu(chart, { isTool = false } = {}) {
  const box = element("span", "saving"), button = element("button", isTool ? "save tool" : "save"), menu = element("div", "saves");
  const said = element("p", "saved");
  button.append(isTool ? icon() : "Save");
  button.setAttribute("aria-label", "Save this chart");
  button.type = "button";
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.title = "Save or copy this chart";
  menu.popover = "auto"; // above everything, closed by Escape and by a click elsewhere
  menu.setAttribute("role", "menu");
  said.setAttribute("role", "status");
  const items = KINDS.map(([kind, words]) => {
    const item = element("button", "save-as", words);
    item.type = "button";
    item.dataset.kind = kind;
    item.setAttribute("role", "menuitem");
    item.addEventListener("click", () => act(kind));
    return item;
  });
  menu.append(...items);
  box.append(button, menu, said);

  const act = async kind => {
    said.textContent = kind === "copy" ? "Copying\u2026" : "Saving\u2026";
    try {
      said.textContent = await saved(chart, kind);
    } catch (error) {
      said.textContent = `Not ${kind === "copy" ? "copied" : "saved"}: ${error.message}`;
    }
    menu.hidePopover();
    setTimeout(() => (said.textContent = ""), 6000);
  };
  const close = () => menu.hidePopover();
  button.addEventListener("click", () => {
    menu.togglePopover();
    if (!menu.matches(":popover-open")) return;
    menu.setAttribute("aria-label", `Save: ${chart.title()}`);
    const at = button.getBoundingClientRect(), most = [innerWidth - menu.offsetWidth, innerHeight - menu.offsetHeight];
    menu.style.left = `${Math.max(0, Math.min(at.left, most[0] - 8))}px`;
    menu.style.top = `${Math.max(0, Math.min(at.bottom + 2, most[1] - 8))}px`;
    items[0].focus(); // now, not at the event below: the next key may come before it
    window.addEventListener("scroll", close, true);
  });
  menu.addEventListener("toggle", ({ newState }) => {
    button.setAttribute("aria-expanded", String(newState === "open"));
    if (newState !== "open") window.removeEventListener("scroll", close, true);
  });
  menu.addEventListener("keydown", event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], here = items.indexOf(event.target);
    event.stopPropagation(); // these keys mean nothing to the chart now
    if (event.key === "Tab") close();
    if (!step) return;
    event.preventDefault();
    items.at((here + step) % items.length).focus();
  });
  return box;
}

function icon() {
  const made = drawing("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" });
  made.append(drawing("path", { d: "M8 2.5v7M5 6.8l3 3 3-3M3 13h10" }));
  return made;
}

async function saved(chart, kind) {
  const name = kind => fileName(collectionName(), chart.title(), new Date(), kind);
  if (kind === "csv") return handOver(new Blob(["\ufeff", csvText(await chart.rows())], { type: "text/csv" }), name("csv"));
  const text = pictureText(chart);
  if (kind === "svg") return handOver(new Blob([await text], { type: "image/svg+xml" }), name("svg"));
  if (kind === "png") return handOver(await pngOf(await text), name("png"));
  if (!navigator.clipboard?.write || !window.ClipboardItem)
    throw new Error("this browser allows it only at 127.0.0.1 or over https; save the PNG instead");
  const png = text.then(pngOf); // given at once: some browsers allow it only right after a press
  await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
  return "Copied";
}

async function pictureText(chart) {
  const style = getComputedStyle(chart.place), told = name => style.getPropertyValue(`--st-${name}-color`).trim();
  const ink = told("text") || style.color, paper = told("background") || "#ffffff";
  const drawn = await chart.drawn(), own = chart.words().filter(line => line), name = collectionName();
  const words = [...(own.length ? own : [captionBeside(chart.place)]), name && `Collection: ${name}`].filter(line => line);
  return framed({ title: chart.title(), words, ink, paper, ...drawn });
}

// What the page says next to a chart: the caption right below it, else right above.
export function captionBeside(place) {
  const caption = node => node?.querySelector?.("[data-testid=stCaptionContainer]")?.textContent ?? "";
  const outside = place.getRootNode().host ?? place, own = outside.closest("[data-testid=stElementContainer]");
  return caption(own?.nextElementSibling) || caption(own?.previousElementSibling);
}

export function collectionName() {
  return document.documentElement.dataset.collection ?? "";
}

// Collection, chart and day; letters and digits of every language stay, all else becomes a hyphen.
export function fileName(collection, title, day, kind) {
  const two = number => String(number).padStart(2, "0");
  const date = `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
  const parts = [collection, title].map(text => [...text.replace(/[^\p{L}\p{N}]+/gu, "-")].slice(0, 60).join(""));
  return `${[...parts.map(part => part.replace(/^-+|-+$/g, "")), date].filter(part => part).join("_")}.${kind}`;
}

function handOver(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  return `Saved as ${name}`;
}
