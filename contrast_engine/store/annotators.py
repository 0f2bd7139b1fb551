"""Which name belongs to which browser, so that two people are never one by accident."""

import unicodedata
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from contrast_engine.errors import OptionError, WorkspaceError
from contrast_engine.simulated import a_person
from contrast_engine.store.atomic_files import locked, read_json, stamp, write_json

LONGEST_NAME = 60
"""Characters of a name that stands beside every label."""


def cleaned(name: str) -> str:
    """A name as it is kept: one line, single spaces.

    Raises:
        OptionError: It is empty, too long or that of a simulated annotator.
    """
    found = " ".join(unicodedata.normalize("NFC", name).split())
    if not found:
        raise OptionError("a name needs at least one letter, got nothing; say who labels")
    if len(found) > LONGEST_NAME:
        raise OptionError(
            f"a name has at most {LONGEST_NAME} characters, got {len(found)}; shorten it"
        )
    return a_person(found)


def same(one: str, other: str) -> bool:
    """True if two names differ in nothing but small and capital letters and spaces."""
    return _folded(one) == _folded(other)


class Annotators:
    """The names taken in browsers, in one small file.

    A browser is known by a random token. Only its hash is kept, so that who gets a copy of the
    folder cannot pass for anyone.

    Args:
        path: The file; made when the first name is taken.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: tuple[object, dict[str, dict[str, str]]] = (None, {})

    def name_of(self, browser: str) -> str:
        """The name that was taken last in a browser, "" where none was."""
        taken = self._taken().get(self._hash(browser), {})
        return max(taken, key=lambda name: taken[name], default="")

    def names(self) -> tuple[str, ...]:
        """Every name that was taken in a browser."""
        return tuple(sorted({name for taken in self._taken().values() for name in taken}))

    def elsewhere(self, name: str, browser: str) -> str:
        """When a name was last taken in another browser only, as an ISO date; else ""."""
        own, dates = self._hash(browser), []
        for other, taken in self._taken().items():
            found = [at for known, at in taken.items() if same(known, name)]
            if found and other == own:
                return ""
            dates += found
        return max(dates, default="")

    def take(self, name: str, browser: str, *, is_sure: bool = False) -> bool:
        """Make a name the one of a browser; False where it belongs to another one.

        Args:
            name: The name.
            browser: The token of the browser.
            is_sure: The person said that the name is theirs in the other browser, too.

        Raises:
            OptionError: The name is empty or too long.
            WorkspaceError: It could not be written.
        """
        name = cleaned(name)
        busy = f"{self.path} is being written by another process; try again"
        with locked(self.path.parent / "locks" / "annotators.lock", busy):
            if not is_sure and self.elsewhere(name, browser):
                return False
            found = {key: dict(taken) for key, taken in self._taken().items()}
            now = datetime.now(UTC).isoformat(timespec="microseconds")
            mine = found.setdefault(self._hash(browser), {})
            for known in [known for known in mine if same(known, name)]:
                del mine[known]
            mine[name] = now
            write_json(self.path, {"browsers": found})
        return True

    def _hash(self, browser: str) -> str:
        return blake2b(browser.encode(), digest_size=12, person=b"annotators").hexdigest()

    def _taken(self) -> dict[str, dict[str, str]]:
        """When each name was taken, by browser.

        Raises:
            WorkspaceError: The file is damaged.
        """
        mark = stamp(self.path)
        if mark is None:
            return {}
        if self._read[0] != mark:
            found = (read_json(self.path) or {}).get("browsers")
            if not isinstance(found, dict):
                raise WorkspaceError(
                    f"{self.path} could not be read: it is damaged; delete it, and everyone who "
                    "labels is asked for their name again"
                )
            self._read = (mark, found)
        return self._read[1]


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
