"""One image in a real browser: taken apart, and changed by sliders."""

import re

import pytest
from playwright.sync_api import Page, expect

from contrast_engine import Workspace
from tests.browser.app_server import AppServer


@pytest.fixture
def image(app_server: AppServer) -> str:
    return Workspace(app_server.workspace).images.ids[7]


def test_arrow_keys_go_from_image_to_image_and_the_picture_shows_its_true_pixels(
    app_server: AppServer, page: Page
) -> None:
    page.goto(f"{app_server.url}/image")
    page.locator(".gallery .tile").nth(3).click()
    page.wait_for_url(re.compile("image="))
    first = page.url
    viewer, words = page.locator(".viewer"), page.locator(".stepper .words")
    expect(words).to_contain_text(re.compile(r"^\d+ of "))
    place = int(words.inner_text().split()[0])
    before = viewer.get_attribute("data-shown") or ""
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(words).to_contain_text(f"{place + 3} of ")
    paths = Workspace.open(app_server.workspace).images.paths
    after = sorted(paths, key=lambda known: paths[known])[place + 2]
    assert after != before
    expect(viewer).to_have_attribute("data-shown", after)
    page.wait_for_url(re.compile(f"image={after}"))
    page.keyboard.press("1")
    expect(viewer).to_have_attribute("data-zoom", "1")
    page.keyboard.press("c")
    expect(page.locator(".viewer .legend")).to_contain_text("Shadows: ")
    page.keyboard.press("f")
    box = viewer.bounding_box()
    assert box
    assert box["width"] == (page.viewport_size or {})["width"]
    page.keyboard.press("Escape")
    page.locator(".gallery .tile").first.click()
    page.wait_for_url(lambda url: after not in url and url != first)


def test_a_slider_changes_the_picture_and_its_way_on_the_map(
    app_server: AppServer, page: Page, image: str
) -> None:
    page.goto(f"{app_server.url}/whatif?image={image}")
    pictures = page.get_by_alt_text(re.compile("^The image "))
    expect(pictures).to_have_count(2)
    before, after = (pictures.nth(k).get_attribute("src") for k in (0, 1))
    assert before == after, "all neutral is the very same picture"
    slider = page.get_by_role("slider", name="Haze")
    slider.focus()
    slider.press("PageUp")
    expect(pictures.nth(1)).not_to_have_attribute("src", after or "")
    assert pictures.nth(0).get_attribute("src") == before
    expect(page.locator(".figure .scatter .lines path")).not_to_have_count(0)
    expect(page.get_by_role("button", name="Where does it flip along Haze?")).to_be_visible()
    for part in (pictures.nth(1), page.locator(".figure .main-svg").first):
        expect(part).to_be_in_viewport(ratio=0.98)
    page.get_by_role("button", name="Next image").click()
    page.wait_for_url(lambda url: image not in url)
    expect(pictures.nth(0)).not_to_have_attribute("src", before or "")
    expect(slider).to_have_value("0.09")
    page.get_by_role("button", name="Back to neutral").click()
    expect(pictures.nth(1)).to_have_attribute("src", pictures.nth(0).get_attribute("src") or "")
