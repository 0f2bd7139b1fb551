"""Keep dropped: files that came through the browser, copied into a folder of the workspace."""

import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from contrast_engine.access import Act, need
from contrast_engine.errors import CollectionError, WorkspaceError
from contrast_engine.images import IMAGE_SUFFIXES, formats
from contrast_engine.store import Workspace, shown
from contrast_engine.store.atomic_files import flush_folder, reason
from contrast_engine.store.file_names import holdable
from contrast_engine.store.sources import is_passed_over, is_table

FOLDER = "added"
"""Where dropped files are kept in a workspace, one folder for each time."""

SPARE = 100 << 20
"""Bytes that must stay free on the disk."""

LONGEST_NAME = 120
DEEPEST = 12
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Dropped:
    """One file that came through the browser.

    Args:
        name: Its name, with the folders it lay in where a folder was dropped; not to be trusted.
        size: In bytes.
        content: Read from its beginning.
    """

    name: str
    size: int
    content: BinaryIO


@dataclass
class KeptReport:
    """Where dropped files are now, and what was not taken.

    Args:
        paths: What is to be scanned: the folder of the images, and each archive.
        folder: The folder in the workspace that holds them.
        files: Files that were kept.
        bytes: Their size.
        passed_over: Names of files that are no images.
        advice: What to do with what cannot come in this way: a collection, a table, a model.
    """

    paths: tuple[str, ...] = ()
    folder: str = ""
    files: int = 0
    bytes: int = 0
    passed_over: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)


def keep_dropped(workspace: Workspace, dropped: Iterable[Dropped]) -> KeptReport:
    """Copy dropped images and archives into a new folder of the workspace.

    The folder appears whole or not at all. Names are made such that every system can hold them
    and none leads out of the folder. Archives stay packed; scanning unpacks them with its usual
    care.

    Args:
        workspace: The collection.
        dropped: The files.

    Raises:
        CollectionError: None of them is an image or an archive of images.
        WorkspaceError: There is no room for them, or they could not be written.
        NotAllowed: Who this acts for may add nothing.
    """
    need(Act.ADD)
    report = KeptReport()
    wanted = list(_wanted(dropped, report))
    if not wanted:
        why = " ".join(report.advice) or (
            f"none of the {len(report.passed_over):,} files is an image; drop pictures, a folder "
            "of them or a .zip"
        )
        raise CollectionError(why)
    report.bytes = sum(one.size for one in wanted)
    home = workspace.root / FOLDER
    try:
        home.mkdir(exist_ok=True)
        free = shutil.disk_usage(home).free
        if free < report.bytes + SPARE:
            raise WorkspaceError(
                f"the disk of {shown(home)} has {free >> 20:,} MiB left, too few for "
                f"{report.bytes >> 20:,} MiB of pictures; free some, or name the folder they lie in"
            )
        _write(home, wanted, report)
    except OSError as error:
        raise WorkspaceError(f"{shown(home)} could not be written: {reason(error)}") from error
    return report


def _wanted(dropped: Iterable[Dropped], report: KeptReport) -> Iterator[Dropped]:
    """The images and archives; what the rest is told is noted."""
    files = list(dropped)
    collections = _collections(files)
    for name in collections:
        report.advice.append(
            f"{name} is a collection: open it by its folder, with Open another; nothing of it was "
            "copied."
        )
    for one in files:
        parts = PurePosixPath(one.name.replace("\\", "/")).parts
        name = parts[-1] if parts else ""
        if any(part in collections for part in parts[:-1]):
            continue
        folders = [part for part in parts[:-1] if part not in {".", ".."}]
        if any(map(is_passed_over, folders)) or name.startswith("._"):
            report.passed_over.append(one.name)
        elif name.lower().endswith(".contrast"):
            report.advice.append(
                f"{name} is a model or a collection, not a picture: a model is used on the page "
                "Export or by `contrast predict`, a collection is opened by its folder."
            )
        elif is_table(name):
            report.advice.append(
                f"{name} is a table: it names files by where they lie on the computer, so give "
                "its path below. A table of labels is read by `contrast label import`."
            )
        elif name.lower().endswith(".zip") or _is_image(name, one.content):
            yield one
        else:
            report.passed_over.append(one.name)


def _collections(files: Sequence[Dropped]) -> set[str]:
    """The names of dropped folders that are workspaces."""
    marks = (PurePosixPath(one.name.replace("\\", "/")).parts for one in files)
    return {parts[-2] for parts in marks if len(parts) > 1 and parts[-1] == "workspace.json"}


def _is_image(name: str, content: BinaryIO) -> bool:
    if PurePosixPath(name).suffix.lower() in IMAGE_SUFFIXES:
        return True
    head = content.read(formats.HEAD)
    content.seek(0)
    return formats.family(head) is not None


def _write(home: Path, wanted: Sequence[Dropped], report: KeptReport) -> None:
    part = home / f".part-{secrets.token_hex(4)}"
    try:
        taken: set[str] = set()
        archives = []
        for one in wanted:
            place = _free(_inside(one.name), taken)
            target = part / place
            target.parent.mkdir(parents=True, exist_ok=True)
            one.content.seek(0)
            with target.open("xb") as file:
                shutil.copyfileobj(one.content, file, _BLOCK)
            if target.suffix.lower() == ".zip":
                archives.append(place)
        folder = _named(home)
        part.rename(folder)
        flush_folder(home)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    report.folder, report.files = str(folder), len(wanted)
    images = [str(folder)] if len(archives) < len(wanted) else []
    report.paths = (*images, *(str(folder / place) for place in archives))


def _inside(name: str) -> PurePosixPath:
    """A relative path that every system can hold and that leads nowhere else."""
    parts = [
        _short(holdable(shown(part)))
        for part in name.replace("\\", "/").split("/")
        if part not in {"", ".", ".."}
    ]
    kept = [*parts[:-1][:DEEPEST], *parts[-1:]] or ["_"]
    return PurePosixPath(*kept)


def _short(name: str) -> str:
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - a name, not a path
    while len(name.encode()) > LONGEST_NAME and stem:
        stem = stem[:-1]
        name = stem + suffix[:16]
    return name.lstrip(".") or "_"


def _free(place: PurePosixPath, taken: set[str]) -> PurePosixPath:
    """The path, numbered where one of that name came before; case does not tell names apart."""
    free, number = place, 1
    while str(free).casefold() in taken:
        number += 1
        free = place.with_name(f"{place.stem}-{number}{place.suffix}")
    taken.add(str(free).casefold())
    return free


def _named(home: Path) -> Path:
    now = datetime.now().astimezone().strftime("%Y-%m-%d %H.%M.%S")
    found, number = home / now, 1
    while found.exists():
        number += 1
        found = home / f"{now}-{number}"
    return found
