// Which entry of the menu and which tab is the page that is open: Streamlit's links do not say it.

// The title of the page stands among the tabs, with a link to itself that is none of them.
const PLACES = "[data-testid=stSidebar] a, .st-key-tabs a:not([href*='#'])";

export function mark(within, here) {
  for (const link of within.querySelectorAll(PLACES)) {
    const page = new URL(link.href, document.baseURI).pathname.split("/").at(-1);
    const isTab = link.closest(".st-key-tabs") !== null;
    const is = isTab && here[page] !== "page" ? null : (here[page] ?? null);
    if (link.getAttribute("aria-current") === is) continue;
    if (is) link.setAttribute("aria-current", is);
    else link.removeAttribute("aria-current");
  }
}
