"""A browser that this machine has: it shows the app in a window of its own, and prints reports."""

import shutil
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
            "msedge", "microsoft-edge")  # fmt: skip
MAC_BROWSERS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def chromium() -> str | None:
    """The path of a Chromium or Chrome, if this machine has one."""
    found = filter(None, map(shutil.which, BROWSERS))
    return next(found, None) or next((p for p in MAC_BROWSERS if Path(p).is_file()), None)
