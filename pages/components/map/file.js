// The map as a file of its own: the map of the app, with all it needs in `parts`, and no app.

import { element } from "../shared/elements.js";
import { Atlas } from "./atlas.js";
import { pictureAt } from "./pictures.js";

const MOST_SHOWN = 60; // selected images below the map

export default function (parts) {
  const at = id => document.getElementById(id);
  const root = document.querySelector(".map"), atlas = (root.atlas = new Atlas(root));
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

// Light or dark as the browser wants it, until a press on the button says otherwise.
function dress(button, redraw) {
  const wanted = window.matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  const put = () => {
    const isDark = chosen ?? wanted.matches;
    document.documentElement.dataset.theme = isDark ? "dark" : "light";
    button.textContent = isDark ? "Light" : "Dark";
    redraw();
  };
  button.addEventListener("click", () => {
    chosen = !(chosen ?? wanted.matches);
    put();
  });
  wanted.addEventListener("change", put);
  put();
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
