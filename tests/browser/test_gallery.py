"""The gallery in a real browser: sorting, sizes, ticking, and where its pictures lead."""

import io
import re
import zipfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from contrast_engine import Workspace
from tests.browser.app_server import AppServer

IDS = "tiles => tiles.map(tile => tile.dataset.id)"
PLACE = """() => {
  let held = document.activeElement;
  while (held?.shadowRoot?.activeElement) held = held.shadowRoot.activeElement;
  return held?.getAttribute("aria-posinset");
}"""


def place(page: Page) -> str | None:
    """The place of the picture that has the focus, the first being 1."""
    found: str | None = page.evaluate(PLACE)
    return found


@pytest.fixture
def tiles(app_server: AppServer, page: Page) -> Locator:
    """The pictures of the gallery page, sorted by overall contrast, highest first."""
    page.goto(f"{app_server.url}/gallery?sort=gcf")
    found = page.locator(".gallery .tile")
    expect(found).not_to_have_count(0)
    return found


def ids(tiles: Locator) -> list[str]:
    return tiles.evaluate_all(IDS)


def test_pictures_stand_in_the_order_of_a_measure_with_its_value_below(
    app_server: AppServer, page: Page, tiles: Locator
) -> None:
    workspace = Workspace(app_server.workspace)
    vectors = workspace.load(workspace.current("features"))
    values = [vectors.row(image)["gcf"] for image in ids(tiles)]
    assert page.locator(".gallery").get_attribute("data-n") == str(len(vectors))
    assert values == sorted(values, reverse=True)
    assert float(tiles.first.locator(".caption").inner_text()) == pytest.approx(values[0], rel=0.01)
    tiles.first.focus()
    page.keyboard.press("End")
    last = ids(tiles)[-1]  # before the click: the new order may be there at once
    page.get_by_role("combobox", name="Order").click()
    page.get_by_role("option", name="Lowest first").click()
    expect(tiles.first).to_have_attribute("data-id", last)
    expect(tiles.first.locator("img")).to_have_attribute("src", re.compile(ids(tiles)[0]))


def test_pictures_get_larger_and_are_fetched_when_they_come_into_view(
    page: Page, tiles: Locator
) -> None:
    width = tiles.first.locator(".well").bounding_box()["height"]
    slider = page.get_by_role("slider", name="Thumbnail size")
    slider.focus()
    slider.press("ArrowRight")
    page.wait_for_url(re.compile("size=176"))
    expect(tiles.first.locator(".well")).to_have_css("height", "176px")
    assert width < 176
    tiles.first.focus()
    page.keyboard.press("End")
    expect(tiles.last).to_have_attribute("aria-posinset", tiles.last.get_attribute("aria-setsize"))
    expect(tiles.last.locator("img")).to_have_attribute("src", re.compile(ids(tiles)[-1]))


def test_locate_leads_to_the_ring_on_the_map_and_similar_to_what_is_like_it(
    page: Page, tiles: Locator
) -> None:
    image = ids(tiles)[5]
    tiles.nth(5).hover()
    page.get_by_role("button", name="Locate on the map").click()
    page.wait_for_selector(".map[data-ready]")
    assert parse_qs(urlsplit(page.url).query)["image"] == [image]
    ringed = "root => root.atlas.cloud.id(root.atlas.picked)"
    assert page.locator(".map").evaluate(ringed) == image
    page.get_by_role("link", name="Gallery").click()
    expect(page.locator("h1")).to_have_text("Gallery")
    found = page.locator(".gallery .tile")
    found.nth(3).focus()
    other = ids(found)[3]
    page.keyboard.press("s")
    expect(page.locator("h1")).to_have_text("Similar images and outliers")
    assert parse_qs(urlsplit(page.url).query)["image"] == [other]


