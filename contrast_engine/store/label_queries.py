"""The questions that the log of labels is asked, in SQL; `labels` says what they mean."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from sqlite3 import Connection

from contrast_engine.arrays import Json
from contrast_engine.store.label_types import Label
from contrast_engine.vectors import ImageId

NOT_UNDONE = "NOT EXISTS (SELECT 1 FROM events AS u WHERE u.undoes = e.seq)"

UNSURE = '{"unsure": true}'
"""Kept in the body of a saying by which somebody says that they cannot tell."""

_AGAIN = '"again": true}'

IS_UNSURE = """coalesce(e.body LIKE '{"unsure"%', 0)"""

# somebody who is unsure takes back their own label of the image, and nobody else's
STILL_MEANT = (
    "NOT EXISTS (SELECT 1 FROM said AS t JOIN events AS d ON d.seq = t.seq WHERE t.image = s.image "
    """AND t.seq > s.seq AND d.who = e.who AND d.body LIKE '{"unsure"%' """
    "AND NOT EXISTS (SELECT 1 FROM events AS w WHERE w.undoes = d.seq))"
)


def person(who: str) -> str:
    """A name, also where none was given."""
    return who.strip() or "me"


def append(
    connection: Connection,
    kind: str,
    who: str,
    *,
    why: str = "",
    label: str | None = None,
    undoes: int | None = None,
    body: str | None = None,
    token: str | None = None,
) -> int:
    """Add an event; give its number."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    cursor = connection.execute(
        "INSERT INTO events (kind, who, at, why, label, undoes, body, token) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (kind, person(who), at, why, label, undoes, body, token),
    )
    return int(cursor.lastrowid or 0)


def append_saying(
    connection: Connection, images: Iterable[ImageId], who: str, why: str, label: str | None,
    body: str | None, token: str | None,
) -> int:  # fmt: skip
    """Add what somebody said about some images; give its number."""
    seq = append(connection, "say", who, why=why, label=label, body=body, token=token)
    rows = [(image, seq) for image in images]
    connection.executemany("INSERT INTO said (image, seq) VALUES (?, ?)", rows)
    return seq


def images(connection: Connection, seq: int) -> tuple[ImageId, ...]:
    """The images that a saying was about."""
    rows = connection.execute("SELECT image FROM said WHERE seq = ? ORDER BY image", (seq,))
    return tuple(ImageId(image) for (image,) in rows)


def taken_back(connection: Connection, who: str) -> int | None:
    """The saying that this person's next redo says again, by walking back in time."""
    rows = connection.execute(
        "SELECT kind, undoes, coalesce(body LIKE ?, 0) FROM events WHERE who = ? AND "
        "kind IN ('say', 'undo') ORDER BY seq DESC",
        (f"%{_AGAIN}", who),
    )
    done_again = 0
    for kind, undoes, is_redone in rows:
        if kind == "say" and not is_redone:
            return None  # something new was said since
        if kind == "undo" and not done_again:
            return int(undoes)
        done_again += 1 if kind == "say" else -1
    return None


def again(body: str | None) -> str:
    """Mark a saying as said again, keeping that it was unsure."""
    return f"{{{_AGAIN}" if body is None or "unsure" not in body else f'{{"unsure": true, {_AGAIN}'


def former_name(connection: Connection, clustering: str, who: str) -> Json | None:
    """What takes back the name that this person gave a cluster last, None where none is."""
    rows = connection.execute("SELECT seq, who, body FROM events WHERE kind = 'name' ORDER BY seq")
    every = [(seq, by, json.loads(body)) for seq, by, body in rows]
    named = [(seq, by, body) for seq, by, body in every if body["clustering"] == clustering]
    undone = {body["undoes"] for _, _, body in named if "undoes" in body}
    meant = [(seq, by, body) for seq, by, body in named
             if "undoes" not in body and seq not in undone]  # fmt: skip
    own = [(seq, body) for seq, by, body in meant if by == who]
    if not own:
        return None
    last, body = own[-1]
    rest = [
        other["name"]
        for seq, _, other in meant
        if seq != last and other["cluster"] == body["cluster"]
    ]
    return {**body, "name": rest[-1] if rest else "", "undoes": last}


def of_token(connection: Connection, token: str | None) -> int | None:
    """The event that was stored under a token."""
    if token is None:
        return None
    found = connection.execute("SELECT seq FROM events WHERE token = ?", (token,)).fetchone()
    return None if found is None else int(found[0])


def version(connection: Connection) -> int:
    """The number of the last event."""
    (seq,) = connection.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()
    return int(seq)


def labels(connection: Connection) -> dict[ImageId, Label]:
    """The last word about each image that is still meant."""
    # SQLite gives the other columns from the row that holds max(): the last word
    rows = connection.execute(
        "SELECT s.image, e.label, e.who, e.at, e.why, max(e.seq) FROM events AS e "
        f"JOIN said AS s ON s.seq = e.seq WHERE {NOT_UNDONE} AND NOT {IS_UNSURE} AND "
        f"{STILL_MEANT} "
        "GROUP BY s.image ORDER BY s.image"
    )
    return {ImageId(row[0]): Label(*row) for row in rows if row[1] is not None}


def by_person(connection: Connection) -> dict[str, dict[ImageId, str | None]]:
    """The last word of every person about every image; None where they are unsure."""
    rows = connection.execute(
        f"SELECT e.who, s.image, e.label, {IS_UNSURE}, max(e.seq) FROM events AS e "
        f"JOIN said AS s ON s.seq = e.seq WHERE {NOT_UNDONE} "
        "GROUP BY e.who, s.image ORDER BY e.who, s.image"
    )
    said: dict[str, dict[ImageId, str | None]] = {}
    for who, image, label, is_unsure, _ in rows:
        if label is not None or is_unsure:
            said.setdefault(who, {})[ImageId(image)] = label
    return said
