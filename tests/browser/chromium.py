"""The browser that the browser tests drive: the machine's own, or one that can be had."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Playwright

from contrast_engine.cli.app.machine import chromium

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--use-angle=swiftshader",  # WebGL2 in software, so the map is tested without a GPU
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
INSTALLERS = (
    (sys.executable, "-m", "playwright", "install", "chromium"),
    ("apt-get", "install", "-y", "--no-install-recommends", "chromium"),
)


class NoBrowserError(Exception):
    """No browser is on this machine and none could be had; the message says what was tried."""


def executable(playwright: Playwright) -> str:
    """Find a browser, or get one."""
    found = _present(playwright)
    if found:
        return found
    tried = []
    for command in INSTALLERS:
        if command[0] == "apt-get":
            if os.geteuid() != 0 or not shutil.which("apt-get"):
                continue
            _run(["apt-get", "update"])
        tried.append(f"{' '.join(command)}: {_run(list(command))}")
        found = _present(playwright)
        if found:
            return found
    raise NoBrowserError("no chromium or chrome here. Tried: " + "; ".join(tried))


def launch(playwright: Playwright) -> Browser:
    """Start a headless browser that can draw WebGL2."""
    return playwright.chromium.launch(
        executable_path=executable(playwright), headless=True, args=list(FLAGS)
    )


def _present(playwright: Playwright) -> str | None:
    own = playwright.chromium.executable_path
    return os.environ.get("CONTRAST_BROWSER") or chromium() or (own if Path(own).exists() else None)


def _run(command: list[str]) -> str:
    print(f"no browser yet: {' '.join(command)}", file=sys.stderr, flush=True)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return "done" if done.returncode == 0 else (done.stderr or done.stdout).strip()[-300:]
