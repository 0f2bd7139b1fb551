// What is measured of each pixel, as the server packs it, and how it is laid over a picture.

const HEAD = 12;
const SHADOW = 1, HIGHLIGHT = 2;
export const SHADOW_COLOUR = "#1769ff";
export const HIGHLIGHT_COLOUR = "#ff2d2d";

export function unpacked(buffer) {
  const head = new DataView(buffer), width = head.getUint32(0, true), height = head.getUint32(4, true);
  const n = width * height, plane = k => new Uint8Array(buffer, HEAD + k * n, n);
  return { width, height, most: head.getFloat32(8, true), lightness: plane(0), clipping: plane(1), local: plane(2) };
}

// The shares of clipped pixels: the very numbers of the features.
export function shares({ clipping }) {
  let shadows = 0, highlights = 0;
  for (const code of clipping) {
    if (code & SHADOW) shadows++;
    if (code & HIGHLIGHT) highlights++;
  }
  return { shadows: shadows / clipping.length, highlights: highlights / clipping.length };
}

export function sharesInWords(planes) {
  const said = share => (share === 0 ? "none" : share < 0.001 ? "under 0.1 %" : `${(100 * share).toFixed(1)} %`);
  const { shadows, highlights } = shares(planes);
  return { shadows: said(shadows), highlights: said(highlights) };
}

// The values at a pixel of the picture, which may have many more pixels than were measured.
export function valuesAt(planes, share) {
  const column = Math.min(planes.width - 1, Math.floor(share.x * planes.width));
  const row = Math.min(planes.height - 1, Math.floor(share.y * planes.height));
  const at = row * planes.width + column;
  return { lightness: planes.lightness[at] / 2.55, local: (planes.local[at] / 255) * planes.most };
}

// (n * 4) colours of an overlay: clipping see-through beside what is clipped, values by their ramp.
export function coloured(planes, kind, ramp) {
  const codes = planes[kind], colours = new Uint8ClampedArray(codes.length * 4);
  const table = kind === "clipping" ? clippingTable() : rampTable(ramp);
  codes.forEach((code, at) => colours.set(table[code], at * 4));
  return colours;
}

function clippingTable() {
  const shadow = [...parsed(SHADOW_COLOUR), 255], highlight = [...parsed(HIGHLIGHT_COLOUR), 255];
  return [[0, 0, 0, 0], shadow, highlight, highlight];
}

// Steps, not a blend: the edge of a step is a line of equal value, and its colour is in the legend.
function rampTable(ramp) {
  const colours = ramp.map(hex => [...parsed(hex), 255]);
  return Array.from({ length: 256 }, (_, code) => colours[Math.min(ramp.length - 1, Math.floor((code / 256) * ramp.length))]);
}

function parsed(hex) {
  return [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));
}
