"""Clusters changed by hand, a job cancelled, and a model trained and looked into, in a browser."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from contrast_engine import Workspace, steps
from contrast_engine.views.models.confusion import confusion_matrix
from tests.browser.app_server import AppServer


@pytest.fixture
def workspace(app_server: AppServer) -> Workspace:
    workspace = Workspace(app_server.workspace)
    steps.cluster(workspace, "kmeans")
    return workspace


def test_clusters_are_named_merged_and_given_back(
    page: Page, app_server: AppServer, workspace: Workspace
) -> None:
    key = workspace.current("clusterings") or ""
    page.goto(f"{app_server.url}/clusters")
    name = page.get_by_label("Name").first
    name.fill("hazy ones")
    name.press("Enter")
    expect(page.get_by_text("Cluster 0 ·", exact=False)).to_be_visible()
    until = time.monotonic() + 10
    while workspace.labels.cluster_names(key) != {0: "hazy ones"}:
        assert time.monotonic() < until, "the name was not saved"
        page.wait_for_timeout(50)
    page.get_by_role("button", name="Edit clusters").click()
    page.get_by_label("Merge clusters").click()
    page.get_by_role("option", name="hazy ones").click()
    page.get_by_label("Merge clusters").click()
    page.get_by_role("option", name="Cluster 1").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Merge them").click()
    expect(page.get_by_text("Edited; the computed clustering is kept.")).to_be_visible()
    changed = workspace.current("clusterings") or ""
    assert len(workspace.load(changed).clusters) == 2
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Undo the last edit").click()
    expect(page.get_by_text("Edited; the computed")).to_have_count(0)
    assert workspace.current("clusterings") == key
    assert workspace.labels.cluster_names(key) == {0: "hazy ones"}


@pytest.mark.slow
def test_a_comparison_of_numbers_is_cancelled_and_leaves_nothing(
    page: Page, app_server: AppServer, workspace: Workspace
) -> None:
    before = {made.key for made in workspace.artifacts("reports")}
    page.goto(f"{app_server.url}/clusters")
    page.get_by_text("Number of clusters").click()
    page.get_by_role("button", name="Compare 2 to 10 clusters").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("The last run was cancelled")).to_be_visible(timeout=20_000)
    assert {made.key for made in workspace.artifacts("reports")} == before


@pytest.mark.slow
def test_a_model_is_trained_and_a_cell_of_its_mistakes_is_opened(
    page: Page, app_server: AppServer, workspace: Workspace
) -> None:
    workspace.labels.define(["low", "high"], is_ordered=True)
    table = workspace.load(workspace.current("features") or "")
    value = dict(zip(table.ids, table.column("lc_mean"), strict=True))
    order = sorted(value, key=lambda image: value[image])
    workspace.labels.add(order[: len(order) // 2], "low")
    workspace.labels.add(order[len(order) // 2 :], "high")
    page.goto(f"{app_server.url}/model")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_role("heading", name="Confusion matrix")).to_be_visible(timeout=60_000)
    found = confusion_matrix(workspace, workspace.current("predictions") or "")
    assert found is not None
    chart = page.get_by_label("Confusion matrix").locator(".nsewdrag")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + 0.25 * box["height"])
    menu = page.get_by_label("Images behind a cell")
    expect(menu).to_have_value(re.compile(re.escape(found.cells[0].words)))
