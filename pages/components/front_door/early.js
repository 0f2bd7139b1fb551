// What the first picture of a page waits for, begun before Streamlit would begin it.

// Below a page Streamlit looks for its server first at the address of the page itself and, a tenth of a
// second after that failed, one step up, where it is: said here at once.
export function sayServer(page) {
  const { origin, pathname } = new URL(page.location.href);
  page.__streamlit ??= { BACKEND_BASE_URL: new URL(".", origin + pathname.replace(/\/+$/, "")).href };
}

// Scripts are asked for and run once Streamlit's own have run, while the page waits for its first
// message; where one does not come, whoever needs it asks again and says so.
export function askEarly(page, addresses, bring = address => import(address)) {
  const ask = () => {
    for (const address of addresses) bring(new URL(address, page.document.baseURI).href).catch(() => {});
  };
  page.document.addEventListener("DOMContentLoaded", ask, { once: true });
}
