// The slide with a slider: an image before and after, and the mark where its judgement flips.

import { element } from "../shared/elements.js";
import { cell } from "./parts.js";

const FINE = 200; // steps of the slider: it goes smoothly, and shows the nearest stop

// The stop that lies nearest to how far the slider is turned.
export function nearestStop(stops, turned) {
  let best = 0;
  stops.forEach((stop, k) => {
    if (Math.abs(stop.turned - turned) < Math.abs(stops[best].turned - turned)) best = k;
  });
  return best;
}

// Fills a slide once its pictures are there; `say` puts the message and the foot on it.
export function turning(found, urls, say) {
  say(found.message, found.foot);
  if (!found.stops.length) return [];
  const [first] = found.stops, last = found.stops.at(-1);
  const ahead = found.stops.map(({ picture }) => Object.assign(new Image(), { src: picture }));
  const before = side("As it is", first.judged), after = side("Changed", first.judged);
  before.well.append(cell(found.picture, { image: first.picture, thumb: urls.thumb }, true));
  const shown = Object.assign(new Image(), { src: first.picture, alt: `${found.picture.name}, changed` });
  const framed = element("span", "cell");
  framed.append(shown);
  after.well.append(framed);

  const slider = element("input");
  Object.assign(slider, { type: "range", min: first.turned, max: last.turned, step: (last.turned - first.turned) / FINE });
  slider.value = first.turned;
  slider.setAttribute("aria-label", found.knob);
  const value = element("output", "turned");
  const show = k => {
    const stop = found.stops[k];
    shown.src = ahead[k].src;
    after.judged.textContent = stop.judged;
    after.root.classList.toggle("flipped", stop.flipped);
    value.textContent = stop.turned.toFixed(2);
    slider.setAttribute("aria-valuetext", `${stop.turned.toFixed(2)}: ${stop.judged}`);
  };
  slider.addEventListener("input", () => show(nearestStop(found.stops, Number(slider.value))));
  slider.addEventListener("pointerup", () => slider.blur()); // the arrows then go on to the next slide
  slider.addEventListener("keydown", event => {
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const k = nearestStop(found.stops, Number(slider.value)) + by;
    if (!found.stops[k]) return;
    slider.value = found.stops[k].turned;
    show(k);
  });
  show(0);

  const row = element("div", "turn"), track = element("div", "turn-track");
  track.append(slider);
  if (found.flip !== null) {
    const mark = element("span", "flip", `flips at ${found.flip.toFixed(2)}`);
    mark.style.setProperty("--at", (found.flip - first.turned) / (last.turned - first.turned));
    track.append(mark);
  }
  row.append(element("span", "knob", found.knob), track, value);
  const pair = element("div", "pair");
  pair.append(before.root, after.root);
  return [pair, row];
}

function side(title, judged) {
  const root = element("div", "side"), well = element("div", "well"), words = element("p", "judged");
  const said = element("strong", "", judged);
  words.append(element("span", "side-title", `${title}: `), said);
  root.append(well, words);
  return { root, well, judged: said };
}
