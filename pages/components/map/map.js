// The component: Streamlit calls this again whenever its data or the theme changes.

const KEPT_ARRAYS = 24;
const arrays = new Map();

// Arrays by address, each fetched once; the oldest are let go.
async function fetched(url, Kind) {
  if (!arrays.has(url)) {
    const coming = fetch(url).then(async answer => {
      if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).error ?? answer.statusText);
      return answer.arrayBuffer();
    });
    coming.catch(() => arrays.delete(url));
    arrays.set(url, coming);
    if (arrays.size > KEPT_ARRAYS) arrays.delete(arrays.keys().next().value);
  }
  return new Kind(await arrays.get(url));
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".map");
  const atlas = (root.atlas ??= new Atlas(root));
  atlas.update(data, setStateValue);
  return whenGone(root, () => {
    root.atlas?.free();
    root.atlas = null;
  });
}
