// What runs beside the step that is next.

import { element } from "../shared/elements.js";
import { isUnderWay } from "./following.js";

// The jobs that the line does not show already, behind a button; nothing where there are none.
export function jobsMenu(jobs, next, link, isOpen) {
  const others = jobs.filter(job => isUnderWay(job) && !(next.is_running && job.words === next.words));
  if (!others.length) return document.createDocumentFragment();
  const menu = element("details", "jobs"), summary = element("summary");
  menu.open = !!isOpen;
  summary.dataset.at = "jobs";
  summary.textContent = others.length === 1 ? others[0].words : `${others.length} jobs running`;
  summary.title = others.map(job => job.words).join("\n");
  const list = element("ul");
  for (const job of others) {
    const item = element("li"), made = link(job.page), bar = element("progress");
    if (job.share !== null) bar.value = job.share;
    bar.setAttribute("aria-label", job.doing);
    made.append(element("span", "", job.words), bar);
    item.append(made);
    list.append(item);
  }
  menu.append(summary, list);
  return menu;
}
