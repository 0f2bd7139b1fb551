"""One file of a collection, and one image: what a scan knew of it."""

import os
from dataclasses import dataclass
from pathlib import Path

from contrast_engine.imageset import ImageId


def shown(path: str | Path) -> str:
    """A path as text that can be shown and sent; bytes that are not UTF-8 are spelt out."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def file_name(path: str) -> str:
    """The last part of a path as this system writes paths."""
    return os.path.basename(path)  # noqa: PTH119 - of a text that is shown, not of a file


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that cannot be used, and why, in plain words."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImageFile:
    """One file as the last scan saw it.

    Args:
        location: Where it is, exactly as the system names it: open this, show `path`.
        root: The folder, archive, table or file that was asked for.
        id: Content id, or None where the file could not be read.
        bytes: Size of the file.
        mtime_ns: When it was last changed.
        width: Width in pixels as shown, 0 where unknown.
        height: Height in pixels as shown, 0 where unknown.
        format: "JPEG", "PNG" ...
        notes: What was special about reading it.
        problem: Why it cannot be used, or None.
        may_heal: True where the reason is not the file itself, so that a scan tries again.
        missing: True where the file was not there at the last scan.
        reader: How it was read (`images.reader_version`); "" by a program that did not say.
    """

    location: str
    root: str
    id: ImageId | None = None
    bytes: int = 0
    mtime_ns: int = 0
    width: int = 0
    height: int = 0
    format: str = ""
    notes: tuple[str, ...] = ()
    problem: str | None = None
    may_heal: bool = False
    missing: bool = False
    reader: str = ""

    @property
    def path(self) -> str:
        """The location as text that can be shown."""
        return shown(self.location)


@dataclass(frozen=True, slots=True)
class ImageRow:
    """One image: everything that is known about it without measuring."""

    id: ImageId
    path: str
    paths: tuple[str, ...]
    width: int
    height: int
    bytes: int
    format: str
    notes: tuple[str, ...]
    missing: bool
