"""Back is Back: one entry of the history per thing a person did, and the view comes back with it."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from contrast_engine import Workspace
from tests.browser.app_server import AppServer
from tests.browser.open_pages import go_to, open_page
from tests.browser.test_address import clean


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def is_open(page: Page, image: str) -> None:
    """See that an image is open, in the address and on the page; "" that none is."""
    if image:
        page.wait_for_url(lambda url: f"image={image}" in url)
        expect(page.locator(f'img[src*="/image/{image}"]')).to_be_visible()
    else:
        page.wait_for_url(lambda url: "image=" not in url)
        expect(page.locator('img[src*="/image/"]')).to_have_count(0)


def rest(page: Page) -> None:
    """Wait until the page has written all that it writes by itself."""
    app = page.get_by_test_id("stApp")
    page.wait_for_timeout(100)
    expect(app).to_have_attribute("data-test-script-state", "notRunning")


def test_back_goes_from_page_to_page(app_server: AppServer, page: Page) -> None:
    open_page(page, f"{app_server.url}/collection")
    titles = ["Collection", "Gallery", "Map", "Gallery", "Clusters"]
    before = page.evaluate("history.length")
    for title in titles[1:]:
        rest(page)
        go_to(page, title)
    rest(page)
    assert page.evaluate("history.length") == before + len(titles) - 1
    for title in reversed(titles[:-1]):
        page.go_back()
        expect(heading(page)).to_have_text(title)
    for title in titles[1:]:
        page.go_forward()
        expect(heading(page)).to_have_text(title)


def test_back_closes_and_opens_images_and_undoes_choices_but_no_steps(
    app_server: AppServer, page: Page
) -> None:
    page.goto(f"{app_server.url}/gallery?show=all")
    tiles = page.locator(".gallery .tile")
    expect(tiles.first).to_be_visible()
    first, second = (tiles.nth(n).get_attribute("data-id") or "" for n in (0, 1))
    before = page.evaluate("history.length")
    for image, place in ((first, 0), (second, 1)):
        rest(page)
        tiles.nth(place).click()
        is_open(page, image)
    slider = page.get_by_role("slider", name="Thumbnail size")
    for key in ["ArrowRight", "ArrowLeft"] * 5:
        slider.press(key)
    slider.press("ArrowRight")
    page.wait_for_url(re.compile("size=176"))
    rest(page)
    assert page.evaluate("history.length") == before + 2
    page.go_back()
    is_open(page, first)
    page.reload()
    is_open(page, first)
    page.go_back()
    is_open(page, "")
    page.go_forward()
    is_open(page, first)
    page.go_forward()
    is_open(page, second)


def test_back_brings_the_run_that_was_looked_at(app_server: AppServer, page: Page) -> None:
    page.goto(f"{app_server.url}/map")
    page.wait_for_selector(".map[data-ready]")
    menu = page.get_by_role("combobox", name="Projection")
    was = menu.input_value()
    menu.click()
    page.get_by_role("option").filter(has_text="Two features").click()
    expect(menu).not_to_have_value(was)
    page.wait_for_url(lambda url: "method=pca" not in url)
    rest(page)
    page.go_back()
    expect(menu).to_have_value(was)
    rest(page)
    assert "method=pca" in page.url


@pytest.mark.parametrize("address", ["map/foo", "nothing?workspace=ab12ab12"])
def test_an_unknown_address_leads_to_the_pages(
    app_server: AppServer, page: Page, address: str
) -> None:
    answer = page.goto(f"{app_server.url}/{address}")
    assert answer
    assert answer.status == 404
    page.get_by_role("link", name="Map", exact=True).last.click()
    page.wait_for_selector(".map[data-ready]")


def test_two_browsers_are_not_one_person_unless_they_say_so(
    app_server: AppServer, browser: Browser
) -> None:
    names, address = Workspace(app_server.workspace).annotators, f"{app_server.url}/clusters"

    def says(page: Page, name: str) -> None:
        page.get_by_role("textbox", name="Your name").fill(name)
        page.keyboard.press("Enter")

    def may_name(page: Page) -> None:
        expect(page.get_by_role("textbox", name="Name", exact=True).first).to_be_visible()

    with clean(browser, address) as anna:
        anna.get_by_role("button", name="Name it").first.click()
        says(anna, "  anna ")
        may_name(anna)
        anna.reload()
        may_name(anna)
        with clean(browser, f"{address}?who=anna") as other:
            other.get_by_role("button", name="Name it").first.click()
            says(other, "ANNA")
            expect(other.get_by_text("Is that you?")).to_be_visible()
            assert names.names() == ("anna", "me")
            other.get_by_role("button", name="No, I use another name").click()
            says(other, "<b>Bob</b>")
            may_name(other)
    assert names.names() == ("<b>Bob</b>", "anna", "me")
