// The pictures that are drawn: as many boxes as are in view, used again and again.

import { asWritten } from "../shared/as_written.js";
import { drawing, element } from "../shared/elements.js";
import { urgent } from "../shared/fetching.js";

const MOST_SPARE = 80;
const AGAIN = [700, 1500, 3000, 6000, 12000]; // ms after which a picture not there yet is asked for again

export class Tiles {
  constructor(root) {
    this.root = root;
    this.boxes = new Map();
    this.spare = [];
  }

  at(k) {
    return this.boxes.get(k);
  }

  // Draws these rows, rising, and no other; boxes that stay are not moved, so focus stays too, and
  // without news not filled again.
  show(rows, fill, isNews = true) {
    const wanted = new Set(rows);
    for (const [k, box] of this.boxes) {
      if (wanted.has(k)) continue;
      this.boxes.delete(k);
      box.remove();
      emptied(box);
      if (this.spare.length < MOST_SPARE) this.spare.push(box);
    }
    let next = this.root.firstChild;
    for (const k of rows) {
      const old = this.boxes.get(k), box = old ?? this.spare.pop() ?? tile();
      if (old) next = box.nextSibling;
      else {
        this.boxes.set(k, box);
        this.root.insertBefore(box, next);
      }
      if (!old || isNews) fill(box, k);
    }
  }
}

export function rowOf(box) {
  return box ? Number(box.getAttribute("aria-posinset")) - 1 : -1;
}

// What stands in a box, but for its picture.
export function write(box, { id, k, n, caption, hasCaptions, at: [x, y] }) {
  if (box.dataset.id !== id) {
    emptied(box);
    box.dataset.id = id;
  }
  const said = caption ? asWritten(caption) : "";
  box.setAttribute("aria-setsize", n);
  box.setAttribute("aria-posinset", k + 1);
  box.style.transform = `translate(${x}px, ${y}px)`;
  box.querySelector("img").alt = `Image ${k + 1} of ${n}${said && `, ${said}`}`;
  const text = box.querySelector(".caption");
  if (text.textContent !== said) text.textContent = text.title = said;
  text.hidden = !hasCaptions;
}

// Asks for the picture of a box, once; one that is not made yet is asked for again.
export function bringPicture(box, address, isLazy) {
  const picture = box.querySelector("img");
  if (!box.dataset.id || picture.hasAttribute("src")) return;
  picture.loading = isLazy ? "lazy" : "eager";
  urgent.add(picture);
  picture.src = address;
}

function emptied(box) {
  const picture = box.querySelector("img");
  clearTimeout(box.again);
  box.tries = 0;
  urgent.delete(picture);
  picture.removeAttribute("src"); // the picture of before would stay until the next is there
  delete box.dataset.id;
}

function tile() {
  const box = element("button", "tile"), well = element("span", "well"), picture = new Image();
  box.type = "button";
  box.setAttribute("role", "option");
  picture.decoding = "async";
  picture.draggable = false;
  for (const end of ["load", "error"]) picture.addEventListener(end, () => urgent.delete(picture));
  picture.addEventListener("error", () => askAgain(box, picture));
  well.append(picture, tick());
  box.append(well, element("span", "caption"));
  return box;
}

function askAgain(box, picture) {
  const address = picture.getAttribute("src"), wait = AGAIN[box.tries ?? 0];
  if (!address || wait === undefined) return;
  box.tries = (box.tries ?? 0) + 1;
  box.again = setTimeout(() => {
    if (picture.getAttribute("src") === address) picture.src = `${address.split("&again=")[0]}&again=${box.tries}`;
  }, wait);
}

function tick() {
  const box = element("span", "tick"), mark = drawing("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" });
  mark.append(drawing("path", { d: "M3.5 8.5l3 3 6-7" }));
  box.append(mark);
  return box;
}
