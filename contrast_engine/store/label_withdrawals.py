"""All labels of one person withdrawn at once, and given back at once, in the log of labels.

A withdrawal is one event: whose labels, by whom, when. While it stands, nothing counts that its
person had said before it, since their withdrawal before that still stood. Taking it back is one
more event, after which everything counts again in the order in which it was said. No event is ever
changed or deleted.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from sqlite3 import Connection

from contrast_engine.access import Act, need
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
    (since,) = connection.execute(
        f"SELECT coalesce(max(w.seq), 0) FROM events AS w WHERE w.withdraws = ? AND {sql.STANDS}",
        (person,),
    ).fetchone()
    body = json.dumps({"person": person, "annotations": annotations, "images": images})
    seq = sql.append(
        connection, "withdraw", who, body=body, withdraws=person, withdraws_since=since
    )
    (at,) = connection.execute("SELECT at FROM events WHERE seq = ?", (seq,)).fetchone()
    return LabelWithdrawal(seq, person, sql.person(who), at, annotations, images)


def give_back(connection: Connection, seq: int, who: str) -> int:
    """How many annotations of a withdrawal count again.

    Those of an import that was taken back since stay taken back.

    Args:
        connection: Within a transaction.
        seq: The number of the withdrawal, which is not undone.
        who: Who takes it back.
    """
    need(Act.TAKE_OUT, who)
    (person,) = connection.execute("SELECT withdraws FROM events WHERE seq = ?", (seq,)).fetchone()
    before, _, _ = counted(connection, person)
    sql.append(connection, GIVE_BACK, who, undoes=seq)
    after, _, _ = counted(connection, person)
    return after - before


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
    """True if, after an event, what was withdrawn before it has come to count again."""
    found = connection.execute(
        "SELECT 1 FROM events WHERE seq > ? AND kind = ? LIMIT 1", (seq, GIVE_BACK)
    ).fetchone()
    return found is not None


_OWN = f"e.who = ? AND e.kind = 'say' AND {sql.NOT_UNDONE}"
