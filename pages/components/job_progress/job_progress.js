// Follows a job through its events route; Python hears of it once, when the job has ended.

import { asWritten } from "../shared/as_written.js";
import { element, whenGone } from "../shared/elements.js";
import { Chart } from "./chart.js";
import { progressWords } from "./progress_words.js";
import { PictureStrip } from "./strip.js";

const ASK_EVERY = 250; // ms
const ENDED = ["done", "failed", "cancelled", "lost"];

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".job_progress");
  if (root.follower?.address !== data.events) {
    root.follower?.stop();
    root.follower = new Follower(root, data);
  }
  root.follower.update(data, setTriggerValue);
  return whenGone(root, () => {
    root.follower?.stop();
    root.follower = null;
  });
}

class Follower {
  constructor(root, data) {
    this.root = root;
    this.address = data.events;
    this.events = [];
    this.next = 0;
    this._layout(data);
    this.wake = () => document.hidden || this._ask();
    document.addEventListener("visibilitychange", this.wake);
    this.observer = new ResizeObserver(() => this._drawCharts());
    this.observer.observe(root);
  }

  update(data, trigger) {
    this.data = data;
    this.trigger = trigger;
    if (!this.isOver) this._ask();
  }

  stop() {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.observer.disconnect();
    document.removeEventListener("visibilitychange", this.wake);
  }

  async _ask() {
    if (this.isAsking || this.isStopped || this.isOver) return;
    this.isAsking = true;
    clearTimeout(this.timer);
    let wait = ASK_EVERY;
    try {
      const answer = await fetch(`${this.address}?since=${this.next}`);
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.error);
      this._take(told);
    } catch (error) {
      this.text.textContent = `No answer about this job: ${error.message}`;
      wait = 2000;
    }
    this.isAsking = false;
    if (!this.isStopped && !this.isOver && !document.hidden)
      this.timer = setTimeout(() => this._ask(), wait);
  }

  _take({ events, next, status }) {
    this.events.push(...events);
    this.next = next;
    this.status = status;
    this.isOver = ENDED.includes(status.state);
    this._drawProgress();
    if (!this.isOver) this.strip?.look(status);
    if (events.length || this.isOver) this._drawCharts();
    this.root.dataset.state = status.state;
    this.root.dataset.events = this.events.length;
    if (this.isOver && this.data.active) this.trigger("done", status.state);
  }

  _layout({ series, height, pictures }) {
    this.text = element("div", "text");
    this.text.setAttribute("role", "status");
    this.bar = element("progress", "bar");
    this.note = element("div", "note");
    const units = [...new Set(series.map(one => (one.percent ? "%" : one.unit || one.name)))];
    this.charts = units.map(
      unit => new Chart(series.filter(one => (one.percent ? "%" : one.unit || one.name) === unit), height),
    );
    const charts = element("div", "charts");
    charts.append(...this.charts.map(chart => chart.box));
    this.strip = pictures && new PictureStrip(pictures);
    this.root.replaceChildren(this.text, this.bar, this.note, ...(this.strip ? [this.strip.box] : []), charts);
  }

  _drawProgress() {
    const { done, total, note, error } = this.status;
    this.text.textContent = progressWords(this.status, this.events);
    this.bar.max = 1;
    if (total) this.bar.value = this.status.overall ?? done / total;
    else this.bar.removeAttribute("value");
    this.bar.setAttribute("aria-label", "Progress");
    this.bar.hidden = this.isOver;
    this.note.textContent = asWritten(error || (this.isOver ? "" : note));
    this.note.classList.toggle("bad", !!error);
  }

  _drawCharts() {
    for (const chart of this.charts) chart.draw(this.events, this.status?.total ?? 0);
  }
}
