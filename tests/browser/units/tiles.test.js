import { bringPicture, rowOf, Tiles, write } from "/components/gallery/tiles.js";
import { check, equal, test } from "./testing.js";

function made() {
  const root = document.createElement("div");
  document.body.append(root);
  const tiles = new Tiles(root), fill = (box, k) => {
    write(box, { id: `id${k}`, k, n: 1000, caption: `picture ${k}`, hasCaptions: true, at: [0, 0] });
  };
  return { root, tiles, show: (from, end, more = []) =>
    tiles.show([...Array.from({ length: end - from }, (_, k) => from + k), ...more].sort((a, b) => a - b), fill) };
}

function shown(root) {
  return [...root.children].map(rowOf);
}

test("boxes are used again: as many as in view, in the order of the images", () => {
  const { root, show } = made(), boxes = new Set();
  for (const [from, end] of [[0, 30], [7, 37], [500, 530], [490, 520], [0, 30], [969, 999]]) {
    show(from, end, from ? [] : [200]);
    for (const box of root.children) boxes.add(box);
    const rows = shown(root);
    equal(rows, [...rows].sort((a, b) => a - b));
    equal(root.children.length, from ? 30 : 31);
    for (const box of root.children) equal(box.dataset.id, `id${rowOf(box)}`);
  }
  check(boxes.size <= 62, `${boxes.size} boxes for 31 in view`);
});

test("the box that has the focus keeps it while others come and go around it", () => {
  const { root, tiles, show } = made();
  show(0, 20);
  tiles.at(5).focus();
  for (const from of [3, 40, 400, 2, 0]) {
    show(from, from + 20, from <= 5 ? [] : [5]);
    check(document.activeElement === tiles.at(5), `lost at ${from}`);
  }
  root.remove();
});

test("a box used again never shows the picture of before", () => {
  const { root, tiles, show } = made();
  show(0, 3);
  bringPicture(tiles.at(0), "data:,first", false);
  equal(tiles.at(0).querySelector("img").getAttribute("src"), "data:,first");
  show(50, 53);
  for (const box of root.children) check(!box.querySelector("img").hasAttribute("src"), "an old picture");
});

test("a screen reader hears which of how many, and the caption as text", () => {
  const { root, tiles } = made();
  tiles.show([4], box => write(box, { id: "a", k: 4, n: 90, caption: "a\nb", hasCaptions: true, at: [0, 0] }));
  const [box] = root.children;
  equal([box.getAttribute("aria-posinset"), box.getAttribute("aria-setsize")], ["5", "90"]);
  equal(box.querySelector("img").alt, "Image 5 of 90, a\\nb");
});
