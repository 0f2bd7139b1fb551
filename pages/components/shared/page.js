// Small things every component needs.

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function drawing(tag, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function readable(number) {
  if (!Number.isFinite(number)) return "not known";
  if (Number.isInteger(number) && Math.abs(number) < 1e6) return number.toLocaleString("en");
  return Number(number.toPrecision(3)).toString().replace("-", "\u2212").replace("e+", "e");
}

// A height that leaves `above` pixels of a low window to the rest of the page.
function fittingHeight(height, above) {
  return `clamp(400px, calc(100vh - ${above}px), ${height}px)`;
}

// What an address gives as JSON; where it gives none, the error has the server's words.
async function fetchedJson(url) {
  const answer = await fetch(url), told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error ?? answer.statusText);
  return told;
}

// Pictures that are being fetched, of all components of the page: what can wait lets them go first.
const urgent = (window.contrastUrgent ??= new Set());

async function afterPictures(most = 2000) {
  const pause = ms => new Promise(done => setTimeout(done, ms)), end = performance.now() + most;
  await pause(60); // a gallery drawn at the same time has not begun yet
  while ([...urgent].some(picture => picture.isConnected) && performance.now() < end) await pause(40);
}

// A name for one mount of a component; what it says is numbered within it.
function newToken() {
  return Math.random().toString(36).slice(2, 12);
}

// Streamlit cleans up a call overtaken by a newer one although the component stays: look first.
function whenGone(root, free) {
  return () => setTimeout(() => root.isConnected || free());
}

// Round numbers for an axis, about `count` of them.
function ticksBetween(low, high, count) {
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find(m => m * power >= rough);
  const ticks = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) ticks.push(k * step);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const said = value => value.toFixed(digits).replace(/^-(0(\.0*)?)$/, "$1").replace("-", "\u2212");
  return ticks.map(value => ({ value, text: said(value) }));
}

// A small picture may be shown at up to twice its size; more would show its pixels.
function enlarge(picture) {
  picture.style.width = `${2 * picture.naturalWidth}px`;
  picture.style.height = `${2 * picture.naturalHeight}px`;
}

// Keys belong to whoever takes text, and arrows and Space to other people's controls.
function isBusy(event, root) {
  const [target] = event.composedPath();
  if (!(target instanceof Element)) return false;
  if (target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]"))
    return true;
  if (event.composedPath().includes(root)) return false;
  const isControl = target.closest("button, a, input, [role=slider], [role=tab], [role=radio], [role=option], [role=menuitem], [role=combobox]");
  return !!isControl && (event.key === " " || event.key.startsWith("Arrow"));
}
