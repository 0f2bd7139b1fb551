"""The folders of this computer, as far as they may be looked through, with their pictures."""

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from contrast_engine.access import Act, need
from contrast_engine.images.formats import IMAGE_SUFFIXES
from contrast_engine.store.collection import shown
from contrast_engine.store.sources import is_passed_over
from contrast_engine.store.workspace import Workspace
from contrast_engine.store.workspace_marker import is_workspace

MOST = 300
"""So many entries of a folder are shown."""

MOST_COUNTED = 5000
"""Files after which the images of a folder are not counted on."""

PATIENCE = 0.6
"""Seconds after which the images of folders are not counted on."""

_MOUNTS = ("/media", "/mnt", "/run/media", "/Volumes")


@dataclass(frozen=True)
class Entry:
    """A folder, or a file that leads to images, in a folder that is looked at.

    Args:
        path: Where it is.
        name: Its name as text that can be shown.
        kind: "folder", "collection" or "archive".
        words: What is in it, "" where that was not counted.
    """

    path: Path
    name: str
    kind: str
    words: str


@dataclass(frozen=True)
class Listing:
    """A folder that is looked at.

    Args:
        path: Where it is.
        up: The folder above, None where that may not be looked through.
        entries: What can be gone into or taken, folders first.
        images: Images in the folder itself.
        is_more: Whether there are more entries, or images, than were looked at.
        problem: Why it cannot be looked through, or "".
    """

    path: Path
    up: Path | None
    entries: tuple[Entry, ...]
    images: int
    is_more: bool = False
    problem: str = ""

    @property
    def words(self) -> str:
        """What is in the folder itself."""
        return image_words(self.images, self.is_more)


def starting_places(workspace: Workspace | None) -> tuple[Path, ...]:
    """The folders below which may be looked through: the home, the sources, what is plugged in.

    Args:
        workspace: The open collection, whose sources and folder count; None where none is open.
    """
    places = [Path.home()]
    if workspace is not None:
        folders = (Path(root) for root in workspace.trusted_roots)
        places += [folder for folder in folders if folder.is_dir()]
        places += [workspace.root.parent]
    places += [place for place in map(Path, _MOUNTS) if _has_entries(place)]
    found = dict.fromkeys(Path(os.path.realpath(place)) for place in places)
    # the root of the disk is no place: below it lies everything
    return tuple(place for place in found if place.is_dir() and place != place.parent)


def is_allowed(path: Path, places: Iterable[Path]) -> bool:
    """True if a path, links followed, lies in one of the places or is one."""
    real = Path(os.path.realpath(path))
    return any(real.is_relative_to(place) for place in places)


def look_into(path: Path, places: Iterable[Path]) -> Listing:
    """What is in a folder; what may not be looked through is said to be so, and not shown.

    Args:
        path: The folder.
        places: What `starting_places` gave.

    Raises:
        NotAllowed: Who this acts for may not look through this computer.
    """
    need(Act.OPEN)
    allowed = tuple(places)
    here = Path(os.path.realpath(path))
    if not is_allowed(here, allowed):
        return Listing(here, None, (), 0, problem="This folder cannot be looked through from here.")
    up = here.parent if is_allowed(here.parent, allowed) and here.parent != here else None
    until = time.monotonic() + PATIENCE
    found, images, is_more = [], 0, False
    try:
        with os.scandir(here) as entries:
            for number, entry in enumerate(entries):
                if number >= MOST_COUNTED:
                    is_more = True
                    break
                if is_image_name(entry.name):
                    images += 1
                elif one := _entry(entry, allowed):
                    found.append(one)
    except OSError as error:
        why = error.strerror or "it cannot be read"
        return Listing(here, up, (), 0, problem=f"This folder cannot be opened: {why}.")
    found.sort(key=lambda one: (one.kind == "archive", one.name.casefold()))
    is_more = is_more or len(found) > MOST
    shown_ones = tuple(_counted(one, until) for one in found[:MOST])
    return Listing(here, up, shown_ones, images, is_more)


def image_words(count: int, is_more: bool = False) -> str:
    """So many images, in words; "" for none."""
    if not count:
        return ""
    noun = "image" if count == 1 and not is_more else "images"
    return f"{count:,}{'+' if is_more else ''} {noun}"


def _entry(entry: "os.DirEntry[str]", allowed: tuple[Path, ...]) -> Entry | None:
    name = entry.name
    try:
        is_folder = entry.is_dir()
        if entry.is_symlink() and not is_allowed(Path(entry.path), allowed):
            return None
    except OSError:
        return None
    if is_folder and not is_passed_over(name):
        kind = "collection" if is_workspace(entry.path) else "folder"
        return Entry(Path(entry.path), shown(name), kind, "")
    if not is_folder and name.lower().endswith(".zip") and not name.startswith("."):
        return Entry(Path(entry.path), shown(name), "archive", "archive")
    return None


def _counted(one: Entry, until: float) -> Entry:
    """The entry with what is in it, as long as there is time to look."""
    if one.kind == "collection":
        return Entry(one.path, one.name, one.kind, "a collection")
    if one.kind != "folder" or time.monotonic() > until:
        return one
    images = folders = 0
    is_more = False
    try:
        with os.scandir(one.path) as entries:
            for number, entry in enumerate(entries):
                if number >= MOST_COUNTED or time.monotonic() > until:
                    is_more = True
                    break
                if is_image_name(entry.name):
                    images += 1
                elif not is_passed_over(entry.name) and entry.is_dir(follow_symlinks=False):
                    folders += 1
    except OSError:
        return Entry(one.path, one.name, one.kind, "cannot be opened")
    words = [image_words(images, is_more)] if images else []
    words += [f"{folders:,} {'folder' if folders == 1 else 'folders'}"] if folders else []
    return Entry(one.path, one.name, one.kind, ", ".join(words) or "no images")


def is_image_name(name: str) -> bool:
    """Whether a file of this name is taken for an image."""
    return not name.startswith(".") and Path(name).suffix.lower() in IMAGE_SUFFIXES


def _has_entries(place: Path) -> bool:
    try:
        with os.scandir(place) as entries:
            return any(True for _ in entries)
    except OSError:
        return False
