"""The menu of a chart: its files name what they show, and the picture can be copied."""

import csv
from io import StringIO
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.app_server import AppServer


def saved(page: Page, chart: Locator, words: str) -> tuple[str, bytes]:
    """The name and content of what comes when this is chosen in the menu of a chart."""
    chart.hover()
    chart.get_by_role("button", name="Save").click()
    with page.expect_download() as came:
        page.get_by_role("menuitem", name=words).click()
    return came.value.suggested_filename, Path(came.value.path()).read_bytes()


def test_a_chart_and_the_map_are_saved_as_pictures_and_numbers_and_copied(
    app_server: AppServer, page: Page
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=app_server.url)
    for path, ready, chart, title in (
        ("map", ".map[data-ready]", ".map", "Map of "),
        ("axes", ".chart-place .main-svg", ".chart-place", "Explained variance"),
    ):
        page.goto(f"{app_server.url}/{path}")
        page.wait_for_selector(ready)
        place = page.locator(chart).first
        name, picture = saved(page, place, "Picture as SVG")
        assert name.startswith(f"sample_{title.strip().replace(' ', '-')}")
        assert f"<title>{title}".encode() in picture
        assert "Collection: sample" in picture.decode()
        assert saved(page, place, "Picture as PNG")[1].startswith(b"\x89PNG")
        _, numbers = saved(page, place, "Numbers as CSV")
        header, *rows = csv.reader(StringIO(numbers.decode("utf-8-sig")))
        assert len(rows) > 2
        assert {len(row) for row in rows} == {len(header)}
    place.get_by_role("button", name="Save").focus()
    for key in ("Enter", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    expect(place.get_by_role("status")).to_have_text("Copied")
