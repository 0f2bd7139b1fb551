// One entry of the browser's history per thing a person did. Streamlit makes one whenever a page
// writes anything into its address: a default, a step of a slider, a letter. Here all addresses
// pass, and only those become entries in which a person opened or chose something.

// What is opened or chosen. All other parameters say how it is looked at, and replace the entry.
const OPENED = ["image", "cluster", "slide"];
const CHOSEN = [
  "clustering", "clustered", "directions", "map", "method", "model", "on", "queue", "run", "show", "tab", "view",
];

// Milliseconds for which what was done explains what comes: beyond that, others wrote the address too.
const FRESH = 3000;

// Whether an address is another view than the one before, where somebody did something.
export function isStep(from, to, wasSettled) {
  if (from.pathname !== to.pathname) return true;
  const values = name => [from, to].map(({ searchParams }) => searchParams.get(name));
  const differs = name => { const [before, after] = values(name); return before !== after; };
  // A menu writes its default into the address when it is drawn first; that is nothing that was done.
  const isDefault = name => values(name)[0] === null && !wasSettled;
  return OPENED.some(differs) || CHOSEN.some(name => differs(name) && !isDefault(name));
}

export function keepEntries(page, isSettled, now = () => page.performance.now()) {
  const { history, location } = page, push = history.pushState.bind(history), replace = history.replaceState.bind(history);
  let done = null; // what was done last, until an entry is made for it
  let until = 0; // when the run that Back began has surely written

  const act = event => {
    const isPointers = event.type === "click" && event.detail > 0; // its pointerdown was heard
    if (!isPointers) done = { href: location.href, at: now(), isSettled: isSettled() };
  };
  const write = (state, title, url) => {
    const from = new URL(location.href), to = new URL(url ?? from, from);
    const isLate = now() < until && isStep(from, to, false); // of a run that Back has overtaken
    if (!done && isLate) return undefined;
    if (!done || !isStep(from, to, done.isSettled)) return replace(state, title, url);
    const was = new URL(done.href);
    // What the page wrote on its way to the next one is not of this entry.
    if (was.pathname === from.pathname && was.href !== from.href && now() - done.at < FRESH) replace(history.state, "", was);
    done = null;
    return push(state, title, url);
  };
  for (const kind of ["pointerdown", "keydown", "click", "drop"]) page.addEventListener(kind, act, true);
  page.addEventListener("popstate", () => { [done, until] = [null, now() + FRESH]; }, true);
  history.pushState = history.replaceState = write;
}
