"""Files dropped on the Collection page, by a real browser, are taken in and measured."""

from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import Page, expect

from contrast_engine import Workspace
from contrast_engine.images import content_id
from tests.browser.app_server import AppServer

DROP = """(zone, files) => {
  const moved = new DataTransfer();
  for (const [name, bytes] of files) {
    moved.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
  }
  for (const kind of ["dragenter", "dragover", "drop"]) {
    zone.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: moved }));
  }
}"""


def picture(seed: int) -> bytes:
    noise = np.random.default_rng(seed).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    return cv2.imencode(".png", noise)[1].tobytes()


def test_files_dropped_on_the_page_are_taken_in_and_measured(
    app_server: AppServer, page: Page
) -> None:
    files = {f"dropped {row}.png": picture(row) for row in range(2)}
    page.goto(f"{app_server.url}/collection")
    zone = page.locator(".st-key-drop-files [data-testid=stFileUploaderDropzone]")
    page.locator(".st-key-drop-files").scroll_into_view_if_needed()
    zone.wait_for()
    zone.evaluate(DROP, [[name, list(data)] for name, data in files.items()])
    workspace, new = Workspace(app_server.workspace), set(map(content_id, files.values()))
    expect(page.get_by_text("2 files")).to_be_visible()
    for _ in range(100):
        key = workspace.current("features")
        if key and new <= set(workspace.load(key).ids):
            break
        page.wait_for_timeout(100)
    assert new <= set(workspace.load(str(workspace.current("features"))).ids)
    assert {Path(workspace.images.paths[image]).name for image in new} == set(files)
