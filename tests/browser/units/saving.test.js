import { valuesRows } from "/components/feature_values/values_picture.js";
import { placeTitles } from "/components/map/map_picture.js";
import { csvCell, csvText, tabled } from "/components/shared/csv.js";
import { framed, pngOf, wrapped } from "/components/shared/picture.js";
import { fileName, saveMenu } from "/components/shared/saving.js";
import { drawing } from "/components/shared/elements.js";
import { check, equal, test } from "./testing.js";

const HOSTILE = `</text><script>alert(1)</script> & "quoted" \u202e end\u0000`;
const COLOURS = { ink: "#101010", paper: "#ffffff" };

function body() {
  return drawing("rect", { width: 100, height: 50 });
}

test("a cell is quoted where it has to be, and what is not known stays empty", () => {
  equal([null, undefined, NaN, Infinity, 0, -1.5e-7, "", "a, b", 'say "a"', "two\nlines"].map(csvCell),
    ["", "", "", "", "0", "-1.5e-7", "", '"a, b"', '"say ""a"""', '"two\nlines"']);
});

test("a name that a spreadsheet would compute is kept as text, and a negative number as a number", () => {
  equal(["=1+1", "+cmd", "@sum", "-a", "\tb", "-1.5", "+2"].map(csvCell), ["'=1+1", "'+cmd", "'@sum", "'-a", "'\tb", "-1.5", "+2"]);
});

test("named values become rows below one header, in the order in which names come", () => {
  const rows = tabled([{ series: "a", x: 1 }, { x: 2, "x, low end": 1.5 }]);
  equal(rows, [["series", "x", "x, low end"], ["a", 1, undefined], [undefined, 2, 1.5]]);
  equal(csvText(rows), 'series,x,"x, low end"\r\na,1,\r\n,2,1.5\r\n');
});

test("a file is named by collection, chart and day, and holds no path", () => {
  const day = new Date(2026, 2, 7);
  equal(fileName("my photos", "Accuracy by labels", day, "png"), "my-photos_Accuracy-by-labels_2026-03-07.png");
  equal(fileName("../../etc", "a/b\\c:d*?", day, "csv"), "etc_a-b-c-d_2026-03-07.csv");
  equal(fileName("", "\u0441\u043d\u0438\u043c\u043a\u0438 \u5199\u771f", day, "svg"), "\u0441\u043d\u0438\u043c\u043a\u0438-\u5199\u771f_2026-03-07.svg");
  check(fileName("x".repeat(500), "y".repeat(500), day, "svg").length < 140, "as long as a disk takes");
});

test("a picture is XML whatever is written on it, and says its title and its words", () => {
  const text = framed({ title: HOSTILE, words: [HOSTILE, "n = 40"], body: body(), width: 100, height: 50, ...COLOURS });
  const read = new DOMParser().parseFromString(text, "image/svg+xml");
  check(!read.querySelector("parsererror") && !read.querySelector("script"), text);
  check(read.querySelector("title").textContent.startsWith("</text><script>"), "the title as text");
  const shown = [...read.querySelectorAll("text")].map(part => part.textContent).join(" ");
  check(shown.includes("n = 40") && shown.includes("\\u202e"), shown);
});

test("a drawing that is text already stays as it is, whatever the title says", () => {
  const text = framed({ title: "<!--body-->", words: [], body: "<svg id='own'>$&amp; $1</svg>", width: 100, height: 50, ...COLOURS });
  const read = new DOMParser().parseFromString(text, "image/svg+xml");
  equal([read.querySelector("#own").textContent, read.querySelector("title").textContent], ["$& $1", "<!--body-->"]);
});

test("a long title takes more lines, and the picture grows by them", () => {
  const long = "word ".repeat(60), of = title => framed({ title, words: [], body: body(), width: 300, height: 50, ...COLOURS });
  check(wrapped(long, 300, "12px").length > 3, "several lines");
  const height = text => Number(text.match(/ height="(\d+)"/)[1]);
  check(height(of(long)) > height(of("word")) + 50, "room for them");
});

test("the PNG has two pixels for each of the drawing", async () => {
  const text = framed({ title: "a", words: [], body: body(), width: 400, height: 50, ...COLOURS });
  const blob = await pngOf(text), picture = await createImageBitmap(blob);
  equal([blob.type, picture.width], ["image/png", 2 * (400 + 32)]);
});

test("the menu is opened and walked by keys, and says what it is of", async () => {
  const chart = { title: () => "Loss", words: () => [], place: document.body };
  const box = saveMenu(chart);
  document.body.append(box);
  const [button, menu] = box.children, items = [...menu.children];
  button.click();
  await new Promise(done => menu.addEventListener("toggle", done, { once: true }));
  equal([menu.getAttribute("aria-label"), button.getAttribute("aria-expanded")], ["Save: Loss", "true"]);
  equal(items.indexOf(document.activeElement), 0);
  const press = key => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  press("ArrowUp");
  equal(items.indexOf(document.activeElement), items.length - 1, "around");
  press("ArrowDown");
  equal(items.indexOf(document.activeElement), 0);
  box.remove();
});

test("a table names the unit of every column, or says that there is none", () => {
  equal(placeTitles({ x: "lightness (L*)", y: "sharpness", z: "" }, 2), ["lightness (L*)", "sharpness (no unit)"]);
  equal(placeTitles({ x: "", y: "", z: "" }, 3), ["map x (no unit)", "map y (no unit)", "map z (no unit)"]);
  equal(valuesRows([["RMS contrast", "0.21", 12.5]], 40)[1], ["RMS contrast", "0.21", 12.5, 40]);
});
