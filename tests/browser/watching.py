"""What no page may do: throw in a script, or ask another machine for something."""

import re
from typing import Self
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Request, ViewportSize, WebError

WINDOW = ViewportSize(width=1440, height=900)
HERE = {"127.0.0.1", "localhost", None}
LEFT_BEHIND = re.compile("Failed to fetch dynamically imported module: .*/static/js/")
"""What Streamlit throws when a page is left, or its server killed, while it fetches a part of
itself. Where a part is missing for good the test sees that something is not drawn."""


class Watched:
    """Keeps what the pages of a context do wrong while it is entered.

    Requests are listened to, not held up: a browser whose requests are held up for the test caches
    nothing. That none of them arrives is seen to by `chromium.FLAGS`.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.thrown: list[str] = []
        self.left: list[str] = []

    def __enter__(self) -> Self:
        self.context.on("request", self._asked)
        self.context.on("weberror", self._threw)
        return self

    def __exit__(self, *_: object) -> None:
        self.context.remove_listener("request", self._asked)
        self.context.remove_listener("weberror", self._threw)

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).hostname not in HERE:
            self.left.append(request.url)

    def _threw(self, error: WebError) -> None:
        if not LEFT_BEHIND.search(str(error.error)):
            self.thrown.append(str(error.error))


def forget(page: Page, url: str) -> None:
    """Empty what earlier pages of the same browser have kept for the server at this address."""
    page.context.clear_cookies()
    session = page.context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": url, "storageTypes": "all"})
    session.detach()


def empty(page: Page) -> None:
    """Make a tab what it was when it was opened, but for its init scripts and listeners."""
    page.unroute_all(behavior="ignoreErrors")
    page.evaluate("try { sessionStorage.clear() } catch {}")  # a page of an error has none
    page.goto("about:blank")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WINDOW)
    page.mouse.move(0, 0)
    session = page.context.new_cdp_session(page)
    session.send("Page.resetNavigationHistory")
    session.detach()
