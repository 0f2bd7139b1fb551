"""How long a click takes on the Encoders page, idle and while an encoder trains.

    python -m tests.benchmarks.input_lag WORKSPACE

Milliseconds from a click until two frames later (what the browser does itself: a section opens),
and until the answer of the server is drawn (another preset: its options and caption). Median and
95th percentile over some clicks of each, idle, then while a VAE trains in the same app.
"""

import argparse
import re
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from contrast_engine import Workspace
from contrast_engine.jobs import JobRunner
from tests.browser.app_server import AppServer
from tests.browser.chromium import launch

CLICKS = 20
DRAWN = """() => new Promise(done => {
    const began = performance.now();
    document.querySelector('details summary').click();
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
})"""


def main() -> None:
    """Start the app, click, train, click again, and print one line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    asked = parser.parse_args()
    server = AppServer(asked.workspace, Path("/tmp/input-lag.log"))
    server.start()
    try:
        with sync_playwright() as playwright:
            page = launch(playwright).new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"{server.url}/encoders?encoder=vae&preset=full")
            page.get_by_role("button", name="Train", exact=True).wait_for(timeout=60_000)
            time.sleep(4)
            _report("idle", page)
            page.get_by_role("button", name="Train", exact=True).click()
            page.get_by_text(re.compile(r"After epoch \d")).wait_for(timeout=120_000)
            _report("while it trains", page)
            runner = JobRunner(Workspace(asked.workspace))
            job = runner.running("train")
            print("still training at the end" if job else "NOT training any more: too short")
            if job:
                runner.cancel(job.id)
    finally:
        server.stop()


def _report(when: str, page: Page) -> None:
    drawn = [float(page.evaluate(DRAWN)) for _ in range(CLICKS)]
    answered = [_answer(page, number) for number in range(CLICKS)]
    for what, times in (("drawn", drawn), ("answered by the server", answered)):
        print(f"{when}: {what}: median {np.median(times):.0f} ms, "
              f"95th percentile {np.percentile(times, 95):.0f} ms, n = {len(times)}")  # fmt: skip


def _answer(page: Page, number: int) -> float:
    """Choose the other preset and wait until the address, which the server writes, says so."""
    preset = ("quick", "full")[number % 2]
    words = {"quick": "Quick: a first look", "full": "Full: one to keep"}[preset]
    began = time.perf_counter()
    page.get_by_role("radio", name=words).or_(page.get_by_role("button", name=words)).first.click()
    page.wait_for_url(f"**preset={preset}**" if preset == "full" else "**", wait_until="commit")
    page.wait_for_function(
        "preset => (new URL(location.href).searchParams.get('preset') || 'quick') === preset",
        arg=preset,
        polling=10,
    )
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
