"""How smoothly is a gallery of very many pictures scrolled in a real browser, and what does it hold?

    python tests/benchmarks/gallery_scroll.py [--images 5000] [--home FOLDER] [--url URL]

A workspace of that many small made pictures is made once (`many_images`) and kept in FOLDER; the
app is the app, started as `contrast app`. Chromium draws without a graphics card. The gallery is
scrolled by script, 150 frames of so many pixels: as by a wheel, quickly, and as a scroll bar is
dragged; the ms between frames are those of `requestAnimationFrame`, and what the page itself computes
in one, scripts, layout and painting, is counted in CPU time of its main thread: another process on
the machine lengthens the first and not the second. Elements, and
megabytes of scripts after a collection, are counted before and after. Prints a markdown table. Not
part of the test suite.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from contrast_engine.cli.app.machine import port_is_free
from contrast_engine.features import FEATURE_VERSION
from tests.benchmarks.many_images import make
from tests.benchmarks.stopwatch import Stopwatch
from tests.browser.app_server import AppServer
from tests.browser.chromium import launch

COLUMNS = (
    "images", "pixels a frame", "frames", "median ms", "95th percentile ms", "frames a second",
    "over 33 ms", "CPU ms a frame", "pictures without one in view", "elements before", "after", "heap MB before",
    "after",
)  # fmt: skip

SCROLL = """speed => new Promise(done => {
  const box = window.every('.scroller')[0], times = [];
  const root = window.every('.gallery')[0];
  let bare = 0, last = performance.now();
  const look = now => {
    times.push(now - last);
    last = now;
    const edge = box.getBoundingClientRect();
    bare = Math.max(bare, [...root.children].filter(tile => {
      const { top, bottom } = tile.getBoundingClientRect();
      return bottom > edge.top && top < edge.bottom && !tile.querySelector('img').hasAttribute('src');
    }).length);
    box.scrollTop += speed;
    if (times.length > 150 || box.scrollTop + box.clientHeight >= box.scrollHeight - 1)
      return done({ times: times.slice(2), bare });
    requestAnimationFrame(look);
  };
  box.scrollTop = 0;
  setTimeout(() => { last = performance.now(); requestAnimationFrame(look); }, 700);
})"""
ELEMENTS = "() => window.every('*').length"
SHOWN = "window.loaded('.gallery img').length >= 20"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=5000)
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "many-images")
    parser.add_argument("--url", default="", help="of an app that runs already")
    asked = parser.parse_args()
    print("| " + " | ".join(COLUMNS) + " |\n" + "|---" * len(COLUMNS) + "|")
    if asked.url:
        _scrolled(asked.url, asked.images)
        return
    workspace = make(asked.images, asked.home / f"{asked.images}-v{FEATURE_VERSION}.contrast")
    server = AppServer(workspace.root, workspace.root / "benchmark.log")
    server.port = next(port for port in range(19101, 19201) if port_is_free("127.0.0.1", port))
    server.start()
    try:
        _scrolled(server.url, asked.images)
    finally:
        server.stop()


def _scrolled(url: str, n: int) -> None:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        watch = Stopwatch(browser)
        watch.open(f"{url}/gallery?split=0&size=128", SHOWN)
        watch.rest()
        for speed in (16, 60, 400):
            before = watch.page.evaluate(ELEMENTS), watch.heap()
            began = watch.busy()
            found = watch.page.evaluate(SCROLL, speed)
            busy = 1000 * (watch.busy() - began) / len(found["times"])
            watch.rest()
            after = watch.page.evaluate(ELEMENTS), watch.heap()
            times = sorted(found["times"])
            told = (
                f"{n:,}", str(speed), str(len(times)), f"{statistics.median(times):.1f}",
                f"{times[int(0.95 * len(times))]:.1f}", f"{1000 / statistics.mean(times):.0f}",
                f"{sum(ms > 33 for ms in times) / len(times):.1%}", f"{busy:.1f}", str(found["bare"]),
                f"{before[0]:,}", f"{after[0]:,}", f"{before[1]:.1f}", f"{after[1]:.1f}",
            )  # fmt: skip
            print("| " + " | ".join(told) + " |", flush=True)
        watch.close()
        browser.close()


if __name__ == "__main__":
    main()
