// The part of the map on the screen stands in the address: whoever opens a copy of it sees the same.
// Python need not know, so nothing is sent; a fitted view has no need of it.

const AT = "at";
const SCALE = "scale";
const NUMBERS = /^-?\d+(\.\d+)?(e-?\d+)?$/;

// Of which map: a view of another projection means nothing here.
function mapName(places) {
  return places.match(/map\/(\w{4})/)?.[1] ?? "";
}

export function address(places, view, turn, scale) {
  if (location.protocol === "file:") return; // such a page may not change its address
  const url = new URL(location.href), isPlain = view.isFitted && !turn;
  const parts = isPlain ? [] : [mapName(places), ...view.brief(), ...(turn ? [turn.yaw, turn.pitch].map(brief) : [])];
  if (parts.length) url.searchParams.set(AT, parts.join("_"));
  else url.searchParams.delete(AT);
  if (scale) url.searchParams.set(SCALE, scale);
  else url.searchParams.delete(SCALE);
  if (url.href !== location.href) history.replaceState(history.state, "", url);
}

// Streamlit writes the whole address and knows nothing of this part of it: act when it did.
export function whenAddressed(act) {
  const { pathname } = location, changed = () => location.pathname === pathname && act();
  window.navigation?.addEventListener("currententrychange", changed);
  return () => window.navigation?.removeEventListener("currententrychange", changed);
}

// What `keep` would have kept, as the address has it; null where it has none for this map.
export function addressed(places) {
  const [name, ...texts] = (new URL(location.href).searchParams.get(AT) ?? "").split("_");
  const areNumbers = [4, 6].includes(texts.length) && texts.every(text => NUMBERS.test(text));
  if (name !== mapName(places) || !areNumbers) return null;
  const [cx, cy, sx, sy, yaw, pitch] = texts.map(Number);
  const view = { cx, cy, sx, sy, isFitted: sx === 0 };
  return { view, turn: yaw === undefined ? null : { yaw, pitch } };
}

export function addressedScale() {
  return new URL(location.href).searchParams.get(SCALE);
}

function brief(angle) {
  return Number(angle.toFixed(3));
}
