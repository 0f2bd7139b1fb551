// Large pictures, fetched ahead and kept while they are near.

import { enlarge } from "./elements.js";

export class LargePictures {
  constructor(most, words) {
    this.most = most;
    this.words = words;
    this.kept = new Map();
  }

  get({ image, thumb }, id) {
    if (this.kept.has(id)) return this.kept.get(id);
    const picture = new Image(), small = thumb.replace("{id}", id);
    picture.src = image.replace("{id}", id);
    picture.alt = this.words;
    picture.addEventListener("load", () => enlarge(picture));
    picture.addEventListener("error", () => {
      if (picture.src.endsWith(small)) return;
      picture.src = small; // the file may be gone; its thumbnail stays
    });
    this.kept.set(id, picture);
    if (this.kept.size > this.most) this.kept.delete(this.kept.keys().next().value);
    return picture;
  }
}
