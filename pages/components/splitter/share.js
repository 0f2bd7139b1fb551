// How wide the left part is, in per cent: by drag, by key, by double click.

const STEP = 4;

// A part too narrow to be of use is closed.
export function atRest(share, { fewest, most }) {
  return share < fewest ? 0 : share > most ? 100 : Math.round(share);
}

export function shareAt(x, { left, width }) {
  return Math.max(0, Math.min(100, (100 * (x - left)) / Math.max(1, width)));
}

// Where a key leads; undefined for one that does not move. A step out of a closed part opens it.
export function shareBy(key, share, { fewest, most, open }) {
  if (key === "Home") return 0;
  if (key === "End") return 100;
  if (key === "Enter") return share === 0 || share === 100 ? open : 0;
  const step = { ArrowLeft: -STEP, ArrowRight: STEP }[key];
  if (!step) return undefined;
  if (share === 0) return step > 0 ? fewest : 0;
  if (share === 100) return step < 0 ? most : 100;
  return atRest(share + step, { fewest, most });
}

// A double click closes the left part, or gives it its usual share.
export function shareByDoubleClick(share, { open }) {
  return share === 0 || share === 100 ? open : 0;
}
