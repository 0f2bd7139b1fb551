"""Walking a folder: every file once, in the same order every time, never round in circles."""

import os
from collections.abc import Callable
from pathlib import Path

from contrast_engine.store.atomic_files import reason
from contrast_engine.store.collection import shown
from contrast_engine.store.sources.finding import Search
from contrast_engine.store.workspace_marker import is_workspace

_APPLE_FORKS = "__MACOSX"
"""Folder of file attributes that a Mac adds to archives; its files are named like images."""

_HEARTBEAT = 500


def walk(folder: str, root: str, found: Search, heartbeat: Callable[[str], None]) -> None:
    """Take in every file below a folder.

    Hidden folders and workspaces are passed over; links to folders, and links that lead out of
    `root`, are problems.
    """
    waiting = [folder]
    looked_at = 0
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as entries:
                inside = sorted(entries, key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            found.refuse(here, root, f"the folder cannot be read: {reason(error)}")
            continue
        below = []
        for entry in inside:
            looked_at += 1
            if looked_at % _HEARTBEAT == 0:
                heartbeat(f"looking through folders, {looked_at} files so far")
            if entry.is_symlink():
                _follow(entry.path, root, found)
            elif not _is_folder(entry):
                found.look(entry.path, root)
            elif is_passed_over(entry.name) or is_workspace(entry.path):
                found.ignore(entry.path)
            else:
                below.append(entry.path)
        waiting.extend(reversed(below))


def is_passed_over(folder: str) -> bool:
    """True for the names of folders that hold no images of the person's own."""
    return folder.startswith(".") or folder == _APPLE_FORKS


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _follow(link: str, root: str, found: Search) -> None:
    try:
        target = Path(link).resolve(strict=True)
        leads_to_folder = target.is_dir()
    except (OSError, RuntimeError):
        found.refuse(link, root, "a link that leads nowhere or in a circle is not followed")
        return
    if leads_to_folder:
        found.refuse(link, root, f"a link to a folder is not followed ({shown(target)})")
    elif not target.is_relative_to(root):
        found.refuse(
            link, root, f"a link to a file outside the folder is not followed ({shown(target)})"
        )
    else:
        found.look(link, root)
