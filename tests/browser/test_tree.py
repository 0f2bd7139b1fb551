"""The merge tree in a real browser: a click cuts it, sliders do the same, both cuts are kept."""

import re

from playwright.sync_api import Locator, Page, expect

from contrast_engine import Workspace, steps
from contrast_engine.steps.structure.taxonomy import taxonomy
from tests.browser.app_server import AppServer


def click_at(plot: Locator, share: float) -> None:
    """Click near the left edge of the tree, that share of its height below its top."""
    box = plot.bounding_box()
    assert box is not None
    plot.click(position={"x": 40, "y": share * box["height"]})


def test_a_click_cuts_the_tree_and_both_cuts_are_kept(app_server: AppServer, page: Page) -> None:
    workspace = Workspace(app_server.workspace)
    steps.cluster(workspace, "hierarchical")
    page.goto(f"{app_server.url}/clusters?clustering=hierarchical")
    page.get_by_text("Dendrogram").click()
    plot = page.locator(".js-plotly-plot .nsewdrag")
    expect(page.get_by_role("button", name="Look at these 3 clusters")).to_be_disabled()
    click_at(plot, 0.1)
    expect(page.get_by_role("button", name="Look at these 2 clusters")).to_be_enabled()
    page.get_by_role("slider", name="Coarse groups").press("ArrowRight")
    expect(page.get_by_role("button", name="Look at these 3 clusters")).to_be_disabled()
    page.get_by_text("the fine cut", exact=True).click()
    page.wait_for_timeout(200)
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
    click_at(plot, 0.75)
    expect(page.get_by_role("button", name="Keep the 9 fine groups")).to_have_count(0)
    page.get_by_role("button", name=re.compile("Keep the .* fine groups")).click()
    expect(page.get_by_text("Both cuts are kept")).to_be_visible()
    kept = taxonomy(workspace)
    assert kept is not None
    assert kept.n_fine > 3
    assert sum(branch.size for branch in kept.branches) == len(workspace.images.ids)
    field = page.get_by_placeholder("Give 0.0 a name")
    field.fill("hazy distance")
    field.press("Enter")
    undo = page.get_by_role("button", name="Undo the last name")
    expect(undo).to_be_visible()
    named = taxonomy(workspace)
    assert named is not None
    assert named.names == {"0.0": "hazy distance"}
    undo.click()
    expect(undo).to_have_count(0)
    expect(page.get_by_placeholder("Give 0.0 a name")).to_have_value("")
    expect(page.get_by_text("hazy distance")).to_have_count(0)
    page.get_by_role("slider", name="Coarse groups").press("ArrowLeft")
    page.get_by_role("button", name="Look at these 2 clusters").click()
    expect(page.get_by_text("Use this clustering to keep and to name")).to_be_visible()
    expect(page.locator(".st-key-tree-keep")).to_have_count(0)
