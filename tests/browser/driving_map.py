"""What tests ask of a drawn map and do to it."""

import math
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page

WHERE = """(root, row) => {
  const [x, y] = root.atlas._screen(row), box = root.atlas.canvas.getBoundingClientRect();
  return [box.x + x, box.y + y, root.atlas.cloud.id(row)];
}"""
MARKED = "root => root.atlas.marks.rows().map(i => root.atlas.cloud.id(i))"
LISTED = "root => root.gallery.order.ids(0, root.gallery.data.n)"
"""All images of a gallery in their order, also those that are not drawn because not in view."""

VIEW = "root => JSON.stringify(root.atlas.view.save())"

MANY = """async (root, [n, kinds]) => {
  const xy = new Float32Array(2 * n), ids = new Uint8Array(8 * n), codes = new Uint8Array(n);
  let state = 1;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  for (let i = 0; i < n; i++) {
    const kind = i % kinds, angle = random() * 6.28, away = random() * 2;
    xy.set([kind * 3 + away * Math.cos(angle), away * Math.sin(angle)], 2 * i);
    for (let k = 0; k < 8; k++) ids[8 * i + k] = random() * 256;
    codes[i] = kind;
  }
  const at = array => URL.createObjectURL(new Blob([array]));
  const { data, log: { send } } = root.atlas;
  const entries = Array.from({ length: kinds }, (_, k) => [`kind ${k}`, data.legend.entries[k % 3][1], n / kinds]);
  const urls = { ...data.urls, xy: at(xy), ids: at(ids), colour: at(codes), typical: "" };
  const made = { ...data, n, urls, marked: null, picked: null, legend: { ...data.legend, entries } };
  await root.atlas.update({ ...made, axes: { x: "", y: "", ticks: false, equal: true } }, send);
}"""
"""Gives the map n points in round groups side by side, in memory, and waits until it has them."""


def opened(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query).get("image", [""])[0]


def draw_lasso(page: Page, points: Locator, share: float, key: str = "") -> None:
    """Draw a lasso around the middle of the map, `share` of its height across."""
    box = points.locator("canvas.points").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    radius = share * box["height"] / 2
    if key:
        page.keyboard.down(key)
    page.mouse.move(x, y - radius)
    page.mouse.down()
    for step in range(1, 25):
        angle = step / 24 * math.tau
        page.mouse.move(x + radius * math.sin(angle), y - radius * math.cos(angle))
    page.mouse.up()
    if key:
        page.keyboard.up(key)
