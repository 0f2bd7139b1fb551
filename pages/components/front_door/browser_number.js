// The random number by which this browser is known to a collection, so that a name said in it is its
// own. All tabs share it; other sites do not get it.

const NAME = "contrast-browser";
const LASTS = 400 * 24 * 3600;

export function numbered(cookies) {
  return cookies.match(new RegExp(`(?:^|; )${NAME}=([0-9a-f]{32})(?:;|$)`))?.[1] ?? "";
}

export function keepNumber({ document, crypto, location }) {
  const drawn = () => [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, "0")).join("");
  const rest = location.protocol === "https:" ? "; Secure" : "";
  const number = numbered(document.cookie) || drawn();
  document.cookie = `${NAME}=${number}; Path=/; Max-Age=${LASTS}; SameSite=Strict${rest}`;
}
