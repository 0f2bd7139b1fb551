// Numbers as people read them.

export function readable(number) {
  if (!Number.isFinite(number)) return "not known";
  if (Number.isInteger(number) && Math.abs(number) < 1e6) return number.toLocaleString("en");
  return Number(number.toPrecision(3)).toString().replace("-", "\u2212").replace("e+", "e");
}

// Round numbers for an axis, about `count` of them.
export function ticksBetween(low, high, count) {
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find(m => m * power >= rough);
  const ticks = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) ticks.push(k * step);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const written = value => value.toFixed(digits).replace(/^-(0(\.0*)?)$/, "$1").replace("-", "\u2212");
  return ticks.map(value => ({ value, text: written(value) }));
}
