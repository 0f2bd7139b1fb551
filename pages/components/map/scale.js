// How numbers become colours: evenly between robust ends, evenly from end to end, or by their order.

import { NOTHING } from "./legend.js";

export const ROBUST = "robust";
export const SCALES = {
  [ROBUST]: "Robust: 2 to 98 %",
  linear: "Linear: lowest to highest",
  rank: "Rank: order only",
};

// The codes of `values` and the legend that says what they mean. The engine's own are robust: its
// ends are the 2nd and 98th percentile.
export function scaled(scale, values, codes, legend) {
  if (scale === ROBUST || legend.kind !== "scale" || !values) return [codes, legend];
  const known = values.filter(Number.isFinite).sort();
  const code = scale === "rank" ? byRank(known) : evenly(legend.least, legend.most);
  const middle = scale === "rank" ? known[known.length >> 1] : null;
  const said = { ...legend, scale, middle, low: legend.least, high: legend.most, below: 0, above: 0 };
  return [Uint8Array.from(values, value => (Number.isFinite(value) ? Math.round(254 * code(value)) : NOTHING)), said];
}

// Whether another scale would show anything else: not where every image lies within the ends.
export function isScaleWanted(legend) {
  return legend.kind === "scale" && Boolean(legend.scale || legend.below + legend.above);
}

function evenly(low, high) {
  return value => Math.max(0, Math.min(1, (value - low) / (high - low || 1)));
}

// The share that lies below; equal values share the middle of their places.
function byRank(known) {
  const before = (value, isAlso) => {
    let low = 0, high = known.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      known[middle] < value || (isAlso && known[middle] === value) ? (low = middle + 1) : (high = middle);
    }
    return low;
  };
  return value => (known.length < 2 ? 0 : (before(value, false) + before(value, true) - 1) / 2 / (known.length - 1));
}
