"""Hundreds of picks over filters, colours, zooms and selections name the right image every time."""

from dataclasses import asdict
from typing import Any

import numpy as np
from playwright.sync_api import Locator

from contrast_engine import Workspace
from contrast_engine.colouring import Classes, Colouring, map_colouring
from contrast_engine.server import Urls
from contrast_engine.vectors import Vectors
from tests.browser.app_server import AppServer

ROUNDS, PICKS = 10, 40

# Pointer events as a mouse makes them; what is said is caught instead of being sent.
PICK = """async (root, [rounds, picks, colours]) => {
  const { atlas } = root, { canvas } = atlas, told = [];
  let state = 7, last = null;
  const random = below => Math.floor(((state = (state * 48271) % 2147483647) / 2147483647) * below);
  const send = (_, { entries }) => (last = entries.at(-1));
  canvas.setPointerCapture = () => {};  // there is no real pointer to hold on to
  const point = (kind, x, y, more) => {
    const box = canvas.getBoundingClientRect();
    canvas.dispatchEvent(new PointerEvent(kind, { pointerId: 1, button: 0, bubbles: true,
      clientX: box.x + x, clientY: box.y + y, ...more }));
  };
  for (let round = 0; round < rounds; round++) {
    const colour = random(colours.length), { url, legend } = colours[colour];
    const { data } = atlas;
    await atlas.update({ ...data, urls: { ...data.urls, colour: url, values: "" }, legend }, send);
    for (const chip of root.querySelectorAll(".chip")) if (random(3) === 0) chip.click();
    atlas._fit();
    atlas._moved(() => atlas.view.zoomAt(random(500), random(400), 1 + random(30) / 10));
    point("pointerdown", 50, 50, { shiftKey: true });
    for (const [x, y] of [[450, 60], [400, 350], [60, 300]]) point("pointermove", x, y);
    point("pointerup", 60, 300);
    const { cx, cy, sx, sy, width, height } = atlas.view, hidden = [...atlas.hidden];
    for (let pick = 0; pick < picks; pick++) {
      const isIn = ([x, y]) => x > 0 && y > 0 && x < width && y < height;
      const tries = Array.from({ length: 30 }, () => atlas._screen(random(atlas.cloud.n)));
      const aim = (tries.find(isIn) ?? [width / 2, height / 2]).map(v => v + random(7) - 3);
      last = null;
      point("pointermove", ...aim);
      const shown = root.querySelector(".card").hidden ? null : root.querySelector(".card img").src;
      point("pointerdown", ...aim);
      point("pointerup", ...aim);
      told.push({ aim, view: [cx, cy, sx, sy, width, height], hidden, colour, shown,
        picked: last?.id ?? null, marked: atlas.marks.count });
    }
  }
  return told;
}"""


def test_hundreds_of_picks_name_the_image_that_lies_there(
    app_server: AppServer, points: Locator
) -> None:
    workspace = Workspace.open(app_server.workspace)
    key, features = workspace.current("maps"), workspace.current("features")
    assert key
    names = (f"cluster@{workspace.current('clusterings')}", f"feature.c_rms@{features}",
             f"feature.gcf@{features}", f"strangers@{key}")  # fmt: skip
    colours = [map_colouring(workspace, key, what) for what in names]
    asked = [
        {"url": Urls(workspace.id).colour(key, what), "legend": legend_as_sent(colouring)}
        for what, colouring in zip(names, colours, strict=True)
    ]
    told = points.evaluate(PICK, [ROUNDS, PICKS, asked])
    place = workspace.load(key)
    assert len(told) == ROUNDS * PICKS == 400
    assert sum(pick["picked"] is not None for pick in told) > 160
    assert len({tuple(pick["hidden"]) for pick in told}) > 2
    assert any(pick["marked"] for pick in told)
    wrong = [pick for pick in told if not is_right(pick, place, colours[pick["colour"]])]
    assert not wrong


def legend_as_sent(colouring: Colouring) -> dict[str, Any]:
    kind = "classes" if isinstance(colouring.legend, Classes) else "scale"
    return {"kind": kind, **asdict(colouring.legend)}


def is_right(pick: dict[str, Any], place: Vectors, colouring: Colouring) -> bool:
    """Whether the image picked is the nearest of those shown, found by looking at all of them."""
    cx, cy, sx, sy, width, height = pick["view"]
    xy = place.values[:, :2].astype(np.float32).astype(float)
    across = (xy[:, 0] - cx) * sx + width / 2 - pick["aim"][0]
    up = height / 2 - (xy[:, 1] - cy) * sy - pick["aim"][1]
    away = np.hypot(across, up)
    away[~colouring.shown(pick["hidden"])] = np.inf
    nearest = float(away.min())
    if pick["picked"] is None:
        return nearest > 7.99 and pick["shown"] is None
    row = place.rows[pick["picked"]]
    return bool(away[row] <= nearest + 0.01) and pick["picked"] in pick["shown"]
