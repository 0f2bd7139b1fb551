"""What differs, what is alike, what is no kind: axes, similar images, honest selections."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from contrast_engine import Workspace, steps
from contrast_engine.neighbours import nearest
from contrast_engine.randomness import generator
from tests.browser.app_server import AppServer

IDS = "tiles => tiles.map(tile => tile.dataset.id)"
PLACES = "tiles => tiles.map(t => parseFloat(t.querySelector('.caption').innerText.replace('\\u2212', '-')))"


@pytest.fixture
def workspace(app_server: AppServer) -> Workspace:
    return Workspace(app_server.workspace)


def test_an_axis_is_chosen_by_its_name_or_its_bar_and_shows_images_along_it(
    app_server: AppServer, page: Page
) -> None:
    page.goto(f"{app_server.url}/axes")
    tiles = page.locator(".gallery .tile")
    expect(tiles).to_have_count(10)
    first = tiles.evaluate_all(IDS)
    page.get_by_role("radio", name=re.compile(r"^2\.")).or_(
        page.get_by_role("button", name=re.compile(r"^2\."))
    ).click()
    page.wait_for_url(re.compile("axis=2"))
    expect(tiles.first).not_to_have_attribute("data-id", first[0])
    places = tiles.evaluate_all(PLACES)
    assert places == sorted(places)
    expect(page.get_by_text("In 200 resamples of the images the name held in")).to_be_visible()
    bar = page.locator(".figure .bars .point path").first
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    page.wait_for_url(re.compile("axis=1"))
    expect(tiles.first).to_have_attribute("data-id", first[0])
    assert tiles.evaluate_all(IDS) == first


def test_a_copy_dropped_in_finds_its_image_first(
    app_server: AppServer, page: Page, workspace: Workspace, tmp_path: Path
) -> None:
    image = workspace.images.ids[11]
    copy = tmp_path / "a copy.jpg"
    copy.write_bytes(workspace.original_bytes(image))
    page.goto(f"{app_server.url}/odd?view=like")
    page.locator("input[type=file]").set_input_files(copy)
    expect(page.get_by_text("The 12 nearest of")).to_be_visible()
    first = page.locator(".gallery .tile").first
    expect(first).to_have_attribute("data-id", image)
    expect(first.locator(".caption")).to_have_text("0.00")


def test_a_random_selection_is_warned_of_and_a_neighbourhood_is_not(
    app_server: AppServer, page: Page, workspace: Workspace
) -> None:
    space = steps.space(workspace).vectors
    rows = generator(3, "browser", "draw").choice(len(space), 12, replace=False)
    drawn = workspace.selections.put(space.ids[row] for row in rows)
    page.goto(f"{app_server.url}/map?selection={drawn}")
    warning = page.get_by_text("not a neighbourhood in the space of all features")
    expect(warning).to_be_visible()
    middle = space.ids[0]
    near = workspace.selections.put([middle, *(i for i, _ in nearest(space, middle, 11))])
    page.goto(f"{app_server.url}/map?selection={near}")
    expect(page.get_by_text("12 selected", exact=True)).to_be_visible()
    expect(page.get_by_text("Feature differences")).to_be_visible()
    expect(warning).to_have_count(0)
