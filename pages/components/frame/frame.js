// The line of the work in the frame: how each step stands, what is next, what runs, what has ended.

import { element, whenGone } from "../shared/elements.js";
import { Log } from "../shared/log.js";
import { isBusy } from "../shared/keyboard.js";
import { Following } from "./following.js";
import { jobsMenu } from "./jobs.js";
import { mark } from "./marking.js";
import { nextLink, stepLinks } from "./steps.js";
import { announce, endings } from "./endings.js";
import { LoggedOut } from "./logged_out.js";

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".frame");
  root.line ??= new Line(root);
  root.line.update(data, setStateValue);
  return whenGone(root, () => {
    root.line?.stop();
    root.line = null;
  });
}

class Line {
  constructor(root) {
    this.root = root;
    this.log = new Log();
    this.out = new LoggedOut(root);
    this.following = new Following(work => this._take(work), isOut => this.out.show(isOut));
    this.onKey = event => this._help(event);
    document.addEventListener("keydown", this.onKey);
    this.watching = new MutationObserver(() => mark(document, this.data.here));
    this.watching.observe(document.body, { childList: true, subtree: true });
    const said = element("div", "said");
    said.setAttribute("role", "status");
    this.said = said;
    this.line = element("div", "line");
    root.replaceChildren(this.line, said);
  }

  update(data, send) {
    if (data.url !== this.data?.url) this.jobs = null; // another collection
    const isNew = data.run !== this.data?.run; // the same again is older than what was asked for since
    this.data = data;
    this.log.receive(data, send);
    document.documentElement.dataset.collection = data.collection;
    mark(document, data.here);
    if (!isNew) return;
    this._take(data.work);
    this.following.follow(data.url, data.work);
  }

  stop() {
    this.following.stop();
    this.out.free();
    this.watching.disconnect();
    this.log.free();
    document.removeEventListener("keydown", this.onKey);
  }

  _take(work) {
    for (const job of endings(this.jobs, work.jobs)) announce(this.said, job, page => this._link(page));
    this.jobs = work.jobs;
    const text = JSON.stringify([work, this.data.query, this.data.here]);
    if (text === this.text) return;
    this.text = text;
    const held = this.root.getRootNode().activeElement?.dataset?.at;
    const link = page => this._link(page);
    this.line.replaceChildren(stepLinks(work.stages, link, this.data.here), nextLink(work.next, work.jobs, link),
      jobsMenu(work.jobs, work.next, link, this.line.querySelector("details")?.open));
    if (held) this.line.querySelector(`[data-at="${held}"]`)?.focus();
    this.root.dataset.next = work.next.words;
  }

  // A link to a page: followed here without loading the app anew; by ctrl or the middle button, in a
  // tab of its own.
  _link(page) {
    const link = element("a");
    link.href = `${page}?${this.data.query}`;
    link.addEventListener("click", event => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      this.log.add({ page });
    });
    return link;
  }

  _help(event) {
    if (event.key !== "?" || isBusy(event, this.root)) return;
    setTimeout(() => event.defaultPrevented || document.querySelector(".st-key-frame-help button")?.click());
  }
}
