"""What every browser test checks in passing can be seen to fail, and no test sees another's traces."""

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.app_server import AppServer
from tests.browser.watching import Watched, empty, forget

THROW = "what => new Promise(done => setTimeout(() => { done(); throw new Error(what); }))"
ASK = "url => fetch(url, { mode: 'no-cors' }).then(() => 'answered', () => 'refused')"
LEFT_BEHIND = "Failed to fetch dynamically imported module: http://127.0.0.1/static/js/Part.js"


@pytest.fixture
def other(context: BrowserContext, app_server: AppServer) -> Page:
    """A page of the same browser that may do what is forbidden."""
    opened = context.new_page()
    opened.goto(f"{app_server.url}/api/health")
    return opened


def test_a_script_that_throws_is_seen(context: BrowserContext, other: Page) -> None:
    with Watched(context) as watched:
        other.evaluate(THROW, "broken")
        other.evaluate(THROW, LEFT_BEHIND)
        other.evaluate("1")
        other.close()
    assert watched.thrown == ["broken"]


@pytest.mark.parametrize(
    "place", ["http://example.com/x.js", "https://8.8.8.8/", "http://[::2]/", "{port}/api/health"]
)
def test_a_request_that_leaves_this_machine_is_seen_and_goes_nowhere(
    context: BrowserContext, other: Page, app_server: AppServer, place: str
) -> None:
    # the last is answered, wherever the test runs, by a browser that asks for more than it may
    url = place.replace("{port}", f"http://elsewhere.localhost:{app_server.port}")
    with Watched(context) as watched:
        assert other.evaluate(ASK, "/api/health") == "answered"
        assert other.evaluate(ASK, url) == "refused"
        other.close()
    assert watched.left == [url]


def test_a_fresh_page_remembers_nothing_of_the_one_before(
    app_server: AppServer, other: Page, page: Page
) -> None:
    other.evaluate("localStorage.setItem('seen', '1'); document.cookie = 'seen=1'")
    other.close()
    forget(page, app_server.url)
    page.goto(f"{app_server.url}/api/health")
    assert page.evaluate("[localStorage.length, document.cookie]") == [0, ""]


def test_a_tab_that_was_emptied_is_as_one_just_opened(app_server: AppServer, page: Page) -> None:
    url = f"{app_server.url}/api/health"
    for _ in range(2):
        page.goto(url)
        said = page.evaluate(
            """[sessionStorage.length, history.length, innerWidth, matchMedia("(prefers-color-scheme: dark)").matches]"""
        )
        assert said == [0, 2, 1440, False]
        page.evaluate("sessionStorage.setItem('seen', '1'); history.pushState({}, '', '#seen')")
        page.set_viewport_size({"width": 640, "height": 360})
        page.emulate_media(color_scheme="dark")
        page.route("**", lambda route: route.abort())
        empty(page)
