"""Where this person's programs keep their data."""

import os
import sys
from pathlib import Path


def data_folder() -> Path:
    """The folder where this person's programs keep their data."""
    if sys.platform == "darwin":
        home = Path.home() / "Library" / "Application Support"
    elif os.name == "nt":
        home = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    else:
        home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return home / "contrast"
