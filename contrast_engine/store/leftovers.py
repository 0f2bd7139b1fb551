"""What processes that were killed left half-written; what a living one writes is spared."""

import contextlib
import re
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from contrast_engine.store.atomic_files import TEMPORARY
from contrast_engine.store.half_written import if_left
from contrast_engine.store.held_files import is_held

OLD = 3600.0
"""Seconds since the last writing after which nobody is taken to write it any more, where the
system does not say whether somebody does: files of versions before, and on Windows (own choice)."""

BEFORE = "before"
"""In a half-written folder: what stood at the target until then, kept until the new one does."""

ALIVE = ".alive"
"""Ending of the sign of life beside half-written training copies."""

_NAME = re.compile(rf"{re.escape(TEMPORARY)}(held-)?[a-z0-9_]{{8}}")
_OF_COPIES = re.compile(rf"{re.escape(TEMPORARY)}\d+-[0-9a-f]{{16}}\.(npy|u8|alive)")


def remove_leftovers(folder: Path) -> list[tuple[Path, int]]:
    """Remove what was left half-written in a folder; each with its bytes.

    What stood at a target before stays where it is: the new one may not have come to stand there.

    Args:
        folder: Where something is about to be written.
    """
    removed = []
    with contextlib.suppress(OSError):  # another process may do the same
        for path in signs_last(folder.glob(f"{TEMPORARY}*")):
            size = removed_leftover(path)
            if size is not None:
                removed.append((path, size))
    return removed


def signs_last(paths: Iterable[Path]) -> list[Path]:
    """Signs of life behind what they speak of: without its sign only time says what is left."""
    return sorted(paths, key=lambda path: (path.suffix == ALIVE, path.name))


def removed_leftover(path: Path, *, only_look: bool = False) -> int | None:
    """Bytes of something half-written that was removed; None where it stays.

    Args:
        path: A file or folder.
        only_look: Say what would be removed.
    """
    is_ours = _NAME.fullmatch(path.name) or _OF_COPIES.fullmatch(path.name)
    if not is_ours or (path / BEFORE).exists():
        return None
    try:
        with if_left(path) as is_left:
            if not (_is_old(path) if is_left is None else is_left):
                return None
            size = size_of(path)
            if not only_look:
                _remove(path)
            return size
    except OSError:
        return None


def size_of(path: Path) -> int:
    """Bytes of a file, or of all that is in a folder."""
    inside = path.rglob("*") if path.is_dir() and not path.is_symlink() else ()
    return sum(one.lstat().st_size for one in (path, *inside) if not one.is_dir())


def _is_old(path: Path) -> bool:
    alive = path.with_suffix(ALIVE) if _OF_COPIES.fullmatch(path.name) else None
    if alive is not None and alive.exists():
        return not is_held(alive)
    return time.time() - _last_written(path) > OLD


def _last_written(path: Path) -> float:
    inside = path.rglob("*") if path.is_dir() and not path.is_symlink() else ()
    newest: float = max(one.lstat().st_mtime for one in (path, *inside))
    return newest


def _remove(path: Path) -> None:
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path, ignore_errors=True)
