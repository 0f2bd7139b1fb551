// The component: Streamlit calls this again whenever its data or the theme changes.

const arrays = new Map();

// Arrays by address. Only what the newest map uses stays in memory, also while another page is
// open: what was let go, as the colours of before, comes back out of the browser's own store.
async function fetched(url, Kind) {
  if (!arrays.has(url)) {
    const coming = fetch(url).then(async answer => {
      if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).error ?? answer.statusText);
      return answer.arrayBuffer();
    });
    coming.catch(() => arrays.delete(url));
    arrays.set(url, coming);
  }
  return new Kind(await arrays.get(url));
}

function keepOnly(urls) {
  for (const url of arrays.keys()) if (!urls.includes(url)) arrays.delete(url);
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
