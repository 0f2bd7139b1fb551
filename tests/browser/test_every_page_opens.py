"""The app in a fresh browser, as after F5 or a part that did not come.

That each page opens by its own address is seen where each is looked at by everyone, and where names
are drawn as text, and on the workspace of the demo.
"""

from urllib.parse import urlsplit

from playwright.sync_api import Page, Request, Route, expect

from pages.components.front_door import early
from tests.browser.app_server import AppServer
from tests.browser.open_pages import open_page


def test_a_page_opens_without_an_address(app_server: AppServer, page: Page) -> None:
    open_page(page, app_server.url)


def test_the_browser_of_these_tests_can_draw_the_map(page: Page) -> None:
    page.goto("about:blank")
    assert page.evaluate("!!document.createElement('canvas').getContext('webgl2')")


def test_a_part_that_could_not_be_fetched_at_first_is_fetched_again(
    app_server: AppServer, page: Page
) -> None:
    refused: list[str] = []

    def refuse_twice(route: Route) -> None:
        refused.append(route.request.url)
        route.abort() if len(refused) <= 2 else route.fallback()

    page.route("**/api/blob/*", refuse_twice)
    page.goto(f"{app_server.url}/map")
    page.wait_for_selector(".map[data-ready]")
    assert len(refused) > 2


def test_a_part_that_never_comes_says_so(app_server: AppServer, page: Page) -> None:
    page.route("**/api/blob/*", lambda route: route.abort())
    page.goto(f"{app_server.url}/map")
    expect(
        page.get_by_text("This part could not be fetched; reload the page.").first
    ).to_be_visible(timeout=30_000)


def test_the_map_asks_for_its_scripts_before_it_waits_for_the_server(
    app_server: AppServer, page: Page
) -> None:
    open_page(page, f"{app_server.url}/map")  # by now the server has the addresses of them all
    page.wait_for_selector(".map[data-ready]")
    asked: list[str] = []

    def note(request: Request) -> None:
        path = urlsplit(request.url).path
        asked.append(f"ours {path}" if "/api/blob/" in path else path)

    page.on("request", note)
    page.on("websocket", lambda _: asked.append("websocket"))
    page.reload()
    page.wait_for_selector(".map[data-ready]")
    assert [one for one in asked if "/_stcore/" in one] == [
        "/_stcore/health",
        "/_stcore/host-config",
    ]
    early_on = asked[: asked.index("websocket")]
    assert {one.lstrip(".") for one in early.scripts("map") if "/js/" in one} <= set(early_on)
    assert len({one for one in early_on if one.startswith("ours")}) == 5
