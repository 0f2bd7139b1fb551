"""Similar images and outliers in a real browser."""

from playwright.sync_api import Page, expect

from tests.browser.app_server import AppServer


def test_an_odd_image_opens_and_the_view_stands_in_the_address(
    app_server: AppServer, page: Page
) -> None:
    page.goto(f"{app_server.url}/odd")
    page.locator(".gallery .tile").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Duplicates").or_(
        page.get_by_role("radio", name="Duplicates")
    ).click()
    page.wait_for_url("**view=double**")
    found = page.get_by_text("groups, largest first")
    expect(found.or_(page.get_by_text("There are no duplicates"))).to_be_visible()
