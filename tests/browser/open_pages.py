"""Open pages of a running app once: `python -m tests.browser.open_pages URL [PAGE ...]`, or all."""

import ast
import re
import sys
import time
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Page, expect, sync_playwright

from pages.frame.menu import MENU
from tests.browser.chromium import launch

SHELL = Path(__file__).parents[2] / "pages" / "_shell.py"
SECONDS_TO_START = 300
MILLISECONDS_A_PAGE = 60_000


def addresses() -> list[str]:
    """Every page's address, read from the navigation, so that a new page is opened too."""
    return [
        str(keyword.value.value)
        for node in ast.walk(ast.parse(SHELL.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "url_path" and isinstance(keyword.value, ast.Constant)
    ]


def open_page(page: Page, url: str) -> None:
    """Open one page and wait until its script has run; fail on an exception box."""
    page.goto(url)
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=MILLISECONDS_A_PAGE
    )
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=MILLISECONDS_A_PAGE)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def go_to(page: Page, title: str) -> None:
    """Go to another page as a person does: by its tab where that is seen, else by the menu first."""
    entry = next(one for one in MENU if title in [name for _, name in one.tabs])
    tab = page.locator(".st-key-tabs a").filter(has_text=re.compile(f"^{title}$"))
    if tab.is_visible():
        tab.click()
    else:
        page.locator(".st-key-menu a").filter(has_text=entry.title).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(entry.tabs[0][1])
        if title != entry.tabs[0][1]:
            tab.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def wait_for(url: str) -> None:
    """Wait until the app answers."""
    give_up = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            with urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except OSError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.5)


def main(url: str, *pages: str) -> None:
    """Open these pages, or every page, in one browser."""
    wait_for(url)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        thrown: list[str] = []
        page.on("pageerror", lambda error: thrown.append(str(error)))
        for address in pages or addresses():
            open_page(page, f"{url}/{address}")
            assert not thrown, f"/{address}: {thrown}"
            print(f"/{address} opens", flush=True)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
