"""The slides in a browser: keys, counter, address, a click on the map, and nothing grave by axe."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.app_server import AppServer

GRAVE = {"serious", "critical"}
STEP = """async () => {
  const began = performance.now();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, composed: true }));
  await new Promise(drawn => requestAnimationFrame(() => setTimeout(drawn)));
  return performance.now() - began;
}"""


def grave(page: Page) -> list[str]:
    """What axe finds grave on the slide that is shown."""
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    return [f"{one['id']}" for one in found.response["violations"] if one["impact"] in GRAVE]


def test_slides_follow_the_keys_the_address_and_a_click_on_the_map(
    app_server: AppServer, page: Page
) -> None:
    page.goto(f"{app_server.url}/overview")
    page.get_by_role("button", name="Present").click()
    slides, count = page.locator(".slides[data-ready]"), page.locator(".slides .count")
    expect(slides).to_have_attribute("data-slide", "title")
    total = int(count.inner_text().partition("/")[2])
    assert total >= 9
    expect(page.locator(".st-key-frame")).to_be_hidden()
    assert sorted(page.evaluate(STEP) for _ in range(2))[0] < 150
    page.keyboard.press("PageDown")
    expect(slides).to_have_attribute("data-slide", "map")
    expect(count).to_have_text(f"4 / {total}")
    expect(page).to_have_url(re.compile(r"[?&]slide=4\b"))

    page.wait_for_selector(".map[data-ready]")
    page.locator(".map canvas.points").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowRight")
    expect(slides).to_have_attribute("data-slide", "map")
    page.keyboard.press("Enter")
    expect(page.locator(".panel .look-head")).to_be_visible()
    expect(page.locator(".panel .pictures img")).to_have_js_property("complete", True)
    expect(page.locator(".panel .foot")).to_contain_text("n = ")
    assert grave(page) == []
    page.keyboard.press("Escape")
    expect(page.locator(".panel .look-head")).to_have_count(0)
    map_ = page.locator(".map").element_handle()
    page.wait_for_function("map => map.atlas.picked < 0 && map.atlas.focused < 0", arg=map_)

    page.locator(".map canvas.points").click(position={"x": 5, "y": 5})
    page.keyboard.press("ArrowRight")
    expect(slides).to_have_attribute("data-slide", "clusters")
    page.go_back()
    expect(slides).to_have_attribute("data-slide", "map")
    page.reload()
    expect(count).to_have_text(f"4 / {total}")

    page.get_by_role("button", name="Choose the slides that are shown").click()
    page.get_by_role("checkbox", name="Map").uncheck()
    page.keyboard.press("Escape")
    expect(count).to_have_text(f"4 / {total - 1}")
    expect(page).to_have_url(re.compile(r"[?&]without=map\b"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
