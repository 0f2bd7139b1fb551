// What is said over a page at which nobody is logged in any more, so that it does not just stand still.

import { element } from "../shared/elements.js";

export class LoggedOut {
  constructor(root) {
    this.root = root;
  }

  // A dialog of the browser lies above all others, those of Streamlit too.
  show(isOut) {
    if (isOut === !!this.dialog) return;
    if (!isOut) return this.free();
    const dialog = (this.dialog = element("dialog", "logged-out")), again = element("button", "again", "Log in again");
    const title = element("b", "", "You are logged out");
    title.id = "logged-out";
    dialog.setAttribute("aria-labelledby", title.id);
    again.type = "button";
    again.addEventListener("click", () => location.reload());
    dialog.addEventListener("cancel", event => event.preventDefault()); // nothing behind it answers
    dialog.append(title, element("p", "", "All that was shown as saved is kept. This page comes back after you log in."), again);
    this.root.append(dialog);
    dialog.showModal();
  }

  free() {
    this.dialog?.remove();
    this.dialog = null;
  }
}
