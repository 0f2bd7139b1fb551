"""Fixtures of the browser tests: a real browser, the real app, real photographs.

`app_server` is one app per test module, over its own copy of a measured and clustered workspace
of sample photographs; `page` is a fresh browser page that fails its test if a script throws or a
request leaves this machine.
"""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect, sync_playwright

from contrast_engine import Workspace, steps
from tests.browser.app_server import AppServer
from tests.browser.chromium import NoBrowserError, launch

SAMPLE_DATA = Path(__file__).parents[2] / "sample_data"
EVERY = 6
"""Every so-many-th sample photograph is used: about forty of them, of every source."""


expect.set_options(timeout=30_000)
"""As long as every other wait: a busy machine is slow, not wrong, and what is there is seen at once."""

LEFT_BEHIND = re.compile("Failed to fetch dynamically imported module: .*/static/js/")
"""What Streamlit throws when a page is left, or its server killed, while it fetches a part of
itself. Where a part is missing for good the test sees that something is not drawn."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless browser; without one the tests skip, or fail where one is required."""
    with sync_playwright() as playwright:
        try:
            started = launch(playwright)
        except NoBrowserError as error:
            if os.environ.get("CONTRAST_REQUIRE_BROWSER") == "1":
                pytest.fail(f"CONTRAST_REQUIRE_BROWSER=1, but {error}")
            pytest.skip(f"NO BROWSER TEST RAN: {error}")
        yield started
        started.close()


@pytest.fixture(scope="session")
def clustered_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of sample photographs with a map and clusters; copy it before changing it."""
    root = tmp_path_factory.mktemp("browser") / "sample.contrast"
    workspace = Workspace(root)
    steps.scan(workspace, sorted(SAMPLE_DATA.glob("*.jpg"))[::EVERY])
    steps.measure(workspace)
    steps.project(workspace, "pca")
    steps.cluster(workspace, "kmeans")
    return root


@pytest.fixture(scope="module")
def app_server(
    browser: Browser, clustered_workspace: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AppServer]:
    """The app over a workspace of this module's own; `browser` first, so that no skip is slow."""
    folder = tmp_path_factory.mktemp("app")
    root = Path(shutil.copytree(clustered_workspace, folder / "sample.contrast"))
    server = AppServer(root, folder / "app.log")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page, 1440 x 900."""
    thrown: list[str] = []
    left: list[str] = []

    def only_here(route: Route) -> None:
        if urlsplit(route.request.url).hostname in {"127.0.0.1", "localhost", None}:
            route.continue_()
        else:
            left.append(route.request.url)
            route.abort()

    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.route("**/*", only_here)
    opened = context.new_page()
    opened.on("pageerror", lambda error: thrown.append(str(error)))
    yield opened
    context.close()
    broken = [error for error in thrown if not LEFT_BEHIND.search(error)]
    assert not broken, f"scripts threw: {broken}"
    assert not left, f"requests left this machine: {left}"


@pytest.fixture
def points(app_server: AppServer, page: Page) -> Locator:
    """The map component, drawn."""
    page.goto(f"{app_server.url}/map")
    page.wait_for_selector(".map[data-ready]")
    return page.locator(".map")
