"""The map as a file of its own: opened from the disk, without the app."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from contrast_engine import Workspace, as_written, steps
from contrast_engine.map_file import write_map
from contrast_engine.map_file.page import data_url
from contrast_engine.views.collection.feature_overview import feature_title
from tests.browser.conftest import SAMPLE_DATA
from tests.browser.driving_map import MARKED, WHERE, draw_lasso

HOSTILE = "<img src=x onerror='window.hurt=1'></script>&.jpg"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    photos = tmp_path / "photos"
    photos.mkdir()
    for k, path in enumerate(sorted(SAMPLE_DATA.glob("*.jpg"))[::20]):
        name = HOSTILE.replace("/", "\N{DIVISION SLASH}") if k == 3 else path.name
        (photos / name).write_bytes(path.read_bytes())
    made = Workspace(tmp_path / "sample <b>.contrast")
    steps.scan(made, [photos])
    steps.measure(made)
    steps.project(made, "pca")
    steps.cluster(made, "kmeans")
    return made


def test_the_file_is_the_map_of_the_app_without_the_app(
    workspace: Workspace, page: Page, tmp_path: Path
) -> None:
    file, errors = tmp_path / "map.html", []
    page.on("pageerror", lambda error: errors.append(str(error)))
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    assert write_map(workspace, file)["images"] == len(workspace.images.ids)
    page.set_viewport_size({"width": 375, "height": 720})
    page.emulate_media(color_scheme="dark")
    page.goto(file.as_uri())
    expect(page.get_by_role("heading", name="sample <b>: PCA")).to_be_visible()
    points, card = page.locator(".map[data-ready]"), page.locator(".card")
    expect(points).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    assert points.evaluate("root => root.atlas._isDark()")
    page.get_by_role("button", name="Light").click()
    assert not points.evaluate("root => root.atlas._isDark()")
    for row in range(len(workspace.images.ids)):
        x, y, image = points.evaluate(WHERE, row)
        page.mouse.move(x, y)
        expect(card).to_contain_text(as_written.plain(Path(workspace.images.paths[image]).name))
        seen = card.locator("img").evaluate("async img => (await img.decode(), img.src)")
        assert seen == data_url(workspace.thumbs.get(image), "image/webp")
    expect(points.locator(".chip-name").first).to_have_text("Cluster 0")
    draw_lasso(page, points, 0.8, "Shift")
    marked = points.evaluate(MARKED)
    assert 0 < len(marked) < len(workspace.images.ids)
    expect(page.locator("#selected img")).to_have_count(len(marked))
    page.get_by_label("Colour by").select_option(label=feature_title("c_rms"))
    expect(points.locator(".legend-title")).to_have_text(feature_title("c_rms"))
    assert points.evaluate(MARKED) == marked
    assert page.evaluate("window.hurt") is None
    assert (errors, [url for url in asked if not url.startswith(("file:", "data:"))]) == ([], [])
