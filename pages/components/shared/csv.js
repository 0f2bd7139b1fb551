// Rows as CSV that a spreadsheet and pandas read alike (RFC 4180).

const FORMULA = /^[=+\-@\t\r]/; // what a spreadsheet would compute instead of showing it

// The first row is the header. What is not a number is text; what is not known stays empty.
export function csvText(rows) {
  return rows.map(row => `${row.map(csvCell).join(",")}\r\n`).join("");
}

export function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const text = FORMULA.test(value) && Number.isNaN(Number(value)) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// Named values as rows: a column for each name, in the order in which they first come.
export function tabled(records) {
  const names = [...new Set(records.flatMap(record => Object.keys(record)))];
  return [names, ...records.map(record => names.map(name => record[name]))];
}
