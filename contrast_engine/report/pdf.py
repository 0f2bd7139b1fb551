"""A report as PDF: its page, printed by a browser of this machine."""

import os
import subprocess
import tempfile
from pathlib import Path

from contrast_engine.browsers import chromium
from contrast_engine.errors import OptionError

PATIENCE_SECONDS = 180.0
"""How long a browser may take: a report of a thousand pictures prints in a few seconds."""

OFFLINE = (
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps",
    "--disable-domain-reliability", "--disable-sync", "--no-pings", "--metrics-recording-only",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
"""A report names nothing that lies elsewhere, and the browser looks for no updates of its own."""

HOW_ELSE = "write it as .html and print that from any browser"


def pdf(page: bytes) -> bytes:
    """The PDF of a page, on paper of size A4.

    Raises:
        OptionError: No Chromium or Chrome is here, or it did not print.
    """
    browser = chromium()
    if browser is None:
        raise OptionError(
            "a PDF is printed by Chromium or Chrome, and neither is on this machine; install one, "
            f"or {HOW_ELSE}"
        )
    with tempfile.TemporaryDirectory(prefix="contrast-report-") as place:
        folder = Path(place)
        source, made = folder / "report.html", folder / "report.pdf"
        source.write_bytes(page)
        problem = _print(browser, source, made, folder / "profile")
        if problem or not made.is_file():
            raise OptionError(
                f"{Path(browser).name} did not print the report: {problem or 'it wrote nothing'}; "
                f"{HOW_ELSE}"
            )
        return made.read_bytes()


def _print(browser: str, source: Path, made: Path, profile: Path) -> str:
    """What went wrong, "" for nothing."""
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    command = [
        browser, "--headless", *root, "--disable-gpu", "--no-first-run", "--disable-extensions",
        *OFFLINE, f"--user-data-dir={profile}", "--no-pdf-header-footer",
        f"--print-to-pdf={made}", source.as_uri(),
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"it took more than {PATIENCE_SECONDS:.0f} seconds"
    except OSError as error:
        return str(error.strerror or error)
    return "" if done.returncode == 0 else f"it ended with code {done.returncode}"
