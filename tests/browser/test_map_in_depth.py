"""The map with three directions: it turns, and what is seen is what is clicked and selected."""

import random
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.app_server import AppServer
from tests.browser.driving_map import LISTED, MARKED, WHERE, draw_lasso
from tests.browser.open_pages import go_to

TURN = "root => [root.atlas.turn.yaw, root.atlas.turn.pitch]"
FOREMOST = """root => {
  const { cloud, turn } = root.atlas;
  return [...turn.depth.keys()].sort((a, b) => turn.depth[b] - turn.depth[a]).slice(0, 60);
}"""


@pytest.fixture
def deep(app_server: AppServer, page: Page) -> Locator:
    page.goto(f"{app_server.url}/map?method=pca&directions=3")
    page.wait_for_selector(".map[data-ready]")
    return page.locator(".map")


def drag(page: Page, points: Locator, dx: float, dy: float) -> None:
    box = points.locator("canvas.points").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + 40
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=5)
    page.mouse.up()


def test_a_click_opens_what_is_in_front_from_every_side(page: Page, deep: Locator) -> None:
    for dx in (90, -260):
        drag(page, deep, dx, 30)
        for row in random.Random(3).sample(deep.evaluate(FOREMOST), 4):
            x, y, image = deep.evaluate(WHERE, row)
            seen = deep.evaluate("(root, [x, y]) => root.atlas._nearest(x, y)", place(deep, x, y))
            page.mouse.click(x, y)
            clicked = deep.evaluate("(root, row) => root.atlas.cloud.id(row)", seen)
            page.wait_for_url(re.compile(rf"image={clicked}"))
            depth = "(root, row) => root.atlas.turn.depth[row]"
            assert clicked == image or deep.evaluate(depth, seen) >= deep.evaluate(depth, row)


def place(points: Locator, x: float, y: float) -> list[float]:
    box = points.locator("canvas.points").bounding_box()
    assert box
    return [x - box["x"], y - box["y"]]


def test_the_engine_selects_what_the_lasso_holds_as_seen_from_this_side(
    page: Page, deep: Locator
) -> None:
    drag(page, deep, 170, -60)
    draw_lasso(page, deep, 0.45, key="Shift")
    marked = set(deep.evaluate(MARKED))
    assert 3 < len(marked) < deep.evaluate("root => root.atlas.cloud.n")
    expect(page.locator(".gallery")).to_have_attribute("data-n", str(len(marked)))
    tiles = page.locator(".gallery").evaluate(LISTED)
    assert set(tiles) == marked


def test_the_side_is_kept_when_the_colour_changes_and_after_another_page(
    page: Page, deep: Locator
) -> None:
    start = deep.evaluate(TURN)
    drag(page, deep, 120, 40)
    side, colour = deep.evaluate(TURN), deep.get_attribute("data-ready")
    assert side != start
    page.get_by_role("combobox", name="Colour by").click()
    page.get_by_role("option").filter(has_text="(c_rms)").first.click()
    expect(deep).not_to_have_attribute("data-ready", colour or "")
    assert deep.evaluate(TURN) == side
    go_to(page, "Clusters")
    page.go_back()
    page.wait_for_selector(".map[data-ready]")
    assert page.locator(".map").evaluate(TURN) == pytest.approx(side, abs=0.01)  # as in the address


def test_the_keyboard_turns_it_too_and_a_flat_map_does_not_turn(page: Page, deep: Locator) -> None:
    start = deep.evaluate(TURN)
    deep.locator("canvas.points").focus()
    page.keyboard.press("Shift+ArrowRight")
    assert deep.evaluate(TURN)[0] > start[0]
    page.get_by_text("Flat", exact=True).click()
    expect(deep.get_by_role("button", name="Turn (T)")).to_be_hidden()
    deep.locator("canvas.points").focus()
    page.keyboard.press("t")
    assert deep.evaluate("root => [root.atlas.turn, root.atlas.tool]") == [None, "pan"]
