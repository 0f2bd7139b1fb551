"""What an export that was killed left beside its target."""

import contextlib
import re
import shutil
import time
from pathlib import Path

from contrast_engine.store.atomic_files import TEMPORARY

OLD = 3600.0
"""Seconds since the last writing after which nobody is taken to write it any more (own choice)."""

BEFORE = "before"
"""In a half-written folder: what stood at the target until then, kept until the new one does."""

_NAME = re.compile(rf"{re.escape(TEMPORARY)}[a-z0-9_]{{8}}")


def remove_leftovers(folder: Path) -> None:
    """Remove half-written files and folders of ours that nothing was written to for an hour.

    What stood at a target before stays where it is: the new one may not have come to stand there.

    Args:
        folder: Where something is about to be written.
    """
    with contextlib.suppress(OSError):  # another process may do the same
        for path in list(folder.glob(f"{TEMPORARY}*")):
            if _NAME.fullmatch(path.name) and time.time() - _last_written(path) > OLD:
                _remove(path)


def _last_written(path: Path) -> float:
    inside = path.rglob("*") if path.is_dir() and not path.is_symlink() else ()
    newest: float = max(one.lstat().st_mtime for one in (path, *inside))
    return newest


def _remove(path: Path) -> None:
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    elif not (path / BEFORE).exists():
        shutil.rmtree(path, ignore_errors=True)
