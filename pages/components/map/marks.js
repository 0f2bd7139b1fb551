// Which points are selected, a byte for each.

export class Marks {
  // `onChange(bytes)` is called after each change.
  constructor(n, onChange) {
    this.bytes = new Uint8Array(n);
    this.onChange = onChange;
    this.count = 0;
  }

  // Changes rows; `mode` is "replace", "add" or "remove". A row of -1 is on no map.
  set(rows, mode) {
    if (mode === "replace") this.bytes.fill(0);
    for (const row of rows) if (row >= 0) this.bytes[row] = mode === "remove" ? 0 : 1;
    this._changed();
  }

  // A bit for each point, the first the highest of a byte.
  setBits(bits) {
    unpack(bits, this.bytes);
    this._changed();
  }

  has(row) {
    return this.bytes[row] === 1;
  }

  rows() {
    const rows = [];
    this.bytes.forEach((mark, row) => mark && rows.push(row));
    return rows;
  }

  _changed() {
    this.count = 0; // by a plain loop: `reduce` takes ten times as long
    for (let row = 0; row < this.bytes.length; row++) this.count += this.bytes[row];
    this.onChange(this.bytes);
  }
}

// Fills a byte for each point from its bit.
export function unpack(bits, bytes) {
  for (let row = 0; row < bytes.length; row++) bytes[row] = (bits[row >> 3] >> (7 - (row & 7))) & 1;
  return bytes;
}

// What the painter gets for each point: 1 where it is selected, 2 where no filter lets it pass.
export function painted(marks, passing) {
  return passing ? marks.map((mark, row) => (passing[row] ? mark : 2)) : marks;
}

// How many points of each code pass, and how many do in all.
export function passingCounts(codes, passing) {
  const counts = new Uint32Array(257);
  for (let row = 0; row < codes.length; row++) if (passing[row]) (counts[codes[row]]++, counts[256]++);
  return counts;
}
