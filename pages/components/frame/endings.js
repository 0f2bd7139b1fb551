// Jobs that have ended since they were last heard of, and saying so.

import { element } from "../shared/elements.js";
import { isUnderWay } from "./following.js";

const SECONDS = 9;
const WORDS = { done: "is done", failed: "failed", cancelled: "was stopped", lost: "ended without a result" };

// The jobs of `now` that are over and were not over, or not there, in `before`.
export function endings(before, now) {
  if (!before) return []; // whoever opens the app is told of no jobs of long ago
  const over = new Set(before.filter(job => !isUnderWay(job)).map(job => job.id));
  const oldest = before.map(job => job.id).sort()[0] ?? "";
  return now.filter(job => !isUnderWay(job) && !over.has(job.id) && job.id >= oldest);
}

export function endingWords(job) {
  return `${job.doing} ${WORDS[job.state] ?? "has ended"}${job.problem ? `: ${job.problem}` : "."}`;
}

export function announce(place, job, link) {
  const note = element("div", `toast ${job.state}`), close = element("button", "close", "\u00d7");
  const shown = link(job.page);
  shown.textContent = "Show";
  close.type = "button";
  close.setAttribute("aria-label", "Close");
  close.addEventListener("click", () => note.remove());
  note.append(element("span", "", endingWords(job)), shown, close);
  place.append(note);
  const leave = () => (note.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : note.remove());
  setTimeout(leave, 1000 * SECONDS);
}
