"""What a workspace holds that nobody needs, found and, if asked, removed."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from contrast_engine.access import Act, need
from contrast_engine.store import table_growth
from contrast_engine.store.artifacts import KINDS
from contrast_engine.store.atomic_files import TEMPORARY, locked, read_json, stamp
from contrast_engine.store.leftovers import BEFORE, remove_leftovers, removed_leftover, signs_last
from contrast_engine.store.table_parts import FOLDER

HALF_WRITTEN = "half-written by a process that was killed"
UNNAMED = "part of a table that no result names"
STALE_MARK = "says that a file is damaged which is not there any more"
SET_ASIDE = "stood where an export was to go; look at it, and move it to where it belongs"

_OF_PEOPLE = ("imports", "added")
"""Folders of originals, which are looked through only when asked."""


@dataclass(frozen=True)
class Leftover:
    """Something that nobody needs.

    Args:
        path: Where it lies.
        what: What it is, in words.
        bytes: Its size.
        can_go: False for what a person has to look at.
    """

    path: Path
    what: str
    bytes: int
    can_go: bool = True


def leftovers(root: Path) -> tuple[Leftover, ...]:
    """What killed processes left in a workspace and beside it; what living ones write is none."""
    found = [
        Leftover(path, HALF_WRITTEN, size)
        for path in signs_last(_half_written(root))
        if (size := removed_leftover(path, only_look=True)) is not None
    ]
    found += [
        Leftover(path, SET_ASIDE, 0, can_go=False)
        for path in _half_written(root)
        if (path / BEFORE).exists()
    ]
    for kind in KINDS:
        found += [
            Leftover(path, UNNAMED, path.stat().st_size)
            for path in table_growth.unnamed(root, kind)
        ]
    found += [Leftover(mark, STALE_MARK, mark.stat().st_size) for mark in _stale_marks(root)]
    return tuple(found)


def tidy(root: Path) -> tuple[Leftover, ...]:
    """Remove what killed processes left; what was removed. Originals, labels and results stay.

    Raises:
        WorkspaceError: Another process has been saving results for minutes.
        NotAllowed: Who this acts for may not.
    """
    need(Act.RUN)
    removed = []
    for one in leftovers(root):
        if one.what == HALF_WRITTEN and removed_leftover(one.path) is not None:
            removed.append(one)
    with locked(root / "locks" / "results.lock", "another process is saving results; try again"):
        for one in leftovers(root):
            if one.what in {UNNAMED, STALE_MARK}:
                with contextlib.suppress(OSError):
                    one.path.unlink()
                    removed.append(one)
    return tuple(removed)


def tidy_quickly(root: Path) -> None:
    """Remove what is half-written in a workspace's own folders, as a step begins."""
    with contextlib.suppress(OSError):
        for folder in (root, *_folders(root)):
            remove_leftovers(folder)


def _half_written(root: Path) -> Iterator[Path]:
    """Everything so named in the workspace, and beside it, where backups come from and go to."""
    yield from root.parent.glob(f"{TEMPORARY}*")
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        yield from (here / name for name in (*folders, *names) if name.startswith(TEMPORARY))
        folders[:] = [name for name in folders if not name.startswith(TEMPORARY)]


def _folders(root: Path) -> Iterator[Path]:
    """The folders of a workspace in which it writes, but for those of originals."""
    for first in root.iterdir():
        if first.is_dir() and not first.is_symlink() and first.name not in _OF_PEOPLE:
            yield first
            if first.name in {*KINDS, "models", "cache"}:
                yield from (one for one in first.iterdir() if one.is_dir())


def damaged(root: Path) -> tuple[Path, ...]:
    """Marks of damage on files that are still as they were found; their results do not count."""
    return tuple(mark for mark in _marks(root) if not _is_stale(mark))


def _stale_marks(root: Path) -> Iterator[Path]:
    """Marks of damage on files that are gone, or that were written anew."""
    return (mark for mark in _marks(root) if _is_stale(mark))


def _marks(root: Path) -> Iterator[Path]:
    for kind in KINDS:
        yield from root.glob(f"{kind}/*.damaged")
        yield from root.glob(f"{kind}/{FOLDER}/*.damaged")


def _is_stale(mark: Path) -> bool:
    now = stamp(mark.with_suffix(".parquet"))
    return now is None or list(now) != (read_json(mark) or {}).get("file")
