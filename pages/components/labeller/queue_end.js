// What stands where the image was once a queue is through: what was done, and what is left to look at.

import { asWritten } from "../shared/as_written.js";
import { element } from "../shared/elements.js";
import { UNSURE } from "./answers.js";

// A label as it stands in a sentence.
export function named(answer) {
  return answer === UNSURE ? "unsure" : `\u2018${asWritten(answer)}\u2019`;
}

export class QueueEnd {
  // `go(place)` is called where somebody wants to look at an image of the queue again.
  constructor(go) {
    this.go = go;
  }

  // The words and the ways back into the queue; nothing goes round by itself.
  // `isPassed(card)` is true for an image that is another's to label.
  drawn({ queue, labels }, answerOf, isPassed = () => false) {
    const answers = queue.map(answerOf), others = queue.map(isPassed);
    const state = JSON.stringify([labels, answers, others]);
    if (state === this.state) return this.box; // a button in use stays where it is
    this.state = state;
    const box = (this.box = element("div", "end"));
    const done = answers.filter(one => one && one !== UNSURE).length;
    const passed = others.filter(Boolean).length;
    const isFinished = answers.every((one, k) => one || others[k]) && queue.length > 0;
    const title = !queue.length
      ? "Nothing to label here."
      : isFinished
        ? "This queue is finished."
        : `End of the queue: ${done} of ${queue.length} labelled.`;
    box.append(element("p", "title", title));
    if (!queue.length) return box;
    const given = labels.map(label => [label, answers.filter(one => one === label).length]);
    box.append(element("p", "", given.map(([label, n]) => `${asWritten(label)} ${n}`).join(", ")));
    if (passed) box.append(element("p", "", `${passed} of ${queue.length} with others, or labelled by them.`));
    const ways = element("div", "ways");
    this._way(ways, answers, (one, k) => !one && !others[k], "without a label");
    this._way(ways, answers, one => one === UNSURE, "unsure");
    ways.append(this._button("Look through them again", 0));
    box.append(ways);
    return box;
  }

  _way(ways, answers, fits, words) {
    const n = answers.filter(fits).length;
    if (n) ways.append(this._button(`Go to the ${n.toLocaleString("en")} ${words}`, answers.findIndex(fits)));
  }

  _button(words, place) {
    const button = element("button", "way", words);
    button.type = "button";
    button.addEventListener("click", () => this.go(place));
    return button;
  }
}
