"""An append-only log of what annotators did, by topic: nothing is ever changed or removed."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection

from contrast_engine.arrays import Json
from contrast_engine.store.database import Database
from contrast_engine.store.event_bodies import body_of
from contrast_engine.store.tokens import check_token

WITHDRAWALS, GIVEN_BACK = "withdrawals", "given back"
"""The topics of what was withdrawn as a whole, and of the undoings that were let go of again."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    topic TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL, body TEXT NOT NULL,
    undoes INTEGER UNIQUE, token TEXT UNIQUE);
CREATE INDEX IF NOT EXISTS events_topic ON events (topic, seq);
"""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing somebody did, and whether it was undone."""

    seq: int
    who: str
    at: str
    body: Json
    is_undone: bool
    undone: int | None = None
    """The number of the event that undid it, None where it counts."""


class EventLog:
    """Events in one SQLite file, with the promises of the labels.

    Any number of threads and processes may use it at once. When a method that writes returns,
    the event is on the disk.
    """

    def __init__(self, path: str | Path) -> None:
        self._database = Database(path, _SCHEMA)

    def append(
        self,
        topic: str,
        who: str,
        body: Json | Callable[[tuple[Event, ...]], Json],
        token: str | None = None,
    ) -> int:
        """Number of the new event.

        Args:
            topic: What it belongs to.
            who: Who did it.
            body: What was done, or a function that gives it from all events of the topic so
                far; no other event comes between.
            token: A name for this one event; appended again under it, nothing changes.

        Raises:
            WorkspaceError: It could not be written.
        """
        check_token(token)
        with self._database.writing() as connection:
            before = _of_token(connection, token)
            if before is not None:
                return before
            what = body(_events(connection, topic)) if callable(body) else body
            return _append(connection, topic, who, what, None, token)

    def take(self, topic: str, events: Iterable[Event], token: str) -> int:
        """How many events of another log are new here, with their own times and their undoing.

        Args:
            topic: What they belong to.
            events: In their order.
            token: The name of them all; taken again under it, nothing changes.

        Raises:
            WorkspaceError: They could not be written; nothing has changed.
        """
        new = 0
        with self._database.writing() as connection:
            for number, event in enumerate(events):
                name = f"{token}:{number}"
                if _of_token(connection, name) is not None:
                    continue
                seq = _append(connection, topic, event.who, event.body, None, name, event.at)
                if event.is_undone:
                    _append(connection, topic, event.who, {}, seq, None)
                new += 1
        return new

    def undo(self, topic: str, who: str, token: str | None = None) -> Event | None:
        """The last event of this annotator in the topic, undone now; None where none is left."""
        check_token(token)
        with self._database.writing() as connection:
            known = _of_token(connection, token)
            events = _events(connection, topic)
            if known is not None:
                row = connection.execute("SELECT undoes FROM events WHERE seq = ?", (known,))
                (undone,) = row.fetchone()
                return next((event for event in events if event.seq == undone), None)
            mine = [e for e in events if e.who == _person(who) and not e.is_undone]
            if not mine:
                return None
            _append(connection, topic, who, {}, mine[-1].seq, token)
            return mine[-1]

    def withdraw(self, topic: str, person: str, who: str) -> int:
        """How many events of a person in a topic counted, and do not any more.

        Raises:
            WorkspaceError: It could not be written; nothing has changed.
        """
        with self._database.writing() as connection:
            events = _events(connection, topic)
            own = [e.seq for e in events if e.who == _person(person) and not e.is_undone]
            if not own:
                return 0
            body = {"person": _person(person), "topic": topic, "events": len(own)}
            seq = _append(connection, WITHDRAWALS, who, body, None, None)
            for one in own:
                _append(connection, topic, who, {}, one, f"withdraw:{seq}:{one}")
            return len(own)

    def give_back(self, topic: str, person: str, who: str) -> int:
        """How many events of a person's last withdrawal count again; 0 where there is none.

        Raises:
            WorkspaceError: It could not be written; nothing has changed.
        """
        with self._database.writing() as connection:
            standing = [
                event.seq
                for event in _events(connection, WITHDRAWALS)
                if not event.is_undone
                and (event.body.get("person"), event.body.get("topic")) == (_person(person), topic)
            ]
            if not standing:
                return 0
            last = standing[-1]
            found = connection.execute(
                "UPDATE events SET undoes = NULL, topic = ? WHERE token >= ? AND token < ?",
                (GIVEN_BACK, f"withdraw:{last}:", f"withdraw:{last};"),
            ).rowcount
            _append(connection, WITHDRAWALS, who, {}, last, None)
            return int(found)

    def events(self, topic: str) -> tuple[Event, ...]:
        """Every event of the topic, oldest first, with those that were undone."""
        with self._database.reading() as connection:
            return () if connection is None else _events(connection, topic)

    @property
    def file(self) -> object:
        """Which file the log is: another one than before once somebody has replaced it."""
        return self._database.mark

    def version(self) -> int:
        """The number of the last event: it grows with every event and every undo."""
        with self._database.reading() as connection:
            if connection is None:
                return 0
            (seq,) = connection.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()
            return int(seq)

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._database.close()


def _person(who: str) -> str:
    return who.strip() or "me"


def _append(
    connection: Connection, topic: str, who: str, body: Json, undoes: int | None,
    token: str | None, at: str = "",
) -> int:  # fmt: skip
    at = at or datetime.now(UTC).isoformat(timespec="milliseconds")
    cursor = connection.execute(
        "INSERT INTO events (topic, who, at, body, undoes, token) VALUES (?, ?, ?, ?, ?, ?)",
        (topic, _person(who), at, json.dumps(body, allow_nan=False), undoes, token),
    )
    return int(cursor.lastrowid or 0)


def _of_token(connection: Connection, token: str | None) -> int | None:
    if token is None:
        return None
    found = connection.execute("SELECT seq FROM events WHERE token = ?", (token,)).fetchone()
    return None if found is None else int(found[0])


def _events(connection: Connection, topic: str) -> tuple[Event, ...]:
    rows = connection.execute(
        "SELECT e.seq, e.who, e.at, e.body, u.seq FROM events AS e "
        "LEFT JOIN events AS u ON u.undoes = e.seq "
        "WHERE e.topic = ? AND e.undoes IS NULL ORDER BY e.seq",
        (topic,),
    )
    return tuple(
        Event(seq, who, at, body_of(body), undone is not None, undone)
        for seq, who, at, body, undone in rows
    )
