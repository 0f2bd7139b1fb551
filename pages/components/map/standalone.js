// The map without the app, in a page that has places for it by id: `colour`, `theme`, `selected`.

import { dress } from "../shared/dress.js";
import { element } from "../shared/elements.js";
import { Atlas } from "./atlas.js";
import { pictureAt } from "./pictures.js";

const MOST_SHOWN = 60; // selected images below the map

export function standAlone(parts) {
  const at = id => document.getElementById(id);
  const root = document.querySelector(".map"), atlas = (root.atlas = new Atlas(root));
  document.documentElement.dataset.collection = document.querySelector("h1")?.textContent ?? "";
  const { n, label, axes, names, colourings } = parts;
  atlas.card.names = new Map(Object.entries(names));
  const draw = () => {
    const { legend, colour, values } = colourings[at("colour").value];
    const urls = { xy: "", xyz: "", image: "", about: "", ...parts.urls, colour, values };
    const fixed = { marked: null, marked_at: "", passing_at: "", picked: null, total: null, height: 0 };
    return atlas.update({ n, label, axes, legend, urls, ...fixed, acknowledged: {}, isAlone: true }, () => {});
  };
  colourings.forEach(({ words }, k) => at("colour").append(new Option(words, k)));
  at("colour").addEventListener("change", draw);
  at("colour").parentElement.hidden = colourings.length < 2;
  atlas.onCount = () => showSelected(at("selected"), atlas, names);
  dress(at("theme"), () => atlas.draw());
  return draw();
}

function showSelected(box, atlas, names) {
  const { marks, cloud, data } = atlas, rows = marks.count ? marks.rows() : [];
  box.hidden = !rows.length;
  const shown = rows.slice(0, MOST_SHOWN).map(row => {
    const id = cloud.id(row), button = element("button", "one"), picture = new Image();
    button.type = "button";
    button.title = picture.alt = names[id] ?? "";
    picture.src = pictureAt(data.urls.thumb, id);
    button.append(picture);
    button.addEventListener("click", () => atlas.point(row));
    return button;
  });
  if (rows.length > MOST_SHOWN) shown.push(element("span", "more", `${MOST_SHOWN} of ${rows.length.toLocaleString("en")} shown`));
  box.replaceChildren(...shown);
}
