"""Each page by its own address in a fresh browser, as after F5 or from a bookmark."""

import pytest
from playwright.sync_api import Page

from tests.browser.app_server import AppServer
from tests.browser.open_pages import addresses, open_page


@pytest.mark.parametrize("address", ["", *addresses()])
def test_a_page_opens_by_its_address_without_an_error(
    app_server: AppServer, page: Page, address: str
) -> None:
    open_page(page, f"{app_server.url}/{address}")


def test_the_browser_of_these_tests_can_draw_the_map(page: Page) -> None:
    page.goto("about:blank")
    assert page.evaluate("!!document.createElement('canvas').getContext('webgl2')")


def test_a_killed_server_comes_back_at_the_same_address(app_server: AppServer, page: Page) -> None:
    open_page(page, f"{app_server.url}/map")
    app_server.kill()
    app_server.start()
    open_page(page, f"{app_server.url}/map")
