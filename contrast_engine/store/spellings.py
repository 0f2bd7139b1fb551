"""Names as other systems spell them: backslashes, accents in one or two characters, old bytes."""

import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

_REMOTE = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)
_FILE = re.compile(r"file://(?:localhost(?=/))?", re.IGNORECASE)


def remote(text: str) -> str:
    """Where a name points that is no file of this computer: "s3", "https"; "" for a path."""
    found = _REMOTE.match(text.strip())
    return "" if found is None or found[1].lower() == "file" else found[1].lower()


def composed(text: str) -> str:
    """A name with every accent in one character with its letter (NFC), as most systems write it."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def spellings(text: str, codec: str | None = None) -> Iterator[str]:
    """The ways in which a path may be meant, likeliest first, each once.

    Args:
        text: The path as a table or a person has it.
        codec: The 8-bit encoding the text was read by: the name on disk may hold its bytes.
    """
    seen: set[str] = set()
    for spelling in _spellings(text, codec):
        if spelling not in seen:
            seen.add(spelling)
            yield spelling


def _spellings(text: str, codec: str | None) -> Iterator[str]:
    yield text
    slashed = text.replace("\\", "/")
    yield slashed
    if of_url := _FILE.match(text):
        yield unquote(text[of_url.end() :])
    if text.isascii():
        return
    for form in ("NFC", "NFD"):
        for spelling in (text, slashed):
            yield unicodedata.normalize(form, spelling)
    if codec is not None:
        try:
            yield os.fsdecode(text.encode(codec))
            yield os.fsdecode(slashed.encode(codec))
        except UnicodeError:
            return


class Located:
    """Files that a table names, as the disk spells them.

    Args:
        folder: Where relative paths start.
        codec: The 8-bit encoding the table was read by, if it was one.
    """

    def __init__(self, folder: str | Path, codec: str | None = None) -> None:
        self._folder = os.fspath(folder)
        self._codec = codec
        self._inside: dict[str, dict[str, str]] = {}

    def __call__(self, text: str) -> str:
        """Where the file of a path is; where it would be, if there is none."""
        ways = tuple(spellings(text, self._codec))
        for way in ways:
            place = self._place(way)
            if os.path.lexists(place):
                return place
        for way in ways if not text.isascii() else ():
            found = self._walked(self._place(way))
            if found is not None:
                return found
        return self._place(text if "/" in text else text.replace("\\", "/"))

    def _place(self, text: str) -> str:
        return os.path.join(self._folder, text)  # noqa: PTH118 - keeps names that are no UTF-8

    def _walked(self, place: str) -> str | None:
        """The file at a path whose folders and name may each be composed or not."""
        here = "/" if place.startswith("/") else "."
        for part in place.split("/"):
            if part in {"", "."}:
                continue
            below = os.path.join(here, part)  # noqa: PTH118 - as above
            if not os.path.lexists(below):
                name = self._names(here).get(composed(part))
                if name is None:
                    return None
                below = os.path.join(here, name)  # noqa: PTH118 - as above
            here = below
        return here

    def _names(self, folder: str) -> dict[str, str]:
        """The names in a folder by their composed spelling; looked up once."""
        if folder not in self._inside:
            try:
                names = os.listdir(folder)  # noqa: PTH208 - names are enough
            except (OSError, ValueError):
                names = []
            self._inside[folder] = {composed(name): name for name in sorted(names, reverse=True)}
        return self._inside[folder]
