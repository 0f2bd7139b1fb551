// What else can be done with one image: small buttons over the picture under the pointer or the focus.

import { drawing, element } from "../shared/elements.js";

const ICONS = {
  locate: "M8 1v3M8 12v3M1 8h3M12 8h3M8 4.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7",
  similar: "M2.5 5.5h8v8h-8zM5.5 5.5v-3h8v8h-3",
};

export class Actions {
  // `act` is called with the name of an action and the id of an image.
  constructor(bar, frame, act) {
    this.bar = bar;
    this.act = act;
    bar.setAttribute("role", "toolbar");
    bar.hidden = true;
    const leave = event => frame.contains(event.relatedTarget) || this.hide();
    frame.addEventListener("pointerleave", leave);
    frame.addEventListener("focusout", leave);
  }

  hide() {
    this.bar.hidden = true;
  }

  take(actions) {
    const known = JSON.stringify(actions);
    if (known === this.known) return;
    this.known = known;
    this.bar.replaceChildren(...Object.entries(actions).map(([name, words]) => {
      const button = element("button", "action");
      button.type = "button";
      button.title = words;
      button.setAttribute("aria-label", words);
      const icon = drawing("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" });
      icon.append(drawing("path", { d: ICONS[name] ?? "" }));
      button.append(icon);
      button.addEventListener("click", () => this.act(name, this.bar.dataset.id));
      return button;
    }));
  }

  // The buttons lie at the upper right of a picture that stands at (x, y) and is `width` wide.
  offer({ id, k, x, y, width }) {
    if (!id || !this.bar.children.length) return;
    this.bar.dataset.id = id;
    this.bar.setAttribute("aria-label", `Image ${k + 1}: more`);
    this.bar.hidden = false;
    this.bar.style.transform = `translate(${Math.max(0, x + width - this.bar.offsetWidth - 4)}px, ${y + 4}px)`;
  }
}
