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
    const { bytes } = this;
    for (let row = 0; row < bytes.length; row++) bytes[row] = (bits[row >> 3] >> (7 - (row & 7))) & 1;
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
