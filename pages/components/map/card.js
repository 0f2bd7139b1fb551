// The card beside a point: its picture, its name, its value.

import { asWritten } from "../shared/as_written.js";
import { element } from "../shared/elements.js";
import { pictureAt } from "./pictures.js";

const ABOUT_DELAY = 120; // ms of rest before the file name is asked for

export class Card {
  constructor(stage) {
    this.box = element("div", "card");
    this.box.hidden = true;
    this.picture = new Image();
    this.picture.alt = "";
    this.name = element("div", "card-name");
    this.value = element("div", "card-value");
    this.well = element("div", "card-well");
    this.well.append(this.picture);
    this.box.append(this.well, this.name, this.value);
    stage.append(this.box);
    this.stage = stage;
    this.names = new Map();
  }

  // Beside a place, `gap` pixels away from it.
  show(id, px, py, gap, [title, value], urls) {
    const isNew = this.id !== id;
    this.id = id;
    this.box.hidden = false;
    if (isNew) {
      const picture = pictureAt(urls.thumb, id);
      this.well.hidden = !picture;
      this.picture.src = picture;
      this.name.textContent = asWritten(this.names.get(id) ?? "");
      clearTimeout(this.timer);
      if (urls.about && !this.names.has(id))
        this.timer = setTimeout(() => this._ask(id, urls.about), ABOUT_DELAY);
    }
    this.value.replaceChildren(element("span", "card-title", title), element("span", "", value));
    const { offsetWidth: w, offsetHeight: h } = this.box;
    const x = px + gap + w > this.stage.clientWidth ? px - gap - w : px + gap;
    const y = Math.max(4, Math.min(py - 20, this.stage.clientHeight - h - 4));
    this.box.style.transform = `translate(${Math.max(4, Math.round(x))}px, ${Math.round(y)}px)`;
  }

  hide() {
    this.id = null;
    this.box.hidden = true;
    clearTimeout(this.timer);
  }

  async _ask(id, about) {
    try {
      const { name } = await (await fetch(about.replace("{id}", id))).json();
      this.names.set(id, name ?? "");
      if (this.id === id) this.name.textContent = asWritten(name ?? "");
    } catch {
      this.names.set(id, ""); // a card without a name is still a card
    }
  }
}
