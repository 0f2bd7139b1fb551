"""An append-only log of what annotators did, by topic: nothing is ever changed or removed."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection

from contrast_engine.arrays import Json
from contrast_engine.store.database import Database, Migration
from contrast_engine.store.event_bodies import body_of
from contrast_engine.store.tokens import check_token

WITHDRAWALS, GIVEN_BACK = "withdrawals", "given back"
"""The topics of what was withdrawn as a whole, and of undoings of version 1 that hold no more."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    topic TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL, body TEXT NOT NULL,
    undoes INTEGER UNIQUE, token TEXT UNIQUE);
CREATE INDEX IF NOT EXISTS events_topic ON events (topic, seq);
"""

# Version 1 wrote an undoing behind a withdrawal for each event, emptied when it was taken back. A
# withdrawal now holds by itself, for all since `since`; undoings of one that stands let go here
# once more. A program of before refuses the file: it would count what is withdrawn.
_BEFORE = (
    "SELECT max(p.seq) FROM events AS p WHERE p.topic = 'withdrawals' AND p.seq < events.seq "
    "AND p.undoes IS NULL "
    "AND json_extract(p.body, '$.person') = json_extract(events.body, '$.person') "
    "AND json_extract(p.body, '$.topic') = json_extract(events.body, '$.topic') "
    "AND NOT EXISTS (SELECT 1 FROM events AS g WHERE g.undoes = p.seq AND g.seq < events.seq)"
)
_STANDING = Migration(
    change=f"""
UPDATE events SET body = json_set(body, '$.since', coalesce(({_BEFORE}), 0))
    WHERE topic = 'withdrawals' AND undoes IS NULL AND json_valid(body);
UPDATE events SET undoes = NULL, topic = 'given back'
    WHERE undoes IS NOT NULL AND token >= 'withdraw:' AND token < 'withdraw;' AND NOT EXISTS (
        SELECT 1 FROM events AS g WHERE g.undoes = CAST(substr(events.token, 10) AS INTEGER));
""",
    view="",
)


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
        self._database = Database(path, _SCHEMA, (_STANDING,))

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
            since = max((one.seq for one in _standing(connection, topic, person)), default=0)
            body = {"person": _person(person), "topic": topic, "events": len(own), "since": since}
            _append(connection, WITHDRAWALS, who, body, None, None)
            return len(own)

    def give_back(self, topic: str, person: str, who: str) -> int:
        """How many events of a person's last withdrawal count again; 0 where there is none.

        Raises:
            WorkspaceError: It could not be written; nothing has changed.
        """
        with self._database.writing() as connection:
            standing = _standing(connection, topic, person)
            if not standing:
                return 0
            before = _counting(connection, topic, person)
            _append(connection, WITHDRAWALS, who, {}, standing[-1].seq, None)
            return _counting(connection, topic, person) - before

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


def _counting(connection: Connection, topic: str, person: str) -> int:
    """How many events of a person in a topic count."""
    found = _events(connection, topic)
    return sum(one.who == _person(person) and not one.is_undone for one in found)


def _standing(connection: Connection, topic: str, person: str = "") -> list[Event]:
    """The withdrawals in a topic that were not taken back, oldest first; of one person, or all."""
    return [
        one
        for one in _logged(connection, WITHDRAWALS)
        if not one.is_undone
        and one.body.get("topic") == topic
        and (not person or one.body.get("person") == _person(person))
    ]


def _events(connection: Connection, topic: str) -> tuple[Event, ...]:
    """The events of a topic; those that are withdrawn are undone by their withdrawal."""
    found = _logged(connection, topic)
    spans = [
        (str(one.body.get("person")), int(one.body["since"]), one.seq)
        for one in (_standing(connection, topic) if topic != WITHDRAWALS else ())
        if isinstance(one.body.get("since"), int)  # without it version 1 undid each event by itself
    ]
    return tuple(_withdrawn(one, spans) for one in found) if spans else found


def _withdrawn(event: Event, spans: list[tuple[str, int, int]]) -> Event:
    for person, since, until in spans:
        if not event.is_undone and event.who == person and since < event.seq < until:
            return replace(event, is_undone=True, undone=until)
    return event


def _logged(connection: Connection, topic: str) -> tuple[Event, ...]:
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
