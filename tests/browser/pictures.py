"""Make the pictures of the README from the sample workspace: `make pictures`."""

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from contrast_engine.cli.app.sample_workspace import build_samples
from tests.browser.app_server import AppServer
from tests.browser.chromium import launch
from tests.browser.open_pages import open_page

ROOT = Path(__file__).parents[2]
HOME = ROOT / "contrast_engine" / "docs" / "pictures"
SIZE = {"width": 1280, "height": 800}
QUALITY = 82
SETTLED = 4_000
"""Milliseconds until a map has drawn its pictures and nothing moves."""

PICTURES = {
    "overview": ("overview", "light"),
    "map": ("map?colour=cluster", "dark"),
    "slide": ("present?slide=8", "dark"),
    "evidence": ("validate", "light"),
}
"""What each picture shows: the address of a page, and the theme."""


def take(page: Page, url: str, name: str) -> None:
    """Write one picture as WebP."""
    open_page(page, f"{url}/{PICTURES[name][0]}")
    page.wait_for_timeout(SETTLED)
    if name == "slide":  # haze beyond the strength at which the label flips
        page.locator("input[type=range]:visible").fill("0.45")
        page.wait_for_timeout(SETTLED)
    shot = Image.open(io.BytesIO(page.screenshot()))
    shot.convert("RGB").save(HOME / f"{name}.webp", quality=QUALITY, method=6)


def main() -> None:
    """Build the sample workspace, open its pages, and take a picture of each."""
    HOME.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        workspace = build_samples(Path(folder) / "sample.contrast")
        workspace.close()
        server = AppServer(workspace.root, Path(folder) / "app.log")
        server.start()
        browser = launch(playwright)
        try:
            for name, (_, scheme) in PICTURES.items():
                context = browser.new_context(viewport=SIZE, color_scheme=scheme)
                take(context.new_page(), server.url, name)
                context.close()
                print(f"{HOME.relative_to(ROOT)}/{name}.webp", flush=True)
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main()
