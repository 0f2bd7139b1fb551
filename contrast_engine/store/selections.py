"""Selections of images, with and without a name, stored so that they can be opened again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection

from contrast_engine.access import Act, doing
from contrast_engine.errors import OptionError, UnknownName
from contrast_engine.imageset import ImageId, ImageSet
from contrast_engine.several import several
from contrast_engine.store.database import Database

UNNAMED = 200
"""Sets without a name that stay, newest first: enough for addresses that were shared."""

LONGEST_NAME = 60

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sets (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, images BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS sayings (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL, key TEXT, who TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS sayings_name ON sayings (name, seq);
"""

_NAMED = """
SELECT s.name, s.key, length(k.images) / 8, s.who, s.at FROM sayings AS s
JOIN sets AS k ON k.key = s.key
WHERE s.seq = (SELECT max(t.seq) FROM sayings AS t WHERE t.name = s.name) ORDER BY s.seq DESC
"""


@dataclass(frozen=True, slots=True)
class SavedSelection:
    """Images under a name.

    Args:
        name: Stands for one set at a time.
        key: 16 hex digits that name the set itself: the same images have the same key.
        size: How many images it holds.
        who, at: Who saved it last, and when (UTC).
    """

    name: str
    key: str
    size: int
    who: str
    at: str


class SelectionStore:
    """The selections of one workspace: sets that never change, and a log of what they are called.

    Any number of threads and processes may use it at once. When a method that writes returns,
    the change is on the disk; the log of names is only ever added to.
    """

    def __init__(self, path: str | Path) -> None:
        self._database = Database(path, _SCHEMA)

    def put(self, ids: Iterable[ImageId]) -> str:
        """Key of a set that is stored without a name, so that an address can hold it.

        The newest `UNNAMED` of these stay; those with a name, or that ever had one, always do.

        Raises:
            OptionError: No images, or something that is not an id.
            WorkspaceError: It could not be written.
        """
        images = _some(ids)
        if not self._has(images.key):
            with doing(Act.LOOK), self._database.writing() as connection:
                _put(connection, images)
                connection.execute(
                    "DELETE FROM sets WHERE seq IN (SELECT seq FROM sets WHERE key NOT IN "
                    "(SELECT key FROM sayings WHERE key IS NOT NULL) "
                    "ORDER BY seq DESC LIMIT -1 OFFSET ?)",
                    (UNNAMED,),
                )
        return images.key

    def images(self, key: str) -> ImageSet:
        """The images of a set.

        Raises:
            UnknownName: There is no such set, or it was let go.
        """
        with self._database.reading() as connection:
            row = (
                connection
                and connection.execute("SELECT images FROM sets WHERE key = ?", (key,)).fetchone()
            )
        if not row:
            raise UnknownName(f"no selection {key!r} in this workspace; select the images again")
        return ImageSet.unpacked(row[0])

    def save(self, name: str, ids: Iterable[ImageId], who: str = "me") -> SavedSelection:
        """The selection of these images under a name, saved from now on.

        Raises:
            OptionError: No images, a name that cannot be one, or one that stands for others.
            WorkspaceError: It could not be written.
        """
        called = selection_name(name)
        images = _some(ids)
        with self._database.writing() as connection:
            known = [one for one in _all(connection) if _is_same(one.name, called)]
            if not any(one.key == images.key for one in known):
                _refuse_taken(connection, called)
                _put(connection, images)
                _log_name(connection, called, images.key, who)
        return self.named(called)

    def rename(self, name: str, new: str, who: str = "me") -> SavedSelection:
        """The selection under its new name.

        Raises:
            UnknownName: Nothing is saved under `name`.
            OptionError: `new` cannot be a name, or stands for others.
            WorkspaceError: It could not be written.
        """
        called = selection_name(new)
        with self._database.writing() as connection:
            found = _named(connection, name)
            if called != found.name:
                _log_name(connection, found.name, None, who)
                _refuse_taken(connection, called)
                _log_name(connection, called, found.key, who)
        return self.named(called)

    def delete(self, name: str, who: str = "me") -> SavedSelection:
        """The selection whose name is taken away; its images stay, and so does the set.

        Raises:
            UnknownName: Nothing is saved under it.
            WorkspaceError: It could not be written.
        """
        with self._database.writing() as connection:
            found = _named(connection, name)
            _log_name(connection, found.name, None, who)
        return found

    def named(self, name: str) -> SavedSelection:
        """The selection of this name.

        Raises:
            UnknownName: There is none.
        """
        with self._database.reading() as connection:
            return _named(connection, name)

    def saved(self) -> tuple[SavedSelection, ...]:
        """Every selection that has a name, saved last first."""
        with self._database.reading() as connection:
            return _all(connection)

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._database.close()

    def _has(self, key: str) -> bool:
        with self._database.reading() as connection:
            return bool(
                connection
                and connection.execute("SELECT 1 FROM sets WHERE key = ?", (key,)).fetchone()
            )


def selection_name(text: str) -> str:
    """A name as it is stored: one line, without spaces around it.

    Raises:
        OptionError: It is empty, too long, or holds what cannot be shown.
    """
    name = " ".join(text.split())
    if not name:
        raise OptionError("a selection needs a name; give it one, such as hazy mornings")
    if len(name) > LONGEST_NAME:
        raise OptionError(
            f"a selection's name has at most {LONGEST_NAME} characters, got {len(name)}; shorten it"
        )
    if not name.isprintable():
        raise OptionError("a selection's name must be plain text; type it anew")
    return name


def _some(ids: Iterable[ImageId]) -> ImageSet:
    images = ImageSet.of(several(ids, "ids"))
    if not images:
        raise OptionError("a selection needs at least one image; none was given")
    return images


def _put(connection: Connection, images: ImageSet) -> None:
    row = (images.key, images.packed)
    connection.execute("INSERT OR IGNORE INTO sets (key, images) VALUES (?, ?)", row)


def _log_name(connection: Connection, name: str, key: str | None, who: str) -> None:
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    connection.execute(
        "INSERT INTO sayings (name, key, who, at) VALUES (?, ?, ?, ?)",
        (name, key, who.strip() or "me", at),
    )


def _all(connection: Connection | None) -> tuple[SavedSelection, ...]:
    if connection is None:
        return ()
    return tuple(SavedSelection(*row) for row in connection.execute(_NAMED))


def _named(connection: Connection | None, name: str) -> SavedSelection:
    saved = _all(connection)
    for one in saved:
        if _is_same(one.name, " ".join(name.split())):
            return one
    there = ", ".join(one.name for one in saved) or "none yet"
    raise UnknownName(f"no selection is called {name!r}; there are: {there}")


def _is_same(name: str, other: str) -> bool:
    return name.casefold() == other.casefold()


def _refuse_taken(connection: Connection, name: str) -> None:
    for one in _all(connection):
        if _is_same(one.name, name):
            raise OptionError(
                f"the name {one.name!r} stands for {one.size:,} other images; "
                "take another name, or delete that selection first"
            )
