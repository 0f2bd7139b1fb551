"""What people typed, as a browser draws it: every label looks as it was typed, on every page.

That no request leaves this machine is seen by the `page` fixture.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from contrast_engine import as_written
from contrast_engine.map_file import write_map
from contrast_engine.store import Workspace
from tests import hostile
from tests.browser.app_server import AppServer
from tests.browser.conftest import NUMBER
from tests.browser.driving_map import WHERE
from tests.browser.open_pages import open_page

ALL_LABELS = (*hostile.LABELS, *hostile.OF_MARKDOWN)
DRAWN = """buttons => buttons.map(button => {
  const text = button.querySelector("[data-testid=stMarkdownContainer]");
  const tags = [...text.querySelectorAll("*")].map(one => one.tagName.toLowerCase());
  return [text.innerText.replaceAll("\\u00a0", " "), tags.filter(tag => !["p", "span"].includes(tag))];
})"""
ELSEWHERE = """() => {
  const found = [], look = root => {
    for (const one of root.querySelectorAll("*")) {
      const at = one.getAttribute("href") ?? one.getAttribute("src") ?? "";
      if (/example\\.org/.test(at)) found.push(one.outerHTML);
      if (one.shadowRoot) look(one.shadowRoot);
    }
  };
  look(document);
  return found;
}"""


@pytest.fixture(scope="module")
def workspace(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """After the browser, so that no skip is slow; who looks at it has said a name."""
    filled = hostile.filled(tmp_path_factory.mktemp("hostile"), 12, is_trained=False)
    filled.annotators.take("me", NUMBER)
    return filled


@pytest.fixture(scope="module")
def server(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    started = AppServer(workspace.root, tmp_path_factory.mktemp("log") / "app.log")
    started.start()
    yield started
    started.stop()


def test_every_label_looks_as_it_was_typed(
    server: AppServer, workspace: Workspace, page: Page
) -> None:
    image = workspace.images.ids[0]
    workspace.labels.define(ALL_LABELS, is_ordered=False)
    open_page(page, f"{server.url}/gallery?image={image}")
    buttons = page.locator("[class*='st-key-inspector-label'] button")
    expect(buttons.last).to_contain_text("Redo")
    expected = {label: [label, []] for label in ALL_LABELS}
    for _ in range(50):  # the words of a button come after the button
        drawn = buttons.evaluate_all(DRAWN)[: len(ALL_LABELS)]
        seen = dict(zip(ALL_LABELS, drawn, strict=True))
        if seen == expected:
            break
        page.wait_for_timeout(200)
    assert seen == expected
    workspace.labels.define(hostile.LABELS, is_ordered=True)


def test_no_page_of_the_journey_makes_a_link_or_a_picture_of_a_name(
    server: AppServer, workspace: Workspace, page: Page
) -> None:
    image = workspace.images.ids[0]
    for address in ("collection", "gallery", "image", "clusters", "label", "model", "export"):
        open_page(page, f"{server.url}/{address}?image={image}")
        assert page.evaluate(ELSEWHERE) == [], address


def test_the_map_file_shows_names_as_they_were_given(
    workspace: Workspace, page: Page, tmp_path: Path
) -> None:
    file = tmp_path / "map.html"
    write_map(workspace, file, "cluster")
    page.goto(file.as_uri())
    points = page.locator(".map[data-ready]")
    expect(points.locator(".chip-name")).to_have_count(len(hostile.CLUSTERS))
    assert sorted(points.locator(".chip-name").all_text_contents()) == sorted(hostile.CLUSTERS)
    assert points.locator(".chip-name *, .card-name *").count() == 0
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text(as_written.plain(workspace.name))
    assert page.evaluate(ELSEWHERE) == []
    paths, names = workspace.images.paths, "JSON.parse(parts.textContent).names"
    assert page.evaluate(names) == {
        image: as_written.plain(Path(paths[image]).name) for image in workspace.images.ids
    }
    x, y, _ = points.evaluate(WHERE, 0)
    page.mouse.move(x, y)
    image = points.evaluate("root => root.querySelector('.card img').src && root.atlas.card.id")
    clustering = workspace.current("clusterings")
    cluster = workspace.labels.cluster_names(clustering)[workspace.load(clustering).of[image]]
    expect(points.locator(".card-name")).to_have_text(as_written.plain(Path(paths[image]).name))
    expect(points.locator(".card-value")).to_contain_text(cluster)
