"""A browser whose person has said their name, as the app asks for it before the first label."""

import hashlib

from playwright.sync_api import Page

from pages.common.identity import COOKIE, WHO
from tests.browser.app_server import AppServer


def address(page: Page, app_server: AppServer, path: str, who: str) -> str:
    """The address of a page at which somebody labels under this name, always the same person."""
    number = hashlib.sha256(who.encode()).hexdigest()[:32]
    page.context.add_cookies([{"name": COOKIE, "value": number, "url": app_server.url}])
    return f"{app_server.url}/{path}{'&' if '?' in path else '?'}{WHO}={who}"
