"""Which role who has, in a file that is read again when it changes."""

import threading
import unicodedata
from pathlib import Path

from contrast_engine.access.acts import Role
from contrast_engine.errors import OptionError

EVERYBODY = "*"
"""The line of everybody who has none."""


class RoleList:
    """The roles of a file: lines such as `ada@example.org: owner`, `*: viewer` for the rest.

    Without a line for the rest, who is not in it is not let in. Small and capital letters are the
    same, and so are the ways to write an accent.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.expanduser()
        self._lock = threading.Lock()
        self._known: tuple[object, dict[str, Role]] = (None, {})

    def role(self, name: str) -> Role:
        """The role of somebody now; that of nobody where the list does not have them."""
        try:
            known = self.read()
        except OptionError:  # it is being written, or was taken away
            return Role.NOBODY
        return known.get(_folded(name), known.get(EVERYBODY, Role.NOBODY))

    def read(self) -> dict[str, Role]:
        """Every line.

        Raises:
            OptionError: The file cannot be read, or a line names no role.
        """
        try:
            status = self._path.stat()
            mark = (status.st_mtime_ns, status.st_size, status.st_ino)
            with self._lock:
                if self._known[0] != mark:
                    text = self._path.read_text(encoding="utf-8-sig")
                    self._known = (mark, _lines(text))
                return self._known[1]
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is not text"
            raise OptionError(f"--roles {self._path} cannot be read: {why.lower()}") from None
        except OptionError as error:
            raise OptionError(f"--roles {self._path}: {error}") from None


def _lines(text: str) -> dict[str, Role]:
    found: dict[str, Role] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.strip().startswith("#"):
            continue
        name, colon, role = line.rpartition(":")
        try:
            if not colon or not name.strip():
                raise OptionError("it is no line such as `ada@example.org: owner`")
            if found.setdefault(_folded(name), Role.of(role)) is not Role.of(role):
                raise OptionError(f"{name.strip()} has another role above; keep one of the lines")
        except OptionError as error:
            raise OptionError(f"line {number}: {error}") from None
    if not found:
        raise OptionError("it names nobody; write a line such as `ada@example.org: owner`")
    return found


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
