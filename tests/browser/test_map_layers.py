"""Pictures at their points, and density where points would only cover each other."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from contrast_engine import Workspace
from tests.browser.app_server import AppServer
from tests.browser.driving_map import MANY, MARKED, draw_lasso

TILES = """root => root.atlas.pictures.rows.map(row => {
  const [x, y] = root.atlas._screen(row), box = root.atlas.canvas.getBoundingClientRect();
  return [root.atlas.cloud.id(row), box.x + x, box.y + y];
})"""


@pytest.fixture
def pictures(points: Locator) -> Locator:
    """The map with images on it."""
    points.get_by_role("button", name="Images on the map").click()
    expect(points).not_to_have_attribute("data-pictures", re.compile("^0?$"))
    return points


def test_pictures_lie_on_their_points_side_by_side_and_are_counted(pictures: Locator) -> None:
    tiles = pictures.evaluate(TILES)
    assert 5 < len(tiles) <= 200
    places = [(x, y) for _, x, y in tiles]
    for i, (x, y) in enumerate(places):
        assert all(max(abs(x - u), abs(y - v)) >= 44 for u, v in places[:i])
    in_view = pictures.evaluate("root => root.atlas.cloud.n")
    expect(pictures.locator(".status")).to_have_text(
        f"Showing {len(tiles)} of {in_view} in view as images."
    )
    grey = """root => {
      const { canvas, rows } = root.atlas.pictures, [x, y] = root.atlas._screen(rows[0]);
      return [...canvas.getContext("2d").getImageData(Math.round(x) - 21, Math.round(y) - 21, 1, 1).data];
    }"""
    assert pictures.evaluate(grey) == [0x77, 0x77, 0x77, 255]


def test_the_middles_of_the_clusters_come_first(app_server: AppServer, pictures: Locator) -> None:
    workspace = Workspace.open(app_server.workspace)
    clusters = workspace.manifest(workspace.current("clusterings") or "").details["representatives"]
    shown = [image for image, _, _ in pictures.evaluate(TILES)]
    assert shown[0] == clusters["0"][0]
    middles = [chosen[0] for chosen in clusters.values()]
    assert len(set(shown) & set(middles)) >= len(middles) - 1  # two may lie on one spot
    assert workspace.thumbs.get(shown[0])


def test_a_click_on_a_picture_opens_that_image(page: Page, pictures: Locator) -> None:
    for image, x, y in pictures.evaluate(TILES)[:6]:
        page.mouse.move(x + 15, y - 15)
        expect(pictures.locator(".card img")).to_have_attribute("src", re.compile(image))
        page.mouse.click(x + 15, y - 15)
        page.wait_for_url(re.compile(rf"image={image}"))


def test_near_enough_every_image_in_view_has_its_picture(page: Page, pictures: Locator) -> None:
    before = pictures.evaluate(TILES)
    page.mouse.move(*before[-1][1:])
    for _ in range(8):
        page.mouse.wheel(0, -400)
    expect(pictures.locator(".status")).to_have_text(re.compile(r"Showing (\d+) of \1 in view"))
    assert pictures.evaluate(TILES)[0] != before[0]


def test_only_what_is_shown_or_selected_has_a_picture(page: Page, pictures: Locator) -> None:
    pictures.locator(".chip").first.click()
    codes = "root => root.atlas.pictures.rows.map(row => root.atlas.codes[row])"
    assert 0 not in pictures.evaluate(codes)
    draw_lasso(page, pictures, 0.5, key="Shift")
    expect(pictures.locator(".status")).to_have_text(re.compile("selected in view"))
    assert {image for image, _, _ in pictures.evaluate(TILES)} <= set(pictures.evaluate(MARKED))


def test_very_many_points_are_drawn_as_density_until_one_looks_closer(
    page: Page, points: Locator
) -> None:
    points.evaluate(MANY, [60_000, 3])
    expect(points).to_have_attribute("data-shows", "density")
    expect(points.locator(".status")).to_have_text(re.compile("Density of 60,000 in view"))
    mixed = """root => {
      const { density, legend } = root.atlas, { columns, lines, canvas } = density;
      const seen = new Set(), { data } = canvas.getContext("2d").getImageData(0, 0, columns, lines);
      for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200) seen.add(Math.round(data[i] / 8));
      return seen.size;
    }"""
    assert points.evaluate(mixed) == 3  # each group in its own colour, nothing blended
    counted = "root => root.atlas.density.total.reduce((a, b) => a + b, 0)"
    assert points.evaluate(counted) == 60_000
    points.locator(".chip").first.click()
    expect(points.locator(".status")).to_have_text(re.compile("Density of 40,000 in view"))
    points.locator(".chip").first.click()
    box = points.locator("canvas.points").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for _ in range(6):
        page.mouse.wheel(0, -400)
    expect(points).to_have_attribute("data-shows", "points")
    expect(points.locator(".status")).to_have_text("")


def test_every_id_of_a_large_map_is_found_again(points: Locator) -> None:
    points.evaluate(MANY, [60_000, 3])
    wrong = """root => {
      const { cloud } = root.atlas;
      let wrong = cloud.row("ffffffffffffffff") + 1;
      for (let i = 0; i < cloud.n; i += 7) wrong += cloud.row(cloud.id(i)) !== i;
      return wrong;
    }"""
    assert points.evaluate(wrong) == 0
