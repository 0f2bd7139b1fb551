"""What a scan comes across, before any image is decoded."""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from contrast_engine.errors import ImageError
from contrast_engine.store.atomic_files import reason
from contrast_engine.store.collection import shown

LARGEST_FILE = 1 << 30
"""Files above one GiB are not opened: no photograph is that large, and memory is finite."""

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """One file a scan came across.

    Args:
        location: Where it is, as the system names it.
        root: What was asked for that led here.
        bytes: Its size.
        mtime_ns: When it was last changed.
        problem: Why it is not opened, or None.
        is_gone: True where it was named but is not there.
    """

    location: str
    root: str
    bytes: int = 0
    mtime_ns: int = 0
    problem: str | None = None
    is_gone: bool = False


@dataclass
class Search:
    """Everything a scan came across: each location once, what was passed over, notes on reading."""

    files: dict[str, FoundFiles] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)

    def refuse(self, location: str, root: str, why: str, *, is_gone: bool = False) -> None:
        """List something as a problem."""
        self.files.setdefault(location, FoundFiles(location, root, problem=why, is_gone=is_gone))

    def ignore(self, location: str) -> None:
        """List something as passed over."""
        self.ignored.append(shown(location))

    def note(self, text: str) -> None:
        """Keep a sentence on how something was read."""
        self.notes.append(text)

    def look(self, location: str, root: str, *, is_asked_for: bool = False) -> None:
        """Take in one file: to be read, a problem, or passed over as no image.

        Files with an image's ending, and files asked for by name, are never passed over.
        """
        from contrast_engine.images import IMAGE_SUFFIXES

        if location in self.files:
            return
        is_expected = is_asked_for or Path(location).suffix.lower() in IMAGE_SUFFIXES
        try:
            status = Path(location).stat()
        except (OSError, ValueError) as error:
            is_gone = isinstance(error, FileNotFoundError)
            plain = "there is no such file" if is_gone else _why(error)
            if is_expected:
                self.refuse(location, root, f"{_name(location)}: {plain}", is_gone=is_gone)
            else:
                self.ignore(location)
            return
        why = _why_not(status)
        if why is None and not is_expected:
            is_expected = _looks_like_image(location)
        if not is_expected:
            self.ignore(location)
        elif why is not None:
            self.refuse(location, root, f"{_name(location)} {why}")
        else:
            self.files[location] = FoundFiles(location, root, status.st_size, status.st_mtime_ns)


def _why_not(status: os.stat_result) -> str | None:
    if status.st_size > LARGEST_FILE:
        return f"is larger than {LARGEST_FILE >> 20} MiB; export it smaller"
    if stat.S_ISREG(status.st_mode):
        return None
    kind = next((name for test, name in _KINDS if test(status.st_mode)), "something else")
    return f"is {kind}, not a file"


def _looks_like_image(location: str) -> bool:
    from contrast_engine.images import looks_like_image

    try:
        return looks_like_image(location)
    except (ImageError, OSError):
        return False


def _name(location: str) -> str:
    return shown(os.path.basename(location))  # noqa: PTH119 - keeps bytes that are no UTF-8


def _why(error: OSError | ValueError) -> str:
    return reason(error) if isinstance(error, OSError) else "the name cannot be a file name"
