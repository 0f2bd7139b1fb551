"""Pictures dropped onto the page in a real browser: kept, looked at, and seen while that goes on."""

from pathlib import Path

from playwright.sync_api import Page, expect

from contrast_engine import Workspace
from tests.browser.app_server import AppServer


def test_a_dropped_folder_is_kept_scanned_and_answered_for(
    app_server: AppServer, page: Page, tmp_path: Path, photographs
) -> None:
    photographs(tmp_path / "trip" / "day", 3, side=64)
    (tmp_path / "trip" / "notes.txt").write_text("words", encoding="utf-8")
    before = len(Workspace(app_server.workspace).images)
    page.goto(f"{app_server.url}/collection")
    chosen = page.locator("input[type=file][webkitdirectory]")
    chosen.wait_for(state="attached", timeout=90_000)
    chosen.set_input_files(tmp_path / "trip")
    expect(page.get_by_text("1 passed over as no image")).to_be_visible()
    expect(page.get_by_text("Found 3 new")).to_be_visible()
    workspace = Workspace(app_server.workspace)
    assert len(workspace.images) == before + 3
    (kept,) = (workspace.root / "added").iterdir()
    assert {path.name for path in kept.rglob("*.jpg")} == {f"photo_{n:04d}.jpg" for n in range(3)}
    assert page.request.get(f"{app_server.url}/api/{workspace.id}/newest").json()["images"]
