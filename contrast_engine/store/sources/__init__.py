"""Where images come from: folders, archives, tables of paths and single files."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from contrast_engine.errors import CollectionError
from contrast_engine.store.collection import shown
from contrast_engine.store.sources.archives import is_archive, unpack
from contrast_engine.store.sources.finding import FoundFiles, Search
from contrast_engine.store.sources.folders import is_passed_over, walk
from contrast_engine.store.sources.tables import listed
from contrast_engine.store.tables import SPREADSHEETS, TABLE_SUFFIXES
from contrast_engine.store.workspace_marker import is_workspace

__all__ = [
    "FoundFiles",
    "Search",
    "holds_many",
    "is_archive",
    "is_passed_over",
    "is_table",
    "root_of",
    "search",
]


def root_of(path: str | Path) -> str:
    """What a person named as the one absolute name it is remembered by.

    Raises:
        CollectionError: There is nothing of that name, or nothing that can be scanned.
    """
    try:
        root = os.path.realpath(Path(path).expanduser(), strict=True)
        mode = Path(root).stat().st_mode
    except (OSError, ValueError, RuntimeError) as error:
        raise CollectionError(
            f"there is no file or folder {shown(path)}; check the name"
        ) from error
    if is_workspace(root):
        raise CollectionError(
            f"{shown(root)} is a workspace, not a folder of images; name the folder that holds them"
        )
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        raise CollectionError(f"{shown(root)} is neither a file nor a folder")
    return root


def holds_many(path: str | Path) -> bool:
    """True for a file that leads to others: an archive, or a table."""
    name = os.fspath(path)
    return os.path.isfile(name) and (is_table(name) or is_archive(name))  # noqa: PTH113


def is_table(path: str) -> bool:
    """True for the names of tables that list images, or hold them."""
    return path.lower().endswith((*TABLE_SUFFIXES, *SPREADSHEETS))


def search(
    roots: tuple[str, ...],
    imports: Path,
    heartbeat: Callable[[str], None],
    *,
    is_again: bool = False,
) -> Search:
    """Every file under these roots.

    Args:
        roots: What `root_of` gave, now or long ago: what has gone since is passed over.
        imports: Where archives, and images in tables, are unpacked.
        heartbeat: Called now and then with a word on what is being done; may raise.
        is_again: True where all of it was scanned before: a table that broke since is then one
            more problem and does not keep the rest from being scanned.

    Raises:
        CollectionError: A table cannot be read or has no column of paths or images.
        WorkspaceError: The disk has no room for what an archive or a table holds.
    """
    found = Search()
    for root in roots:
        heartbeat(f"looking through {shown(Path(root).name)}")
        if Path(root).is_dir():
            walk(root, root, found, heartbeat)
        elif not Path(root).is_file():
            continue
        elif is_table(root):
            try:
                listed(root, imports, found, heartbeat)
            except CollectionError as error:
                if not is_again:
                    raise
                found.refuse(root, root, str(error))
        elif is_archive(root):
            unpack(root, imports, found, heartbeat)
        else:
            found.look(root, root, is_asked_for=True)
    return found
