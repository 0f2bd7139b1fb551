// What stands on a slide: pictures in their grey surround, groups, figures, features, lines.

import { element } from "../shared/elements.js";

const SIGNS = { pass: "\u2713", warn: "!", fail: "\u2717", unknown: "?" };
const FEW = 6; // pictures that are drawn from the large file: more are small on the screen
const LEAST = 1.5, MOST = 6; // middle halves of the reference to either side, as on the overview

// A picture in its cell; the thumbnail stands in where the file is gone.
export function cell({ id, name }, urls, isLarge) {
  const made = element("span", "cell"), picture = new Image();
  const small = urls.thumb.replace("{id}", id), large = urls.image.replace("{id}", id);
  picture.alt = name;
  picture.src = isLarge ? large : small;
  if (isLarge) picture.addEventListener("error", () => { picture.src = small; }, { once: true });
  made.append(picture);
  return made;
}

export function pictureRow(pictures, urls) {
  const row = element("div", `pictures of-${pictures.length <= FEW ? "few" : "many"}`);
  row.style.setProperty("--count", pictures.length);
  row.append(...pictures.map(one => cell(one, urls, pictures.length <= FEW)));
  return row;
}

export function groupRow(groups, urls) {
  const hasPictures = groups.some(({ pictures }) => pictures.length);
  const row = element("ul", hasPictures ? "groups" : "groups as-list");
  row.append(...groups.map(({ title, words, colour, pictures }) => {
    const one = element("li"), head = element("p", "group-title");
    if (pictures.length) {
      const grid = element("div", `grid of-${pictures.length}`);
      grid.append(...pictures.map(each => cell(each, urls, false)));
      one.append(grid);
    }
    if (colour) {
      const dot = element("span", "dot");
      dot.style.background = colour;
      head.append(dot);
    }
    head.append(element("span", "", title));
    head.title = title;
    one.append(head, element("p", "group-words", words));
    return one;
  }));
  return row;
}

export function figureRow(figures) {
  const row = element("dl", "figures");
  row.append(...figures.map(({ value, words }) => {
    const one = element("div");
    one.append(element("dt", "", words), element("dd", "", value));
    return one;
  }));
  return row;
}

export function barList(bars) {
  const list = element("ul", "bars"), farthest = Math.max(...bars.map(({ middle }) => Math.abs(middle)));
  const reach = Math.min(MOST, Math.max(LEAST, 1.1 * farthest));
  const at = value => 50 + 49 * Math.max(-reach, Math.min(reach, value)) / reach;
  const piece = (kind, low, high) => {
    const made = element("i", kind);
    Object.assign(made.style, { left: `${at(low)}%`, width: high === undefined ? "" : `${at(high) - at(low)}%` });
    return made;
  };
  list.append(...bars.map(one => {
    const row = element("li"), track = element("span", "track");
    track.append(piece("half", one.other_low, one.other_high), piece("own", one.low, one.high), piece("middle", one.middle));
    const title = element("span", "bar-title", one.title);
    title.title = one.title;
    row.append(title, track, element("span", "bar-words", one.words));
    return row;
  }));
  return list;
}

export function lineList(lines) {
  const list = element("ul", "lines");
  list.append(...lines.map(({ words, value, note, verdict, share }) => {
    const row = element("li", verdict || "plain");
    if (verdict) {
      const sign = element("span", "sign", SIGNS[verdict]);
      sign.setAttribute("aria-hidden", "true");
      row.append(sign);
    }
    row.append(element("span", "words", words));
    if (share !== null) row.append(scale(share));
    if (value) row.append(element("b", "", value));
    if (note || verdict) row.append(element("span", "note", note));
    return row;
  }));
  return list;
}

function scale(share) {
  const track = element("span", "track"), dot = element("i", "middle");
  dot.style.left = `${share}%`;
  track.append(dot);
  return track;
}

// All that one slide shows below its message.
export function bodyOf({ pictures, groups, figures, bars, lines }, urls) {
  const parts = [];
  if (figures.length) parts.push(figureRow(figures));
  if (lines.length) parts.push(lineList(lines));
  if (pictures.length) parts.push(pictureRow(pictures, urls));
  if (groups.length) parts.push(groupRow(groups, urls));
  if (bars.length) parts.push(barList(bars));
  return parts;
}
