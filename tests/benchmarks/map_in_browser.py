"""How quick is the map of the app in a real browser, and st.plotly_chart as it comes?

    python tests/benchmarks/map_in_browser.py [--points 20000,100000,500000]
        [--plotly 20000,100000] [--home FOLDER]

Chromium draws without a graphics card. Workspaces of that many images are made once (`many_images`)
and kept in FOLDER; the app is the app, started as `contrast app`, and visited once before it is
timed. Every time is in ms from the browser's own event (or from navigation) until what it asked for
was painted; hover, click and lasso are medians of several. Bytes by websocket are those of one
interaction, the largest of all, and so are the kB by address: what is fetched beside them and is
no picture, of a click or a lasso; `arrays` are what the first paint fetches beside them and keeps.
Prints a markdown table. Not part of the test suite.
"""

import argparse
import itertools
import random
import statistics
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from contrast_engine import Workspace, steps
from contrast_engine.cli.app.machine import port_is_free
from contrast_engine.features import FEATURE_VERSION
from tests.benchmarks import plain_plotly
from tests.benchmarks.many_images import make
from tests.benchmarks.stopwatch import Stopwatch
from tests.browser.app_server import AppServer
from tests.browser.chromium import launch
from tests.browser.driving_map import draw_lasso

COLUMNS = (
    "points", "drawn by", "first paint", "arrays MB", "page kB", "hover", "click", "lasso",
    "recolour", "most kB down", "most kB up", "kB by address", "heap MB", "3-D frame",
)  # fmt: skip
ATLAS = "window.every('.map')[0]?.atlas"
DRAWN = "window.every('.map')[0]?.dataset.shows"
SPOT = """([ids]) => {
  const atlas = ATLAS, box = atlas.canvas.getBoundingClientRect();
  return ids.map(id => {
    const row = atlas.cloud.row(id), [x, y] = atlas._screen(row);
    const isInside = x > 20 && y > 60 && x < atlas.view.width - 20 && y < atlas.view.height - 20;
    return isInside && atlas._nearest(x, y) === row ? [id, box.x + x, box.y + y] : null;
  }).filter(Boolean);
}""".replace("ATLAS", ATLAS)
GALLERY = "window.every('.gallery')[0]"
PICTURES = f"""(() => {{
  const tiles = window.every('.gallery .tile');
  return {GALLERY}?.dataset.n !== window.before && tiles.length >= 12
    && tiles.every(tile => tile.querySelector('img').complete && tile.querySelector('img').naturalWidth);
}})()"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", default="20000,100000,500000")
    parser.add_argument("--plotly", default="20000,100000")
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "many-images")
    asked = parser.parse_args()
    print("| " + " | ".join(COLUMNS) + " |\n" + "|---" * len(COLUMNS) + "|")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for n in _numbers(asked.points):
            workspace = _workspace(asked.home, n)
            _print(n, "the app", ours(browser, workspace))
            if n in _numbers(asked.plotly):
                _print(n, "st.plotly_chart", plain_plotly.timed(browser, workspace))
        browser.close()


def ours(browser: Browser, workspace: Workspace) -> dict[str, float]:
    """Time the map page of the app."""
    server = AppServer(workspace.root, workspace.root / "benchmark.log")
    server.port = next(port for port in range(19101, 19201) if port_is_free("127.0.0.1", port))
    server.start()
    try:
        flat = f"{server.url}/map?method=pca&directions=2&colour=cluster"
        warming = Stopwatch(browser)
        warming.open(flat, DRAWN)
        warming.close()
        found = _interactions(Stopwatch(browser), flat, workspace)
        if len(workspace.images) <= 20_000:
            deep = f"{server.url}/map?method=pca&directions=3&colour=cluster"
            found["3-D frame"] = _turning(Stopwatch(browser), deep)
    finally:
        server.stop()
    return found


def _interactions(watch: Stopwatch, url: str, workspace: Workspace) -> dict[str, float]:
    found = {"first paint": watch.open(url, DRAWN)}
    watch.rest()
    found |= {"arrays MB": watch.fetched / 1e6, "page kB": watch.down / 1e3}
    most_down = most_up = most_told = 0

    def counted(act: Callable[[], float], *, is_colour: bool = False) -> float:
        nonlocal most_down, most_up, most_told
        result, down, up, told = watch.bytes_of(act)
        most_down, most_up = max(most_down, down), max(most_up, up)
        if not is_colour:  # colours and values are five bytes a point
            most_told = max(most_told, told)
        return float(result)

    real = [file.id for file in workspace.images.files if file.mtime_ns > 1]
    others = random.Random(0).sample(workspace.images.ids, 2000)
    hovered = watch.page.evaluate(SPOT, [others])[:9]
    found["hover"] = statistics.median(_each(partial(_hover, watch), hovered))
    clicked = watch.page.evaluate(SPOT, [real])[:7]
    clicks = _each(lambda spot: counted(lambda: _click(watch, spot)), clicked)
    found["click"] = statistics.median(clicks)
    lassos = []
    for share in (0.2, 0.4, 0.6):
        _clear(watch)  # an interaction of its own, not counted with the lasso
        lassos.append(counted(partial(_lasso, watch, share)))
    found["lasso"] = statistics.median(lassos)
    colours = _each(
        lambda name: counted(lambda: _recolour(watch, name), is_colour=True), ("(c_rms)", "(u_dr)")
    )
    found["recolour"] = statistics.median(colours)
    found |= {"most kB down": most_down / 1e3, "most kB up": most_up / 1e3}
    found |= {"kB by address": most_told / 1e3, "heap MB": watch.heap()}
    watch.close()
    return found


def _each(act: Callable[..., float], given: Iterable[object]) -> list[float]:
    return [act(one) for one in given]


def _hover(watch: Stopwatch, spot: tuple[str, float, float]) -> float:
    image, x, y = spot
    shown = f"window.loaded('.card img').some(image => image.src.includes('{image}'))"
    return watch.time("pointermove", shown, lambda: watch.page.mouse.move(x, y))


def _click(watch: Stopwatch, spot: tuple[str, float, float]) -> float:
    image, x, y = spot
    shown = f"window.loaded('img').some(image => image.src.includes('/image/{image}'))"
    return watch.time("pointerup", shown, lambda: watch.page.mouse.click(x, y))


def _clear(watch: Stopwatch) -> None:
    watch.page.locator(".map").locator("canvas.points").focus()
    watch.page.keyboard.press("Escape")
    watch.idle("!window.every('.tile[aria-selected=true]').length")
    watch.page.evaluate(f"() => {{ window.before = {GALLERY}.dataset.n }}")


def _lasso(watch: Stopwatch, share: float) -> float:
    points = watch.page.locator(".map")
    return watch.time("pointerup", PICTURES, lambda: draw_lasso(watch.page, points, share, "Shift"))


def _recolour(watch: Stopwatch, name: str) -> float:
    watch.idle()
    before = watch.page.locator(".map").get_attribute("data-ready")
    watch.page.get_by_role("combobox", name="Colour by").click()
    option = watch.page.get_by_role("option").filter(has_text=name).first
    option.wait_for()
    changed = f"window.every('.map')[0]?.dataset.ready !== '{before}'"
    return watch.time("pointerup", changed, option.click)


def _turning(watch: Stopwatch, url: str) -> float:
    """The median ms of a frame while the map is turned."""
    watch.open(url, DRAWN)
    watch.page.evaluate(
        """() => {
      window.frames_ = [];
      const look = now => window.frames_.push(now) && requestAnimationFrame(look);
      requestAnimationFrame(look);
    }"""
    )
    box = watch.page.locator("canvas.points").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    watch.page.mouse.move(x, y)
    watch.page.mouse.down()
    watch.page.mouse.move(x + 200, y + 60, steps=100)
    watch.page.mouse.up()
    times = watch.page.evaluate("() => window.frames_")
    watch.close()
    return statistics.median(b - a for a, b in itertools.pairwise(times))


def _workspace(home: Path, n: int) -> Workspace:
    workspace = make(n, home / f"{n}-v{FEATURE_VERSION}.contrast")
    steps.project(workspace, "pca", options={"n_components": 3})
    steps.project(workspace, "pca")
    return workspace


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part]


def _print(n: int, drawn_by: str, found: dict[str, float]) -> None:
    told = [f"{found[name]:,.1f}" if name in found else "-" for name in COLUMNS[2:]]
    print(f"| {n:,} | {drawn_by} | " + " | ".join(told) + " |", flush=True)


if __name__ == "__main__":
    main()
