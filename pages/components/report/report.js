// A report in a file of its own: its map comes to life, its charts can be saved, its look chosen.

import { dress } from "../shared/dress.js";
import { standAlone } from "../map/standalone.js";
import { offerToSave } from "./saving.js";

export default function () {
  const parts = document.getElementById("parts"), theme = document.getElementById("theme");
  theme.hidden = false;
  offerToSave();
  if (!parts) return dress(theme, () => {});
  const figure = document.querySelector(".the-map");
  figure.classList.add("is-live"); // its drawing stays for the printer
  figure.querySelector(".live").hidden = false;
  const map = figure.querySelector(".map");
  return standAlone(JSON.parse(parts.textContent)).then(() => map.atlas.showPictures(true));
}
