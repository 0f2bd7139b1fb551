"""The map in a real browser: what is clicked opens, what a lasso encloses is selected, nothing leaks."""

import random
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.app_server import AppServer
from tests.browser.driving_map import LISTED, MARKED, VIEW, WHERE, draw_lasso, opened
from tests.browser.open_pages import go_to


@pytest.mark.slow
def test_a_click_opens_the_very_image_that_was_clicked(page: Page, points: Locator) -> None:
    n = points.evaluate("root => root.atlas.cloud.n")
    for row in random.Random(7).choices(range(n), k=20):
        x, y, image = points.evaluate(WHERE, row)
        page.mouse.click(x, y)
        page.wait_for_url(re.compile(rf"image={image}"))
        expect(page.locator(f'img[src*="/image/{image}"]')).to_be_visible()


def test_resting_on_a_point_shows_its_picture_and_value(page: Page, points: Locator) -> None:
    x, y, image = points.evaluate(WHERE, 3)
    page.mouse.move(x, y)
    card = points.locator(".card")
    expect(card.locator("img")).to_have_attribute("src", re.compile(image))
    expect(card.locator(".card-name")).to_have_text(re.compile(r"\.jpg$"))
    expect(card.locator(".card-value")).to_have_text(re.compile(r"Cluster"))


def test_a_lasso_selects_exactly_what_lies_inside(page: Page, points: Locator) -> None:
    page.keyboard.press("Escape")
    points.locator("canvas.points").focus()
    page.keyboard.press("l")
    draw_lasso(page, points, 0.7)
    marked = set(points.evaluate(MARKED))
    n = points.evaluate("root => root.atlas.cloud.n")
    assert 3 < len(marked) < n
    expect(page.locator(".gallery")).to_have_attribute("data-n", str(len(marked)))
    tiles = page.locator(".gallery").evaluate(LISTED)
    assert set(tiles) == marked
    draw_lasso(page, points, 0.35, key="Alt")
    fewer = set(points.evaluate(MARKED))
    assert fewer < marked
    expect(page.locator(".gallery")).to_have_attribute("data-n", str(len(fewer)))
    page.keyboard.press("Escape")
    expect(page.locator(".gallery")).to_have_attribute("data-n", str(n))
    expect(page.locator(".tile[aria-selected=true]")).to_have_count(0)


def test_a_selection_says_why_it_is_different_and_can_be_taken_away(
    page: Page, points: Locator
) -> None:
    draw_lasso(page, points, 0.5, key="Shift")
    n = len(points.evaluate(MARKED))
    expect(page.get_by_text("Feature differences")).to_be_visible()
    expect(page.locator(".feature_differences rect.bar").first).to_be_visible()
    page.get_by_role("button", name="Download", exact=True).click()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Table (CSV)").click()
    lines = Path(coming.value.path()).read_text("utf-8").splitlines()
    assert len(lines) == n + 1


def test_saving_a_selection_says_so_and_leaves_the_page_as_it_looked(
    page: Page, points: Locator
) -> None:
    draw_lasso(page, points, 0.5, key="Shift")
    before = points.bounding_box()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Name of the selection").fill("the middle")
    page.get_by_role("button", name="Save under this name").click()
    expect(page.get_by_text("images as 'the middle'")).to_be_visible()
    page.wait_for_timeout(300)
    assert points.bounding_box() == before


def test_zoom_and_selection_survive_another_colour_and_another_page(
    page: Page, points: Locator
) -> None:
    draw_lasso(page, points, 0.6, key="Shift")
    marked = set(points.evaluate(MARKED))
    assert marked
    expect(page.locator(".gallery")).to_have_attribute("data-n", str(len(marked)))
    page.mouse.wheel(0, -400)
    view, colour = points.evaluate(VIEW), points.get_attribute("data-ready")
    page.get_by_role("combobox", name="Colour by").click()
    page.get_by_role("option").filter(has_text="(c_rms)").first.click()
    expect(points).not_to_have_attribute("data-ready", colour or "")
    assert points.evaluate(VIEW) == view
    assert set(points.evaluate(MARKED)) == marked
    go_to(page, "Clusters")
    go_to(page, "Map")
    page.wait_for_selector(".map[data-ready]")
    back = page.locator(".map")
    assert back.evaluate(VIEW) == view


