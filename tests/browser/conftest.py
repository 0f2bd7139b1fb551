"""Fixtures of the browser tests: a real browser, the real app, real photographs.

`app_server` is the app over a copy, made for this test module alone, of a measured and clustered
workspace of sample photographs; `page` is a fresh browser page that fails its test if a script
throws or a request leaves this machine.
"""

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from contrast_engine import Workspace, steps
from tests.browser.app_server import AppServer
from tests.browser.chromium import NoBrowserError, launch
from tests.browser.watching import WINDOW, Watched, empty, forget

SAMPLE_DATA = Path(__file__).parents[2] / "sample_data"
NUMBER = "0" * 32
"""The number of the browser that `page` is; in it somebody called "me" has said their name."""

EVERY = 6
"""Every so-many-th sample photograph is used: about forty of them, of every source."""


expect.set_options(timeout=30_000)
"""As long as every other wait: a busy machine is slow, not wrong, and what is there is seen at once."""

LONGEST = (
    "test_accessibility.py",
    "test_label_keys.py",
    "test_map.py",
    "test_encoders.py",
    "test_pair_keys.py",
    "test_gallery.py",
    "test_history.py",
    "test_two_people.py",
    "test_clusters_and_model.py",
    "test_address.py",
)
"""What takes longest is begun first, so that no worker is left with it at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: LONGEST.index(item.path.name) if is_long(item) else len(LONGEST))


def is_long(item: pytest.Item) -> bool:
    return item.path.parent == Path(__file__).parent and item.path.name in LONGEST


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
def clustered_workspace(made_once: Callable[..., Path]) -> Path:
    """A workspace of sample photographs with a map and clusters; copy it before changing it."""

    def fill(folder: Path) -> None:
        workspace = Workspace(folder / "sample.contrast")
        steps.scan(workspace, sorted(SAMPLE_DATA.glob("*.jpg"))[::EVERY])
        steps.measure(workspace)
        steps.project(workspace, "pca")
        steps.cluster(workspace, "kmeans")
        workspace.close()

    return made_once("browser", fill) / "sample.contrast"


def own_copy(workspace: Path, folder: Path) -> Path:
    """A copy of a workspace, with an id of its own as each workspace has."""
    root = Path(shutil.copytree(workspace, folder / workspace.name))
    mark = root / "workspace.json"
    mark.write_text(json.dumps(json.loads(mark.read_text()) | {"id": secrets.token_hex(4)}))
    return root


@pytest.fixture(scope="session")
def one_server(
    browser: Browser, clustered_workspace: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AppServer]:
    """The one app of all modules; `browser` first, so that no skip is slow."""
    server = AppServer(clustered_workspace, tmp_path_factory.mktemp("server") / "app.log")
    yield server
    if server.is_running:
        server.stop()


@pytest.fixture(scope="module")
def app_server(
    one_server: AppServer, clustered_workspace: Path, tmp_path_factory: pytest.TempPathFactory
) -> AppServer:
    """The app over a workspace of this module's own."""
    root = own_copy(clustered_workspace, tmp_path_factory.mktemp("app"))
    Workspace(root).annotators.take("me", NUMBER)
    one_server.show(root)
    if not one_server.is_running:
        one_server.start()
    return one_server


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Where all pages are opened, so that each script of the app is fetched only once.

    The content policy of the app lets nobody evaluate text, and Playwright waits for functions by
    that: `test_door.py`, which holds the policy, opens a context of its own.
    """
    opened = browser.new_context(viewport=WINDOW, bypass_csp=True)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def tab(context: BrowserContext) -> Page:
    """The one tab of all tests: in a new one the browser compiles every script of the app anew."""
    return context.new_page()


@pytest.fixture
def page(context: BrowserContext, tab: Page, one_server: AppServer) -> Iterator[Page]:
    """A page, 1440 x 900, of a browser that remembers nothing but what it fetched.

    A test that leaves in it what cannot be taken out, an init script, opens another one.
    """
    forget(tab, one_server.url)
    context.add_cookies([{"name": "contrast-browser", "value": NUMBER, "url": one_server.url}])
    with Watched(context) as watched:
        yield tab
        for each in context.pages:
            empty(each) if each is tab else each.close()
    assert not watched.thrown, f"scripts threw: {watched.thrown}"
    assert not watched.left, f"requests left this machine: {watched.left}"


@pytest.fixture
def points(app_server: AppServer, page: Page) -> Locator:
    """The map component, drawn."""
    page.goto(f"{app_server.url}/map")
    page.wait_for_selector(".map[data-ready]")
    return page.locator(".map")
