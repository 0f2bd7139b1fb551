// Arrays by address, kept while the newest map uses them.

const arrays = new Map();

// Arrays by address. Only what the newest map uses stays in memory, also while another page is
// open: what was let go, as the colours of before, comes back out of the browser's own store.
export async function fetched(url, Kind) {
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

export function keepOnly(urls) {
  for (const url of arrays.keys()) if (!urls.includes(url)) arrays.delete(url);
}
