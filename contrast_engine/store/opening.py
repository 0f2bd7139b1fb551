"""What a path of a collection leads to: one that is there, a new one, or one misspelt."""

import difflib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from contrast_engine.store.folder_browser import is_image_name
from contrast_engine.store.workspace_marker import is_workspace

LIKE = 0.7
"""From here on, of 1, two names are taken for one misspelt (own choice)."""

MOST_LOOKED_AT = 500


@dataclass(frozen=True)
class Opening:
    """What was named.

    Args:
        path: The folder, as a full path.
        is_there: Whether it is a collection.
        near: Collections beside it whose names are like it, the most alike first.
    """

    path: Path
    is_there: bool
    near: tuple[Path, ...] = ()


def opening(path: Path) -> Opening:
    """What a path leads to; nothing is made."""
    if is_workspace(path):
        return Opening(path, True)
    return Opening(path, False, near_collections(path))


def place_for(photographs: Path) -> Path | None:
    """Where a collection of the photographs in a folder belongs: beside the folder, never in it.

    Args:
        photographs: The folder; it may hold them one or two folders down.

    Returns:
        The place, in the home where beside the folder nothing can be written; None where no
        photographs are seen in the folder.
    """
    if not any(_has_image(each) for each in islice(_in_and_below(photographs), MOST_LOOKED_AT)):
        return None
    above = photographs.resolve().parent
    folder = above if os.access(above, os.W_OK) else Path.home()
    return folder / f"{photographs.resolve().name or 'photographs'}.contrast"


def near_collections(path: Path, most: int = 4) -> tuple[Path, ...]:
    """The collections that may have been meant: with a name like it, or inside the folder named.

    Args:
        path: A folder that is no collection.
        most: How many are given.
    """
    inside = _collections(path)
    wanted = _bare(path.name)
    folder = path.parent
    while not folder.is_dir() and folder != folder.parent:  # a folder above may be misspelt too
        folder = folder.parent
    beside = [*_collections(folder), *(_below(folder) if folder != path.parent else ())]
    like = [(difflib.SequenceMatcher(None, wanted, _bare(one.name)).ratio(), one) for one in beside]
    near = [one for score, one in sorted(like, key=lambda pair: -pair[0]) if score >= LIKE]
    return tuple(dict.fromkeys([*inside, *near]))[:most]


def _in_and_below(folder: Path) -> Iterator[Path]:
    """The folder, those in it, then those in these."""
    inside = _folders(folder)
    yield from (folder, *inside)
    for each in inside:
        yield from _folders(each)


def _below(folder: Path) -> list[Path]:
    return [one for each in _folders(folder) for one in _collections(each)][:MOST_LOOKED_AT]


def _collections(folder: Path) -> list[Path]:
    return [each for each in _folders(folder) if is_workspace(each)]


def _folders(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            found = [entry.path for entry in entries if _is_plain_folder(entry)]
    except OSError:
        return []
    return [Path(path) for path in sorted(found)[:MOST_LOOKED_AT]]


def _has_image(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in islice(entries, MOST_LOOKED_AT)]
    except OSError:
        return False
    return any(is_image_name(name) for name in names)


def _is_plain_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return not entry.name.startswith(".") and entry.is_dir()
    except OSError:
        return False


def _bare(name: str) -> str:
    return name.removesuffix(".contrast").casefold()
