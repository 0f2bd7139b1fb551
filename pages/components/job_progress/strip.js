// The newest pictures of a collection in one row, while they come in.

import { element } from "../shared/elements.js";

const MOST = 24;
const LOOK_EVERY = 700; // ms

export class PictureStrip {
  constructor({ newest, thumb }) {
    this.newest = newest;
    this.thumb = thumb;
    this.box = element("div", "strip");
    this.box.setAttribute("role", "img");
    this.box.hidden = true;
    this.shown = [];

  }

  async look({ done, total }) {
    if (!this.shown.length && !(done < total)) return; // nothing new is coming in
    const now = performance.now();
    if (this.isAsking || now < (this.again ?? 0)) return;
    this.isAsking = true;
    try {
      const answer = await fetch(this.newest);
      if (answer.ok) this.take((await answer.json()).images);
    } catch {
      // the line of progress says it where nothing answers
    }
    this.again = performance.now() + LOOK_EVERY;
    this.isAsking = false;
  }

  take(images) {
    if (images.join() === this.shown.join()) return;
    const known = new Map([...this.box.children].map(picture => [picture.dataset.id, picture]));
    this.shown = images.slice(0, MOST);
    this.box.replaceChildren(...this.shown.map(id => known.get(id) ?? this._picture(id)));
    this.box.hidden = !this.shown.length;
    this.box.setAttribute("aria-label", `The ${this.shown.length} pictures that were looked at last`);
  }

  _picture(id) {
    const picture = element("img", "small");
    picture.dataset.id = id;
    picture.alt = "";
    picture.decoding = "async";
    picture.src = this.thumb.replace("{id}", id);
    return picture;
  }
}
