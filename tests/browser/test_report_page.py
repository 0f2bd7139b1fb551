"""The report as a file: opened from the disk, offline, with and without scripts, by everyone."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from contrast_engine import Workspace, steps
from tests.browser.conftest import SAMPLE_DATA


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("report")
    workspace = Workspace(home / "sample.contrast")
    steps.gather(workspace, sorted(SAMPLE_DATA.glob("*.jpg"))[::30])
    steps.project(workspace, "pca")
    steps.cluster(workspace, "kmeans")
    steps.report(workspace, home / "report.html")
    return home / "report.html"


def test_the_file_opens_offline_for_everyone_with_scripts_and_without(
    file: Path, browser: Browser
) -> None:
    context = browser.new_context(offline=True, viewport={"width": 375, "height": 720})
    page = context.new_page()
    asked, wrong = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto(file.as_uri())
    page.wait_for_selector(".map[data-ready]")
    expect(page.locator(".map")).not_to_have_attribute("data-pictures", "0")
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    with page.expect_download() as saved:
        page.get_by_role("button", name="PNG of the chart: Images in each").click()
    assert Path(saved.value.path()).read_bytes().startswith(b"\x89PNG")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert not [(one["id"], one["nodes"][0]["html"][:200]) for one in found], scheme
    page.emulate_media(media="print")
    expect(page.locator("nav")).to_be_hidden()
    expect(page.locator(".live")).to_be_hidden()
    expect(page.locator(".still svg")).to_be_visible()
    context.close()
    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
    assert wrong == []


def test_without_scripts_the_map_is_a_picture_and_every_number_is_there(
    file: Path, browser: Browser
) -> None:
    context = browser.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    expect(page.locator(".still svg")).to_be_visible()
    expect(page.locator(".live")).to_be_hidden()
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("link", name="CSV").first).to_be_visible()
    page.get_by_text("The numbers of this chart").first.click()
    expect(page.locator("details table").first).to_be_visible()
    context.close()
