"""The address of a screen, copied into a clean browser, gives the same screen."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from contrast_engine import Workspace
from tests.browser.app_server import AppServer
from tests.browser.driving_map import LISTED, MARKED, draw_lasso

RINGED = "root => root.atlas.cloud.id(root.atlas.picked)"
CORNERS = "root => [0, 1, 2].flatMap(row => root.atlas._screen(row))"
"""Where the first images are on the screen: the same only if zoom and place are."""


@contextmanager
def clean(browser: Browser, url: str) -> Iterator[Page]:
    """A browser that knows nothing but this address."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(url)
    yield page
    context.close()


def test_a_map_with_its_colour_selection_order_and_image(
    app_server: AppServer, browser: Browser, page: Page
) -> None:
    page.goto(f"{app_server.url}/map")
    page.wait_for_selector(".map[data-ready]")
    page.get_by_role("combobox", name="Colour by").click()
    page.get_by_role("option").filter(has_text="(c_rms)").first.click()
    page.wait_for_url(re.compile(r"colour=feature\.c_rms"))
    page.locator("canvas.points").hover()
    page.mouse.wheel(0, -150)
    page.wait_for_url(re.compile(r"at=\w{4}_"))
    draw_lasso(page, page.locator(".map"), 0.7, key="Shift")
    expect(page.locator(".gallery .tile")).not_to_have_count(0)
    page.get_by_role("combobox", name="Sort by").fill("gcf")  # the list shows a few at a time
    page.get_by_role("option").filter(has_text="(gcf)").click()
    page.wait_for_url(re.compile("sort=gcf"))
    tiles = page.locator(".gallery .tile")
    expect(tiles.first.locator(".caption")).to_have_text(re.compile(r"^[\d.]+$"))  # sorted now
    marked = set(page.locator(".map").evaluate(MARKED))
    expect(page.locator(".gallery")).to_have_attribute("data-n", str(len(marked)))  # narrowed now
    shown = page.locator(".gallery").evaluate(LISTED)
    tiles.nth(2).click()
    page.wait_for_url(lambda url: f"image={shown[2]}" in url and "at=" in url)
    colour = page.locator(".map").get_attribute("data-ready")
    corners = page.locator(".map").evaluate(CORNERS)
    with clean(browser, page.url) as again:
        again.wait_for_selector(".map[data-ready]")
        points = again.locator(".map")
        expect(points).to_have_attribute("data-ready", colour or "")
        expect(again.locator(".gallery")).to_have_attribute("data-n", str(len(shown)))
        assert set(points.evaluate(MARKED)) == marked
        assert points.evaluate(CORNERS) == pytest.approx(corners, abs=0.5)
        assert points.evaluate(RINGED) == shown[2]
        assert again.locator(".gallery").evaluate(LISTED) == shown
        expect(again.locator(f'img[src*="/image/{shown[2]}"]')).to_be_visible()
        expect(again.get_by_role("combobox", name="Colour by")).to_have_value(re.compile("c_rms"))


def test_a_view_of_one_map_is_none_of_another_and_a_fitted_one_takes_no_room(
    app_server: AppServer, page: Page
) -> None:
    page.goto(f"{app_server.url}/map?at=ffff_9_9_1_1")
    page.wait_for_selector(".map[data-shows]")
    fitted = page.locator(".map").evaluate("root => root.atlas.view.isFitted")
    page.locator("canvas.points").hover()
    page.mouse.wheel(0, -150)
    page.wait_for_url(re.compile(r"at=(?!ffff)\w{4}_"))
    page.get_by_role("button", name="Fit (0)").click()
    page.wait_for_url(re.compile(r"^(?!.*at=)"))
    assert fitted


def test_a_changed_picture_with_its_sliders(
    app_server: AppServer, browser: Browser, page: Page
) -> None:
    image = Workspace(app_server.workspace).images.ids[7]
    page.goto(f"{app_server.url}/whatif?image={image}")
    slider = page.get_by_role("slider", name="Haze")
    slider.focus()
    slider.press("PageUp")
    page.wait_for_url(re.compile("haze=0"))
    value = slider.get_attribute("aria-valuenow") or slider.input_value()
    with clean(browser, page.url) as again:
        slider = again.get_by_role("slider", name="Haze")
        expect(slider).to_be_visible()
        assert (slider.get_attribute("aria-valuenow") or slider.input_value()) == value


def test_an_address_of_a_collection_that_is_not_open_says_so(
    app_server: AppServer, page: Page
) -> None:
    page.goto(f"{app_server.url}/gallery?workspace=00000000&image=0123456789abcdef")
    expect(page.get_by_text("names a collection that is not open here")).to_be_visible()
    expect(page.get_by_text("not in the collection any more")).to_be_visible()
