"""The bar of filters in a real browser, by keyboard: gallery and map show the same images."""

import re
from urllib.parse import parse_qs, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from contrast_engine import Workspace
from contrast_engine.views.collection.filter_bar import filter_bar
from contrast_engine.views.collection.filters import read_address
from tests.browser.app_server import AppServer
from tests.browser.driving_map import MARKED, draw_lasso


def filter_of(page: Page) -> dict[str, str]:
    parameters = parse_qs(urlsplit(page.url).query)
    return {name: said for name, (said,) in parameters.items() if name.startswith("f.")}


def test_a_range_set_by_keys_filters_the_gallery_and_dims_the_map(
    app_server: AppServer, page: Page
) -> None:
    workspace = Workspace(app_server.workspace)
    page.goto(f"{app_server.url}/gallery")
    bar = page.locator(".filter-bar")
    add = bar.get_by_role("button", name="Add a filter")
    add.focus()
    add.press("Enter")
    find = bar.get_by_role("searchbox", name="Find a filter")
    expect(find).to_be_focused()
    page.keyboard.type("root-mean-square")
    page.keyboard.press("Enter")
    low = bar.get_by_role("slider", name="Lowest")
    expect(low).to_be_focused()
    page.keyboard.press("PageUp")
    counted = bar.locator(".live").inner_text()  # while the hand is still on the key
    page.wait_for_url(re.compile(r"f\.feature\.c_rms="))
    passing = filter_bar(workspace, *read_address(filter_of(page))).passing
    assert passing is not None
    assert 0 < len(passing) < len(workspace.images)
    assert counted == f"{len(passing)} of {len(workspace.images)} images pass"
    tiles = page.locator(".gallery .tile")
    expect(tiles).to_have_count(len(passing))
    assert set(tiles.evaluate_all("all => all.map(tile => tile.dataset.id)")) == set(passing)
    page.keyboard.press("Escape")
    expect(add).to_be_focused()

    page.goto(f"{app_server.url}/map?{urlsplit(page.url).query}")
    points = page.locator(".map[data-ready]")
    expect(points).to_have_attribute("data-passing", str(len(passing)))
    points.get_by_role("button", name="Lasso (L)").click()
    draw_lasso(page, points, 0.7)
    chosen = set(points.evaluate(MARKED))
    assert len(chosen) > 0
    assert chosen <= set(passing)
    expect(page.get_by_text(re.compile(f"^{len(chosen)} selected$")).first).to_be_visible()
    bar.get_by_role("button", name=re.compile("Remove the filter")).click()
    expect(points).to_have_attribute("data-passing", "")
    assert not filter_of(page)


def test_where_nothing_passes_each_condition_says_what_it_costs(
    app_server: AppServer, page: Page
) -> None:
    page.goto(f"{app_server.url}/gallery?f.name=no+such+name&f.cluster=0,gone")
    bar = page.locator(".filter-bar")
    expect(bar.get_by_text("No image passes all of these.")).to_be_visible()
    expect(bar.get_by_text("'gone'")).to_be_visible()
    bar.get_by_role("button", name="Add a filter").click()
    expect(bar.get_by_role("button", name="Folder")).to_be_visible()
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert not [one["id"] for one in found if one["impact"] in {"serious", "critical"}]
    page.keyboard.press("Escape")
    bar.get_by_role("button", name=re.compile("^Name: .*pass without it")).click()
    expect(page.locator(".gallery .tile")).not_to_have_count(0)
    expect(bar.get_by_role("searchbox", name="Search by name")).to_have_value("")
    bar.get_by_role("button", name="Clear all").click()
    expect(bar.locator(".chip")).to_have_count(0)
    assert not filter_of(page)