def test_the_keyboard_reaches_and_opens_images(page: Page, points: Locator) -> None:
    points.locator("canvas.points").focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
    image = points.evaluate("root => root.atlas.cloud.id(root.atlas.focused)")
    expect(points.locator("[aria-live]")).to_have_text(re.compile("Image .* of"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"image={image}"))
    assert opened(page) == image


def test_a_hidden_class_is_neither_drawn_nor_selected(page: Page, points: Locator) -> None:
    first = points.locator(".chip").first
    first.click()
    expect(first).to_have_attribute("aria-pressed", "false")
    draw_lasso(page, points, 0.9, key="Shift")
    inside = "root => root.atlas.marks.rows()"
    codes = points.evaluate(f"root => ({inside})(root).map(i => root.atlas.codes[i])")
    assert codes
    assert 0 not in codes
    expect(page.locator(".gallery")).to_have_attribute("data-n", str(len(codes)))


def test_an_image_opened_elsewhere_is_ringed_and_brought_into_view(
    app_server: AppServer, page: Page, points: Locator
) -> None:
    x, y, image = points.evaluate(WHERE, 3)
    box = points.locator("canvas.points").bounding_box()
    assert box
    corner = box["x"] + (40 if x > box["x"] + box["width"] / 2 else box["width"] - 40)
    page.mouse.move(corner, box["y"] + (40 if y > box["y"] + box["height"] / 2 else 300))
    for _ in range(6):
        page.mouse.wheel(0, -400)
    view = points.evaluate(VIEW)
    page.wait_for_timeout(300)  # the view is kept a moment after it was moved
    page.goto(f"{app_server.url}/map?image={image}")
    page.wait_for_selector(".map[data-ready]")
    points = page.locator(".map")
    assert points.evaluate("root => root.atlas.cloud.id(root.atlas.picked)") == image
    x, y, _ = points.evaluate(WHERE, 3)
    assert box["x"] < x < box["x"] + box["width"]
    assert box["y"] < y < box["y"] + box["height"]
    assert points.evaluate(VIEW) != view


@pytest.mark.thorough
def test_many_page_switches_give_no_warning_of_webgl(page: Page, points: Locator) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    others = {3: "Clusters", 9: "Label", 15: "Features"}
    for turn in range(18):  # a browser keeps sixteen contexts
        go_to(page, others.get(turn, "Gallery"))
        go_to(page, "Map")
        page.wait_for_selector(".map[data-shows]")
    # Without a graphics card Chromium itself reads every WebGL canvas back to show it, and notes
    # that a few times; we read none.
    own = [text for text in said if "GPU stall due to ReadPixels" not in text]
    assert not [text for text in own if re.search("webgl|context", text, re.IGNORECASE)]
    atlas = page.locator(".map")
    assert atlas.evaluate("root => root.atlas.painter.constructor.name") == "GlPainter"
    assert not atlas.evaluate("root => root.atlas.painter.gl.isContextLost()")


def test_without_webgl_the_map_is_drawn_all_the_same(app_server: AppServer, page: Page) -> None:
    page = page.context.new_page()
    page.add_init_script(
        """const real = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
          return kind.startsWith("webgl") ? null : real.call(this, kind, ...rest);
        };"""
    )
    page.goto(f"{app_server.url}/map")
    page.wait_for_selector(".map[data-ready]")
    points = page.locator(".map")
    assert points.evaluate("root => root.atlas.painter.constructor.name") == "PlainPainter"
    page.wait_for_timeout(300)
    drawn = """root => {
      const { width, height } = root.atlas.canvas;
      const { data } = root.atlas.painter.brush.getImageData(0, 0, width, height);
      return data.some((value, i) => i % 4 === 3 && value > 200);
    }"""
    assert points.evaluate(drawn)
    x, y, image = points.evaluate(WHERE, 5)
    page.mouse.click(x, y)
    page.wait_for_url(re.compile(rf"image={image}"))


def test_a_map_that_was_just_left_draws_no_more(page: Page, points: Locator) -> None:
    left = """root => {
      const { atlas } = root;
      atlas.draw();
      root.remove();
      return new Promise(requestAnimationFrame).then(() => atlas.isStale);
    }"""
    assert points.evaluate(left)
