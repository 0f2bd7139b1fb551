"""The map as a file of its own: opened from the disk, without the app."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from contrast_engine import Workspace, steps
from contrast_engine.map_file import write_map
from tests.browser.conftest import SAMPLE_DATA

HOSTILE = "<img src=x onerror='window.hurt=1'></script>&.jpg"
POINT = """id => {
  const plot = document.querySelector(".js-plotly-plot"), box = plot.getBoundingClientRect();
  const { xaxis, yaxis } = plot._fullLayout;
  for (const points of plot.calcdata) {
    const point = points.find(one => [].concat(one.data ?? one.customdata).includes(id));
    if (point)
      return [box.x + xaxis._offset + xaxis.d2p(point.x), box.y + yaxis._offset + yaxis.d2p(point.y)];
  }
}"""


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


def test_beside_every_point_stands_its_own_image(
    workspace: Workspace, page: Page, tmp_path: Path
) -> None:
    file = tmp_path / "map.html"
    assert write_map(workspace, file)["images"] == len(workspace.images.ids)
    page.goto(file.as_uri())
    expect(page.get_by_role("heading", name="sample <b>: PCA")).to_be_visible()
    page.wait_for_selector(".scatterlayer .point")
    card = page.locator("#card")
    for image in workspace.images.ids:
        x, y = page.evaluate(POINT, image)
        page.mouse.move(x, y)
        expect(card).to_contain_text(Path(workspace.images.paths[image]).name)
        seen = card.locator("img").evaluate("async img => (await img.decode(), img.src)")
        thumb = page.evaluate(
            "async bytes => `data:image/webp;base64,${btoa(String.fromCharCode(...bytes))}`",
            list(workspace.thumbs.get(image) or b""),
        )
        assert seen == thumb
    assert page.evaluate("window.hurt") is None
    page.mouse.move(2, 2)
    expect(card).to_be_hidden()
