// The images before and after the one on the screen, each with its label.

import { asWritten } from "../shared/as_written.js";
import { element } from "../shared/elements.js";

const EITHER_SIDE = 12; // thumbnails drawn on either side

export class Strip {
  // `go(place)` is called for a click, with the place of the image in the queue.
  constructor(go) {
    this.box = element("div", "strip");
    this.box.addEventListener("click", event => {
      const at = event.target.closest("button")?.dataset.at;
      if (at !== undefined) go(Number(at));
    });
  }

  draw(queue, thumb, shown, labelOf, passedWords = () => "") {
    const from = Math.max(0, Math.min(shown - EITHER_SIDE / 2, queue.length - 2 * EITHER_SIDE));
    const cards = queue.slice(from, from + 2 * EITHER_SIDE), { box } = this;
    while (box.children.length > cards.length) box.lastChild.remove();
    while (box.children.length < cards.length) box.append(blank());
    cards.forEach((card, k) => {
      const button = box.children[k], label = labelOf(card);
      const address = thumb.replace("{id}", card.id);
      if (button.firstChild.getAttribute("src") !== address) button.firstChild.src = address;
      button.firstChild.alt = `Image ${from + k + 1}`;
      button.dataset.at = from + k;
      button.lastChild.textContent = asWritten(label);
      const passed = passedWords(card);
      button.title = asWritten(label || passed || card.why);
      button.classList.toggle("passed", !!passed);
      button.classList.toggle("done", !!label);
      button.toggleAttribute("data-now", from + k === shown);
    });
    const now = box.querySelector("[data-now]");
    if (now) box.scrollLeft = now.offsetLeft - box.clientWidth / 2 + now.offsetWidth / 2;
  }
}

function blank() {
  const button = element("button", "small");
  button.type = "button";
  button.tabIndex = -1;
  button.append(new Image(), element("span", "tag"));
  return button;
}
