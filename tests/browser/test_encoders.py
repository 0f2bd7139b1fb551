"""An encoder trains on whatever happens to the browser that started it."""

import time

from playwright.sync_api import Browser

from contrast_engine import Workspace
from contrast_engine.jobs import JobRunner
from tests.browser.app_server import AppServer

PATIENCE = 240


def test_an_encoder_trains_on_when_the_browser_is_closed(
    browser: Browser, app_server: AppServer
) -> None:
    page = browser.new_page()
    page.goto(f"{app_server.url}/encoders?encoder=rank&preset=quick")
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_role("button", name="Pause").wait_for(timeout=60_000)
    runner = JobRunner(Workspace(app_server.workspace))
    job = runner.running("train")
    page.close()
    assert job is not None, "it was over before the browser was closed"
    give_up = time.monotonic() + PATIENCE
    while runner.status(job.id).state in ("queued", "running"):
        assert time.monotonic() < give_up
        time.sleep(0.2)
    ended = runner.status(job.id)
    assert (ended.state, ended.error) == ("done", None)
    assert ended.result["epochs"] > 1

    page = browser.new_page()
    page.goto(f"{app_server.url}/encoders")
    page.get_by_text("Next: keep it").wait_for(timeout=60_000)
    page.close()
