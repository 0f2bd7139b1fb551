// Who else is here, what they do, and how far they have come: one line of a fixed height.

import { element, whenGone } from "../shared/elements.js";
import { Log } from "../shared/log.js";
import { personWords, totalWords } from "./team_words.js";

const LEAVING = ["beforeunload", "pagehide"]; // the first still has time to be sent
const SHOWN = 4; // people named in the line; the others are counted

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".team");
  const team = (root.team ??= new Team(root));
  team.update(data, setStateValue);
  return whenGone(root, () => {
    root.team?.free();
    root.team = null;
  });
}

class Team {
  constructor(root) {
    this.root = root;
    root.setAttribute("role", "status");
    root.setAttribute("aria-label", "Who else is here");
    this.log = new Log({ isIdle: () => true });
    this.onSeen = () => document.hidden || (this._sign(), this._ask());
    this.onLeave = () => this.data.sign && this.log.add({ action: "leave" });
    document.addEventListener("visibilitychange", this.onSeen);
    for (const name of LEAVING) window.addEventListener(name, this.onLeave);
  }

  update(data, send) {
    const isFirst = !this.data, isOther = this.data?.url !== data.url;
    this.data = data;
    this.log.receive(data, send);
    if (isFirst || isOther) {
      this._draw(data.team);
      this._soon();
    }
    if (!this.signs) this.signs = data.sign && setInterval(() => this._sign(), data.sign);
  }

  free() {
    this.isGone = true;
    clearInterval(this.signs);
    clearTimeout(this.timer);
    this.log.free();
    document.removeEventListener("visibilitychange", this.onSeen);
    for (const name of LEAVING) window.removeEventListener(name, this.onLeave);
  }

  _sign() {
    if (this.data.sign && !this.isGone) this.log.add({ action: "here" });
  }

  _soon() {
    clearTimeout(this.timer);
    if (!this.isGone) this.timer = setTimeout(() => this._ask(), this.data.ask);
  }

  async _ask() {
    if (document.hidden) return this._soon();
    try {
      const answer = await fetch(this.data.url, { priority: "high" }); // before pictures that wait
      if (answer.ok) this._draw(await answer.json());
    } catch {
      // the server is away: the labeller says so where something is not saved
    }
    this._soon();
  }

  _draw(team) {
    const state = JSON.stringify(team);
    if (this.isGone || state === this.state) return;
    this.state = state;
    const others = team.people.filter(one => one.name !== this.data.who);
    const named = others.slice(0, SHOWN).map(one => {
      const box = element("span", "person");
      box.title = personWords(one);
      box.append(element("span", "dot"), element("b", "", one.name), element("span", "does", personWords(one)));
      return box;
    });
    const left = others.length - named.length;
    if (left > 0) named.push(element("span", "more", `and ${left} more`));
    if (others.length) named.push(element("span", "total", totalWords(team)));
    this.root.replaceChildren(...named);
    this.root.dataset.others = others.length;
  }
}
