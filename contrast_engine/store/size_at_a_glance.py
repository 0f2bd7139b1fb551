"""How many images a collection has, told before anything that is slow to load is there."""

import contextlib
import json
import re
from pathlib import Path

_KEY = re.compile(r"[0-9a-f]{16}")


def images_at_a_glance(root: str | Path) -> int | None:
    """How many images are measured, as the results in use say; None where that takes a real look.

    It is for telling how long something may take: nothing is checked, and no table is read.

    Args:
        root: The folder of a workspace, or anything else.
    """
    folder = Path(root).expanduser() / "features"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        key = (folder / "current").read_text(encoding="ascii").strip()
        if not _KEY.fullmatch(key):
            return None
        rows = json.loads((folder / key).with_suffix(".json").read_bytes())["rows"]
        if type(rows) is int and rows > 0:
            return rows
    return None
