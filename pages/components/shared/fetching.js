// What comes by address, and what waits for what.

// What an address gives as JSON; where it gives none, the error has the server's words.
export async function fetchedJson(url) {
  const answer = await fetch(url);
  if (answer.ok) return answer.json();
  const told = await answer.json().catch(() => ({}));
  throw new Error(told.error ?? answer.statusText);
}

// Pictures that are being fetched, of all components of the page: what can wait lets them go first.
export const urgent = (window.contrastUrgent ??= new Set());

export async function afterPictures(most = 2000) {
  const pause = ms => new Promise(done => setTimeout(done, ms)), end = performance.now() + most;
  await pause(60); // a gallery drawn at the same time has not begun yet
  while ([...urgent].some(picture => picture.isConnected) && performance.now() < end) await pause(40);
}
