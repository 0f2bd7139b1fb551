"""Who is at work in a workspace just now, and which image or pair is in whose hands.

Nothing here is a result: it is forgotten half a minute after a person was heard of last, and a
workspace without this file lacks nothing. It holds a name, the page, what is done there, and the
ids of the images, or pairs of images, that a browser was given.
"""

import os
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection
from typing import Literal

from contrast_engine.store.database import Database
from contrast_engine.vectors import ImageId

EXPIRES = 30.0
"""Seconds after which nobody is here who was not heard of: three signs of life are then missing."""

EVERY = 10.0
"""Seconds between two signs of life of a browser."""

GRACE = 5.0
"""Seconds for which the images of a page that was closed are kept: a reload takes less."""

AHEAD = 12
"""Images in the hands of one person at most: keys at key-repeat speed reach so far ahead."""

ImagePair = tuple[ImageId, ImageId]
"""Two images that are compared; which one stands left makes no other pair."""

_Kind = Literal["image", "pair"]

_BETWEEN = "+"
"""Between the two images of a pair; in no id."""

_LATEST = EXPIRES + GRACE
"""Seconds ahead that nothing runs out later than: what does is from before the machine started."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS presence (
    who TEXT NOT NULL, tab TEXT NOT NULL, page TEXT NOT NULL, doing TEXT NOT NULL,
    at TEXT NOT NULL, until REAL NOT NULL, PRIMARY KEY (who, tab)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS leases (
    image TEXT PRIMARY KEY, who TEXT NOT NULL, tab TEXT NOT NULL, until REAL NOT NULL)
    WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS leases_who ON leases (who, tab);
"""


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who is here, or was.

    Args:
        who: The name.
        page: The address of the page they are at.
        doing: What they do there, such as the queue they label.
        at: When they were heard of last, as an ISO date in UTC.
        is_here: They were heard of within the last half minute.
    """

    who: str
    page: str
    doing: str
    at: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class HandedOut:
    """The images in one person's hands, and those in others'.

    Args:
        own: Images that nobody else is given while this person is here, in their order.
        held: The images in the hands of others, with the name of each.
        others: How many others are here.
    """

    own: tuple[ImageId, ...]
    held: dict[ImageId, str]
    others: int


class Team:
    """Presence of people, and images or pairs handed out to one at a time, across processes.

    Any number of threads and processes may use it at once: every method is one transaction. Time
    is that of the machine since it was started, so that setting the clock changes nothing.

    Args:
        path: The file.
        clock: Gives seconds that only grow, the same in every process.
    """

    def __init__(self, path: str | Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = Database(path, _SCHEMA, is_lasting=False)
        self._clock = clock

    @property
    def is_writable(self) -> bool:
        """True unless the folder, or the file, is read-only."""
        path = self._database.path
        is_open = os.access(path.parent, os.W_OK)
        return is_open and (not path.exists() or os.access(path, os.W_OK))

    def here(self, who: str, tab: str, page: str, doing: str = "") -> int:
        """How many images are in the hands of this tab, of which this is a sign of life.

        Args:
            who: The name.
            tab: Names one tab of one browser.
            page: The address of the page.
            doing: What is done there.

        Raises:
            WorkspaceError: It could not be written.
        """
        at = datetime.now(UTC).isoformat(timespec="seconds")
        with self._database.writing() as connection:
            now = self._clock()  # once it is this one's turn: others wrote while it waited
            _forget(connection, now)
            connection.execute(
                "INSERT OR REPLACE INTO presence VALUES (?, ?, ?, ?, ?, ?)",
                (who, tab, page, doing, at, now + EXPIRES),
            )
            connection.execute(
                "DELETE FROM presence WHERE who = ? AND tab <> ? AND (until < ? OR until > ?)",
                (who, tab, now, now + _LATEST),
            )
            return connection.execute(
                "UPDATE leases SET until = ? WHERE who = ? AND tab = ?", (now + EXPIRES, who, tab)
            ).rowcount

    def leave(self, who: str, tab: str) -> None:
        """Say that a tab is closed, or loaded anew: what it held is free in a few seconds.

        Raises:
            WorkspaceError: It could not be written.
        """
        with self._database.writing() as connection:
            soon = self._clock() + GRACE
            for table in ("presence", "leases"):
                connection.execute(
                    f"UPDATE {table} SET until = min(until, ?) WHERE who = ? AND tab = ?",
                    (soon, who, tab),
                )

    def give_back(self, who: str, tab: str) -> None:
        """Free what is in the hands of a tab, whose person does something else now.

        Raises:
            WorkspaceError: It could not be written.
        """
        with self._database.writing() as connection:
            connection.execute("DELETE FROM leases WHERE who = ? AND tab = ?", (who, tab))

    def hand_out(
        self,
        who: str,
        tab: str,
        wanted: Sequence[ImageId],
        *,
        most: int = AHEAD,
        shared: Collection[ImageId] = (),
    ) -> HandedOut:
        """Put the next images of a queue into a person's hands, none that another one has.

        What this tab held before and does not want any more is free again. Towards the end of a
        queue everybody has fewer at a time, so that somebody who joins finds some.

        Args:
            who: The person.
            tab: Names one tab of one browser; two tabs of one person may have the same images.
            wanted: The images still to be labelled, from the one that is on the screen.
            most: How many at most.
            shared: Images that everybody is given, and that are in nobody's hands.

        Raises:
            WorkspaceError: It could not be written.
        """
        own, held, others = self._take(who, tab, "image", wanted, most, None, shared)
        return HandedOut(
            tuple(ImageId(one) for one in own),
            {ImageId(one): other for one, other in held.items()},
            others,
        )

    def hand_out_pairs(
        self, who: str, tab: str, wanted: Sequence[ImagePair], *, most: int, there_are: int
    ) -> tuple[ImagePair, ...]:
        """Those of some pairs that nobody else is given now, in their order, as `as_pair` has them.

        What this tab held before and does not want any more is free again.

        Args:
            who: The person.
            tab: Names one tab of one browser; two tabs of one person may have the same pairs.
            wanted: The pairs still to be compared, from the one that is on the screen.
            most: How many at most.
            there_are: How many pairs can be asked about at all: where they are few, each person
                has fewer at a time.

        Raises:
            WorkspaceError: It could not be written.
        """
        keys = [_BETWEEN.join(as_pair(*one)) for one in wanted]
        own, _, _ = self._take(who, tab, "pair", keys, most, there_are)
        return tuple(_pair(key) for key in own)

    def _take(
        self, who: str, tab: str, kind: _Kind, wanted: Sequence[str], most: int,
        there_are: int | None, shared: Collection[str] = (),
    ) -> tuple[list[str], dict[str, str], int]:  # fmt: skip
        """What is in one's hands now, what in those of others, and how many others there are."""
        with self._database.writing() as connection:
            now = self._clock()  # once it is this one's turn: others wrote while it waited
            _forget(connection, now)
            others = _others(connection, who, now)
            held = _held(connection, who, kind)
            free = [one for one in wanted if one not in held and one not in shared]
            left = len(free) if there_are is None else there_are - len(held)
            fair = min(most, max(1, -(-left // (others + 2))))
            before = _held_by(connection, who, tab)
            own = [one for place, one in enumerate(free[:most]) if place < fair or one in before]
            _replace(connection, who, tab, own, before, now + EXPIRES)
        return own, held, others

    def held(self, who: str) -> dict[ImageId, str]:
        """The images in the hands of others than `who`, with the name of each.

        Raises:
            WorkspaceError: It could not be read.
        """
        return {ImageId(one): other for one, other in self._still_held(who, "image").items()}

    def held_pairs(self, who: str) -> dict[ImagePair, str]:
        """The pairs in the hands of others than `who`, each in order, with the name of each.

        Raises:
            WorkspaceError: It could not be read.
        """
        found = self._still_held(who, "pair")
        return {_pair(one): other for one, other in found.items()}

    def _still_held(self, who: str, kind: _Kind) -> dict[str, str]:
        with self._database.reading() as connection:
            if connection is None:
                return {}
            now = self._clock()
            return _held(connection, who, kind, f"AND until BETWEEN {now} AND {now + _LATEST}")

    def people(self) -> tuple[Present, ...]:
        """Everybody who was ever here, those heard of last first; each once.

        Raises:
            WorkspaceError: It could not be read.
        """
        with self._database.reading() as connection:
            if connection is None:
                return ()
            now = self._clock()
            rows = connection.execute(
                "SELECT who, page, doing, at, until BETWEEN ? AND ? FROM presence "
                "ORDER BY at DESC, until DESC",
                (now, now + _LATEST),
            ).fetchall()
        found: dict[str, Present] = {}
        for who, page, doing, at, is_here in rows:
            if who not in found or (is_here and not found[who].is_here):
                found[who] = Present(who, page, doing, at, bool(is_here))
        return tuple(found.values())

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._database.close()


def _forget(connection: Connection, now: float) -> None:
    """Free what people held who are gone, or who were here before the machine was started."""
    connection.execute("DELETE FROM leases WHERE until < ? OR until > ?", (now, now + _LATEST))


def _others(connection: Connection, who: str, now: float) -> int:
    """How many others are here or hold an image."""
    (found,) = connection.execute(
        "SELECT count(*) FROM (SELECT who FROM presence WHERE who <> ? AND until BETWEEN ? AND ? "
        "UNION SELECT who FROM leases WHERE who <> ?)",
        (who, now, now + _LATEST, who),
    ).fetchone()
    return int(found)


def as_pair(one: ImageId, two: ImageId) -> ImagePair:
    """Two images as the same pair, whichever stands left."""
    return (one, two) if one < two else (two, one)


def _pair(key: str) -> ImagePair:
    one, _, two = key.partition(_BETWEEN)
    return ImageId(one), ImageId(two)


def _held(connection: Connection, who: str, kind: _Kind, still: str = "") -> dict[str, str]:
    """What of a kind is in the hands of others: an image is 16 signs, a pair two of them."""
    is_pair = int(kind == "pair")
    rows = connection.execute(
        f"SELECT image, who FROM leases WHERE who <> ? AND (instr(image, '{_BETWEEN}') > 0) = ? "
        f"{still}",
        (who, is_pair),
    )
    return dict(rows)


def _held_by(connection: Connection, who: str, tab: str) -> set[str]:
    rows = connection.execute("SELECT image FROM leases WHERE who = ? AND tab = ?", (who, tab))
    return {one for (one,) in rows}


def _replace(
    connection: Connection, who: str, tab: str, own: Iterable[str], before: set[str],
    until: float,
) -> None:  # fmt: skip
    """Make `own` what a tab holds."""
    kept = set(own)
    connection.executemany("DELETE FROM leases WHERE image = ?", [(one,) for one in before - kept])
    connection.executemany(
        "INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?)", [(i, who, tab, until) for i in own]
    )
