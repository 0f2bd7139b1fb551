"""All labels of one person withdrawn at once, and given back at once, in the log of labels.

A withdrawal is an event of its own: who was withdrawn, by whom, when. An undoing of each annotation
that counted follows it, as when an import is taken back. Where a withdrawal is taken back, these
let go of what they undid, so that everything counts again in the order in which it was said; the
event that says so is added, and nothing is deleted.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from sqlite3 import Connection

from contrast_engine.access import Act, need
from contrast_engine.store import label_imports
from contrast_engine.store import label_queries as sql
from contrast_engine.store.event_bodies import body_of

GIVE_BACK = "give back"
"""The kind of the event after which what was withdrawn counts again."""


@dataclass(frozen=True, slots=True)
class LabelWithdrawal:
    """All labels of one person, withdrawn as one.

    Args:
        seq: Its number in the log.
        person: Whose labels.
        who: Who withdrew them.
        at: When, as an ISO date in UTC.
        annotations: How many annotations counted before it.
        images: Of how many images.
        is_undone: They count again.
    """

    seq: int
    person: str
    who: str
    at: str
    annotations: int
    images: int
    is_undone: bool = False


def counted(connection: Connection, person: str) -> tuple[int, int, int]:
    """How many annotations of one person count, of how many images; how many were imported."""
    annotations, images, imported = connection.execute(
        "SELECT count(DISTINCT e.seq), count(DISTINCT s.image), "
        "count(DISTINCT CASE WHEN e.token LIKE 'import:%' THEN e.seq END) FROM events AS e "
        f"JOIN said AS s ON s.seq = e.seq WHERE {_OWN}",
        (sql.person(person),),
    ).fetchone()
    return int(annotations), int(images), int(imported)


def withdraw(connection: Connection, person: str, who: str) -> LabelWithdrawal | None:
    """The withdrawal of all that a person said and that counts; None where nothing does.

    Args:
        connection: Within a transaction.
        person: Whose labels, those imported under this name too.
        who: Who withdraws them.
    """
    need(Act.TAKE_OUT, who)
    person = sql.person(person)
    annotations, images, _ = counted(connection, person)
    if not annotations:
        return None
    body = {"person": person, "annotations": annotations, "images": images}
    seq = sql.append(connection, "withdraw", who, body=json.dumps(body))
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    connection.execute(
        "INSERT INTO events (kind, who, at, why, token, undoes) "
        f"SELECT 'take back', ?, ?, '', 'withdraw:{seq}:' || e.seq, e.seq "
        f"FROM events AS e WHERE {_OWN}",
        (sql.person(who), now, person),
    )
    return LabelWithdrawal(seq, person, sql.person(who), now, annotations, images)


def give_back(connection: Connection, seq: int, who: str) -> int:
    """How many annotations of a withdrawal count again.

    Those of an import that was taken back since stay taken back.

    Args:
        connection: Within a transaction.
        seq: The number of the withdrawal, which is not undone.
        who: Who takes it back.
    """
    need(Act.TAKE_OUT, who)
    gone = [one.seq for one in label_imports.imports(connection) if one.is_undone]
    imported = "".join(
        " AND NOT EXISTS (SELECT 1 FROM events AS s WHERE s.seq = events.undoes "
        f"AND s.token >= 'import:{number}:' AND s.token < 'import:{number};')"
        for number in gone
    )
    found = connection.execute(
        "UPDATE events SET undoes = NULL WHERE kind = 'take back' "
        f"AND token >= 'withdraw:{seq}:' AND token < 'withdraw:{seq};'{imported}"
    ).rowcount
    sql.append(connection, GIVE_BACK, who, undoes=seq)
    return int(found)


def withdrawals(connection: Connection) -> Iterator[LabelWithdrawal]:
    """Every withdrawal, oldest first, those that were taken back too."""
    rows = connection.execute(
        "SELECT e.seq, e.who, e.at, e.body, u.seq IS NOT NULL FROM events AS e "
        "LEFT JOIN events AS u ON u.undoes = e.seq WHERE e.kind = 'withdraw' ORDER BY e.seq"
    )
    for seq, who, at, text, is_undone in rows:
        body = body_of(text)
        yield LabelWithdrawal(
            seq, body["person"], who, at, body["annotations"], body["images"], bool(is_undone)
        )


def gave_back_since(connection: Connection, seq: int) -> bool:
    """True if, after an event, what was undone before it has come to count again."""
    found = connection.execute(
        "SELECT 1 FROM events WHERE seq > ? AND kind = ? LIMIT 1", (seq, GIVE_BACK)
    ).fetchone()
    return found is not None


_OWN = f"e.who = ? AND e.kind = 'say' AND {sql.NOT_UNDONE}"
