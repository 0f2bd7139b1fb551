"""One image in a real browser: taken apart, and changed by sliders."""

import re

import pytest
from playwright.sync_api import Page, expect

from contrast_engine import Workspace
from tests.browser.app_server import AppServer


@pytest.fixture
def image(app_server: AppServer) -> str:
    return Workspace(app_server.workspace).images.ids[7]


def test_choosing_a_picture_opens_it_and_a_neighbour_opens_in_turn(
    app_server: AppServer, page: Page
) -> None:
    page.goto(f"{app_server.url}/image")
    page.locator(".gallery .tile").nth(3).click()
    page.wait_for_url(re.compile("image="))
    first = page.url
    expect(page.locator(".figure .main-svg").first).to_be_visible()
    expect(page.get_by_alt_text("Local contrast")).to_be_visible()
    page.locator(".gallery .tile").first.click()
    page.wait_for_url(lambda url: "image=" in url and url != first)


def test_a_slider_changes_the_picture_and_its_way_on_the_map(
    app_server: AppServer, page: Page, image: str
) -> None:
    page.goto(f"{app_server.url}/whatif?image={image}")
    pictures = page.get_by_test_id("stImage").locator("img")
    expect(pictures).to_have_count(2)
    before, after = (pictures.nth(k).get_attribute("src") for k in (0, 1))
    assert before == after, "all neutral is the very same picture"
    as_wide = "picture => parseFloat(getComputedStyle(picture).width) - picture.naturalWidth"
    assert abs(pictures.nth(0).evaluate(as_wide)) < 0.5, "every pixel is one pixel"
    slider = page.get_by_role("slider", name="Haze")
    slider.focus()
    slider.press("PageDown")
    expect(pictures.nth(1)).not_to_have_attribute("src", after or "")
    assert pictures.nth(0).get_attribute("src") == before
    expect(page.locator(".figure .scatter .lines path")).not_to_have_count(0)
    page.get_by_role("button", name="Find the decision boundary").scroll_into_view_if_needed()
    expect(page.get_by_text("Haze: share")).to_be_in_viewport()
    page.get_by_role("button", name="Back to neutral").click()
    expect(pictures.nth(1)).to_have_attribute("src", before or "")
