"""How fast labelling is: keys, writes, and the lesson that follows every label.

    python tests/benchmarks/label_speed.py

A real browser labels 100 of the sample photographs by keyboard alone, each saved before the next
key; then a collection of 5,000 images whose measures are drawn around those of the samples, with
the time from a key until its label is saved and until the curves of the page have moved. Prints a
small markdown table with the load of the machine. Not part of the test suite.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from contrast_engine import Workspace, steps
from contrast_engine.steps.collection.measured_rows import STEP
from contrast_engine.store import Artifact, LabelStore
from contrast_engine.store.collection import ImageFile
from contrast_engine.vectors import ImageId, Vectors
from tests.browser.app_server import AppServer
from tests.browser.chromium import launch

SAMPLES = Path(__file__).parents[2] / "sample_data"
PATIENCE = 120_000
"""Milliseconds that a wait may take: it is measured how slow things are, not whether they are."""

SAVED = "root => root.dataset.seq === root.dataset.saved"
MOVED = """n => [...document.querySelectorAll('.js-plotly-plot')].some(plot =>
  plot.data?.some(line => line.name === 'kappa' && [...(line.x?._inputArray ?? line.x)].at(-1) === n))"""


def main() -> None:
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    print("| what | limit | measured |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = launch(playwright)
        row("write of one label, p95", "20 ms", f"{1000 * writes(Path(home)):.1f} ms")
        small = samples(Path(home) / "small.contrast")
        server = AppServer(small.root, Path(home) / "small.log")
        server.start()
        row(
            "100 images by keyboard alone",
            "120 s",
            f"{hundred(browser.new_page(bypass_csp=True), server):.0f} s",
        )
        server.stop()
        large = around(small, Path(home) / "large.contrast", 5_000)
        server = AppServer(large.root, Path(home) / "large.log")
        server.start()
        saved, moved = lessons(browser.new_page(bypass_csp=True), server)
        for name, times in (("key to label on disk", saved), ("key to curves moved", moved)):
            text = f"median {statistics.median(times):.2f} s, p95 {np.quantile(times, 0.95):.2f} s"
            row(f"{name}, 5,000 images", "1 s", text)
        server.stop()
        browser.close()
    print(f"\nload {os.getloadavg()[0]:.1f}")


def row(what: str, limit: str, found: str) -> None:
    print(f"| {what} | {limit} | {found} |", flush=True)


def writes(home: Path) -> float:
    store, times = LabelStore(home / "labels.sqlite"), []
    for number in range(300):
        begun = time.perf_counter()
        store.add([ImageId(f"{number:016x}")], "low", token=str(number))
        times.append(time.perf_counter() - begun)
    return float(np.quantile(times, 0.95))


def samples(root: Path) -> Workspace:
    workspace = Workspace(root)
    steps.scan(workspace, [SAMPLES])
    steps.measure(workspace)
    return prepared(workspace)


def around(known: Workspace, root: Path, n: int) -> Workspace:
    """A collection without photographs whose measures scatter around those of another."""
    table: Vectors = known.load(known.current("features") or "")
    rng = np.random.default_rng(0)
    rows = rng.integers(0, len(table), n)
    noise = 0.15 * table.values.std(axis=0) * rng.normal(size=(n, len(table.columns)))
    ids = tuple(ImageId(f"{row:016x}") for row in range(n))
    workspace = Workspace(root)
    workspace.save_files([ImageFile(f"/p/{i}.jpg", "/p", id=i, width=4, height=3) for i in ids])
    made = Vectors(ids, table.values[rows] + noise, table.columns)
    workspace.make_current("features", workspace.save(Artifact("features", STEP), made))
    return prepared(workspace)


def prepared(workspace: Workspace) -> Workspace:
    steps.cluster(workspace)
    steps.project(workspace)
    workspace.labels.define(["low", "medium", "high"], is_ordered=True)
    return workspace


def opened(page: Page, server: AppServer) -> Callable[[str], None]:
    """Open the random queue; gives what presses a key and waits until it is saved."""
    page.set_viewport_size({"width": 1440, "height": 1300})
    page.set_default_timeout(PATIENCE)
    page.goto(f"{server.url}/label?queue=random")
    page.wait_for_selector(".labeller[data-saved] .well")
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
    page.wait_for_timeout(500)
    labeller = page.locator(".labeller").element_handle()

    def press(key: str) -> None:
        page.keyboard.press(key)
        page.wait_for_function(SAVED, arg=labeller, polling=10)

    return press


def hundred(page: Page, server: AppServer) -> float:
    press, begun = opened(page, server), time.perf_counter()
    for number in range(100):
        press(str(number % 3 + 1))
    spent = time.perf_counter() - begun
    page.close()  # it would look for its server again and find the next one
    return spent


def lessons(page: Page, server: AppServer) -> tuple[list[float], list[float]]:
    press, saved, moved = opened(page, server), [], []
    for number in range(1, 61):
        begun = time.perf_counter()
        press(str(number % 3 + 1))
        saved.append(time.perf_counter() - begun)
        if number > 12:  # two kinds, and the charts are there
            page.wait_for_function(MOVED, arg=number, polling=10)
            moved.append(time.perf_counter() - begun)
        page.wait_for_timeout(150)
    return saved[12:], moved


if __name__ == "__main__":
    main()
