// Every step of the work with how it stands, and the one that is next.

import { drawing, element } from "../shared/elements.js";
import { isUnderWay } from "./following.js";

// Drawn in a square of 12: told apart by their shape, not by colour alone.
const SIGNS = {
  done: ["M2.5 6.5 5 9l4.5-6"],
  "out of date": ["M9.8 4.2A4.3 4.3 0 1 0 10.3 6.8", "M10.4 1.6v3h-3"],
  running: ["M6 1.7a4.3 4.3 0 1 1-4.3 4.3", "M6 3.6V6l1.7 1.2"],
  "to do": ["M6 1.7a4.3 4.3 0 1 1 0 8.6a4.3 4.3 0 1 1 0-8.6"],
};

export function sign(standing) {
  const made = drawing("svg", { viewBox: "0 0 12 12", class: "sign", "aria-hidden": "true" });
  for (const d of SIGNS[standing] ?? SIGNS["to do"]) made.append(drawing("path", { d }));
  return made;
}

export function told({ name, standing, words }) {
  const said = standing === "done" || standing === "running" ? words : [standing, words].filter(Boolean).join(": ");
  return `${name[0].toUpperCase()}${name.slice(1)}${said ? `: ${said}` : ""}`;
}

export function stepLinks(stages, link, here) {
  const list = element("ol", "steps");
  list.setAttribute("aria-label", "Steps of the work");
  for (const stage of stages) {
    const item = element("li"), made = link(stage.page);
    made.dataset.at = stage.name;
    made.dataset.standing = stage.standing;
    made.title = told(stage);
    made.setAttribute("aria-label", `${stage.name}: ${[stage.standing, stage.words].filter(Boolean).join(", ")}`);
    if (here[stage.page] === "page") made.setAttribute("aria-current", "page");
    made.append(sign(stage.standing), element("span", "name", stage.name));
    item.append(made);
    list.append(item);
  }
  return list;
}

export function nextLink(next, jobs, link) {
  const isDone = !next.page, made = isDone ? element("span") : link(next.page);
  made.className = `next${next.is_running ? " running" : ""}${isDone ? " over" : ""}`;
  made.dataset.at = "next";
  made.title = next.why;
  if (!next.is_running && !isDone) made.append(element("span", "quiet", "Next:"));
  made.append(element("span", "words", next.words));
  const job = next.is_running && jobs.find(one => isUnderWay(one) && one.words === next.words);
  if (job && job.share !== null) made.style.setProperty("--share", `${100 * job.share}%`);
  return made;
}
