// How a number is spread, counted at round places: exact counts while an end is dragged.

// How many images lie between two ends, both included, null for an open end; null where an end is
// none of the places, so that only the server can count.
export function within(spread, low, high) {
  const from = low === null ? 0 : spread.below[spread.places.indexOf(low)];
  const upto = high === null ? spread.known : spread.upto[spread.places.indexOf(high)];
  return from === undefined || upto === undefined ? null : upto - from;
}

// Bars of equal width, at most `most`: where they begin and end as parts of the whole, how many of
// all images they hold and how many of those that pass the other filters. End bars hold the tails.
export function bars(spread, most) {
  const last = spread.places.length - 1, step = Math.ceil(last / most), found = [];
  for (let from = 0; from < last; from += step) {
    const to = Math.min(last, from + step), isLast = to === last;
    const count = (below, all) => (isLast ? all : below[to]) - (from ? below[from] : 0);
    found.push({
      from: from / last, to: to / last,
      all: count(spread.all_below, spread.all_known), left: count(spread.below, spread.known),
    });
  }
  return found;
}

// The place that lies nearest to a part of the whole.
export function placeAt(spread, part) {
  const last = spread.places.length - 1;
  return Math.max(0, Math.min(last, Math.round(part * last)));
}

// Where an end lies as a part of the whole, 0 to 1; `open` is where an open end lies.
export function partOf(spread, end, open) {
  if (end === null) return open;
  const { places } = spread, [first, last] = [places[0], places[places.length - 1]];
  return Math.max(0, Math.min(1, (end - first) / (last - first)));
}

// An end that was moved to a place: open at the outermost one.
export function endAt(spread, place, open) {
  return place === open ? null : spread.places[place];
}

// A range as an address says it, "" where both ends are open.
export function rangeText(low, high, isAbsentMeant) {
  const range = low === null && high === null ? [] : [`${low ?? ""}~${high ?? ""}`];
  return [...range, ...(isAbsentMeant ? ["(none)"] : [])].join(",");
}

// What somebody typed as a number; null for nothing, NaN for what is none.
export function numberOf(text) {
  const plain = text.trim().replace("\u2212", "-");
  if (!plain) return null;
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
}
