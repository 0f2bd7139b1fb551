"""The legend of the map says what the colours are, also where there are too many or too far apart."""

import re

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from contrast_engine import Workspace, steps
from contrast_engine.colouring import colouring
from contrast_engine.figures.look import PALETTE
from tests.browser.app_server import AppServer
from tests.browser.driving_map import MARKED, draw_lasso


def test_classes_beyond_twelve_are_folded_counted_and_switched_off_together(
    app_server: AppServer, page: Page
) -> None:
    workspace = Workspace.open(app_server.workspace)
    key = steps.cluster(workspace, "kmeans", options={"n_clusters": 15})
    sizes = sorted((workspace.load(key).size(c) for c in range(15)), reverse=True)
    page.goto(f"{app_server.url}/map?colour=cluster")
    page.wait_for_selector(".map[data-ready]")
    points, chips = page.locator(".map"), page.locator(".map .chip")
    expect(chips).to_have_count(len(PALETTE) + 1)
    other = chips.last
    expect(other.locator(".chip-name")).to_have_text("Other (3)")
    expect(other.locator(".chip-count")).to_have_text(str(sum(sizes[len(PALETTE) :])))
    counts = [int(text) for text in chips.locator(".chip-count").all_inner_texts()]
    assert sum(counts) == len(workspace.images)
    ids = workspace.images.ids
    codes = colouring(workspace, ids, f"cluster@{key}").codes
    folded = {image for image, code in zip(ids, codes, strict=True) if code == len(PALETTE)}
    draw_lasso(page, points, 0.98, key="Shift")
    everything = set(points.evaluate(MARKED))
    page.keyboard.press("Escape")
    other.click()
    draw_lasso(page, points, 0.98, key="Shift")
    assert everything & folded
    assert set(points.evaluate(MARKED)) == everything - folded


def test_a_scale_ends_at_what_most_images_have_and_says_that_some_lie_beyond(
    app_server: AppServer, page: Page
) -> None:
    workspace = Workspace.open(app_server.workspace)
    column = workspace.load(workspace.current("features") or "").column("c_rms")
    low, high = np.percentile(column, [2, 98])
    page.goto(f"{app_server.url}/map?colour=feature.c_rms")
    page.wait_for_selector(".map[data-ready*=c_rms]")
    ends = page.locator(".map .legend-end")
    texts = [text.split() for text in ends.all_inner_texts()]
    assert [sign for sign, _ in texts] == [
        "\N{LESS-THAN OR EQUAL TO}",
        "\N{GREATER-THAN OR EQUAL TO}",
    ]
    said = [float(number) for _, number in texts]
    np.testing.assert_allclose(said, [low, high], rtol=0.01)
    codes = page.locator(".map").evaluate("root => [...root.atlas.codes]")
    assert (codes[int(column.argmin())], codes[int(column.argmax())]) == (0, 254)
    assert codes.count(0) < len(codes) / 10
    beyond = f"{(column < low).sum()} below and {(column > high).sum()} above"
    expect(page.locator(".map .legend")).to_contain_text(f"{beyond} in the colour of that end")
    page.get_by_label("Colour scale").select_option("rank")
    page.wait_for_selector(".map[data-scale=rank]")
    expect(page).to_have_url(re.compile("scale=rank"))
    page.reload()
    page.wait_for_selector(".map[data-scale=rank]")
    ranked = page.locator(".map").evaluate("root => [...root.atlas.codes]")
    assert np.argsort(column).tolist() == np.lexsort((column, ranked)).tolist()
    assert max(map(ranked.count, ranked)) <= np.ceil(len(column) / 254)


@pytest.mark.parametrize("height", [720, 640])
def test_in_a_low_window_the_legend_stands_above_the_bar(
    browser: Browser, app_server: AppServer, height: int
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": height}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{app_server.url}/map")
    page.wait_for_selector(".map[data-ready]")
    legend = page.locator(".map .legend").bounding_box()
    bar = page.locator(".st-key-bar-place").bounding_box()
    assert legend
    assert bar
    assert legend["y"] + legend["height"] <= bar["y"]
    context.close()