def test_by_keyboard_alone_pictures_are_walked_ticked_and_opened(
    page: Page, tiles: Locator
) -> None:
    tiles.first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".tile[aria-selected=true]")).to_have_count(2)
    expect(page.get_by_text("2 selected")).to_be_visible()
    image = (
        page.evaluate("document.activeElement.shadowRoot?.activeElement.dataset.id")
        or ids(tiles)[2]
    )
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"image={image}"))
    held = page.locator(".scroller").evaluate("box => box.clientWidth")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(f"image=(?!{image})"))
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(r"^(?!.*image=)"))
    assert page.locator(".scroller").evaluate("box => box.clientWidth") == held
    assert place(page) is not None, "the focus stays in the gallery"
    page.keyboard.press("Escape")
    expect(page.locator(".tile[aria-selected=true]")).to_have_count(0)


def test_a_tick_selects_and_all_that_is_shown_is_selected_left_and_turned_over(
    page: Page, tiles: Locator
) -> None:
    n = int(page.locator(".gallery").get_attribute("data-n") or 0)
    chosen = page.locator(".tile[aria-selected=true]")
    tiles.nth(2).hover()
    tiles.nth(2).locator(".tick").click()
    expect(page.get_by_text("1 selected", exact=True)).to_be_visible()
    assert "image=" not in page.url, "a tick opens nothing"
    page.get_by_role("button", name="Invert").click()
    expect(page.get_by_text(f"{n - 1} selected", exact=True)).to_be_visible()
    expect(tiles.nth(2)).to_have_attribute("aria-selected", "false")
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(chosen).to_have_count(0)
    page.get_by_role("button", name=f"Select all {n}").click()
    expect(page.get_by_text(f"{n} selected", exact=True)).to_be_visible()
    expect(tiles.nth(2)).to_have_attribute("aria-selected", "true")


def test_the_map_comes_beside_the_gallery_by_key_by_drag_and_goes_by_a_double_click(
    page: Page, tiles: Locator
) -> None:
    wide = page.locator(".scroller").evaluate("box => box.clientWidth")
    bar = page.get_by_role("separator")
    bar.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".map[data-ready]")
    page.wait_for_url(re.compile("split=50"))
    assert page.locator(".scroller").evaluate("box => box.clientWidth") < 0.6 * wide
    box = bar.bounding_box()
    assert box
    page.mouse.move(box["x"] + 10, box["y"] + 120)
    page.mouse.down()
    page.mouse.move(box["x"] + 210, box["y"] + 120, steps=5)
    page.mouse.up()
    page.wait_for_url(re.compile("split=6"))
    bar.dblclick(position={"x": 10, "y": 150})
    page.wait_for_url(re.compile(r"^(?!.*split=)"))
    expect(page.locator(".map")).to_have_count(0)


def test_a_saved_selection_survives_a_kill_and_is_taken_away_as_an_archive(
    app_server: AppServer, browser: Browser, page: Page, tiles: Locator
) -> None:
    tiles.nth(1).click(modifiers=["Control"])
    tiles.nth(4).click(modifiers=["Shift"])
    chosen = set(ids(tiles)[1:5])
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Name of the selection").fill("strong ones")
    page.get_by_role("button", name="Save under this name").click()
    expect(page.get_by_text("Saved 4 images as 'strong ones'")).to_be_visible()
    app_server.kill()
    app_server.start()
    context = browser.new_context()
    again = context.new_page()
    again.goto(f"{app_server.url}/gallery")
    again.get_by_role("button", name="Saved selections (1)").click()
    again.get_by_role("button", name="Open it").click()
    again.wait_for_url(re.compile("selection="))
    again.keyboard.press("Escape")
    again.get_by_role("button", name="Download", exact=True).click()
    address = again.get_by_role("link", name=re.compile("zip")).get_attribute("href")
    data = again.request.get(f"{app_server.url}{address}").body()
    names = {Path(name).name for name in zipfile.ZipFile(io.BytesIO(data)).namelist()}
    paths = Workspace(app_server.workspace).images.paths
    assert names == {Path(paths[image]).name for image in chosen} | {"table.csv"}
    context.close()
