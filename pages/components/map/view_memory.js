// What a map looks like when one comes back to its page: kept by this tab of the browser.

// Where the places of the points are: three numbers each on a map that can be turned.
export function placesAt({ urls }) {
  return urls.xyz || urls.xy;
}

export function keep(name, value) {
  try {
    sessionStorage.setItem(`contrast.map:${name}`, JSON.stringify(value));
  } catch {
    // storage may be full or forbidden: then the view is simply not kept
  }
}

export function recall(name) {
  try {
    return JSON.parse(sessionStorage.getItem(`contrast.map:${name}`));
  } catch {
    return null;
  }
}
