"""Labels from elsewhere in the log: taken in as one, with their own times, and taken back as one.

An import is an event of its own, which holds when it came in, by whom, and from which file. The
sayings follow it in the order they had; `at` of each is when it was said, where the file says
so. What counts is the order of the log, never a time that a file claims.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import Any

from contrast_engine.arrays import Json
from contrast_engine.store import label_queries as sql
from contrast_engine.vectors import ImageId


@dataclass(frozen=True, slots=True)
class LoggedSaying:
    """What one annotator said of one image, as the log holds it.

    Args:
        seq: The number of the event: its place in the order.
        image: The image.
        label: The label, None where it was taken away or the annotator is unsure.
        is_unsure: True where the annotator cannot tell.
        who: The annotator.
        at: When it was said.
        why: The remark kept with it.
        undone: The number of the event that undid it, None where it counts.
    """

    seq: int
    image: ImageId
    label: str | None
    is_unsure: bool
    who: str
    at: str
    why: str
    undone: int | None = None


@dataclass(frozen=True, slots=True)
class NewSaying:
    """One event to be written: what somebody said of some images at once.

    Args:
        images: The images.
        label: The label, None for none.
        is_unsure: True where the annotator cannot tell.
        who: The annotator.
        at: When, "" for now.
        why: The remark.
        order: Its number elsewhere: where it stands among the others and their undoing.
        undone: The number of its undoing there, None where it counts.
    """

    images: tuple[ImageId, ...]
    label: str | None
    is_unsure: bool
    who: str
    at: str
    why: str
    order: int = 0
    undone: int | None = None


@dataclass(frozen=True, slots=True)
class LabelImport:
    """Labels that came in from one file.

    Args:
        seq: The number of the import.
        who: Who imported them.
        at: When.
        file: The name of the file.
        sayings: How many sayings came in.
        images: Of how many images.
        format: What the file was.
        digest: The hash of its content.
        is_undone: True where it was taken back.
    """

    seq: int
    who: str
    at: str
    file: str
    sayings: int
    images: int
    format: str
    digest: str
    is_undone: bool


def sayings(connection: Connection) -> Iterator[LoggedSaying]:
    """Everything that was said of any image, in order; what was undone too."""
    rows = connection.execute(
        "SELECT e.seq, s.image, e.label, e.is_unsure, e.who, e.at, e.why, u.seq "
        "FROM events AS e JOIN said AS s ON s.seq = e.seq "
        "LEFT JOIN events AS u ON u.undoes = e.seq "
        "WHERE e.kind = 'say' ORDER BY e.seq, s.image"
    )
    for seq, image, label, is_unsure, who, at, why, undone in rows:
        yield LoggedSaying(seq, ImageId(image), label, bool(is_unsure), who, at, why, undone)


def take(connection: Connection, new: Sequence[NewSaying], who: str, body: Json) -> int:
    """Number of the import, once its sayings stand behind it in the log."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    seq = sql.append(connection, "import", who, body=json.dumps(body))
    steps = [(one.order, 0, k) for k, one in enumerate(new)]
    steps += [(one.undone, 1, k) for k, one in enumerate(new) if one.undone is not None]
    numbers: dict[int, int] = {}
    events: list[tuple[Any, ...]] = []
    for number, (_, is_undo, k) in enumerate(sorted(steps), seq + 1):
        one = new[k]
        person, token = sql.person(one.who), f"import:{seq}:{number}"
        if is_undo:
            events.append((number, "take back", person, now, "", None, 0, token, numbers[k]))
        else:
            numbers[k] = number
            row = (one.at or now, one.why, one.label, int(one.is_unsure), token, None)
            events.append((number, "say", person, *row))
    connection.executemany(
        "INSERT INTO events (seq, kind, who, at, why, label, is_unsure, token, undoes) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        events,
    )
    said = ((image, numbers[k]) for k, one in enumerate(new) for image in one.images)
    connection.executemany("INSERT INTO said (image, seq) VALUES (?, ?)", said)
    return seq


def imports(connection: Connection) -> Iterator[LabelImport]:
    """Every import, oldest first, those that were taken back too."""
    rows = connection.execute(
        "SELECT e.seq, e.who, e.at, e.body, u.seq IS NOT NULL FROM events AS e "
        "LEFT JOIN events AS u ON u.undoes = e.seq WHERE e.kind = 'import' ORDER BY e.seq"
    )
    for seq, who, at, text, is_undone in rows:
        body = json.loads(text)
        yield LabelImport(
            seq, who, at, body["file"], body["sayings"], body["images"], body["format"],
            body["digest"], bool(is_undone),
        )  # fmt: skip


def take_back(connection: Connection, seq: int, who: str) -> int:
    """How many sayings of an import counted and do not any more."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    person = sql.person(who)
    cursor = connection.execute(
        "INSERT INTO events (kind, who, at, why, undoes) "
        "SELECT 'take back', ?, ?, '', e.seq FROM events AS e "
        f"WHERE e.kind = 'say' AND e.token >= ? AND e.token < ? AND {sql.NOT_UNDONE}",
        (person, now, f"import:{seq}:", f"import:{seq};"),
    )
    sql.append(connection, "take back", who, undoes=seq)
    return cursor.rowcount


def grouped(rows: Iterable[NewSaying]) -> list[NewSaying]:
    """Neighbours that say the same of different images, as one saying of them all."""
    found: list[NewSaying] = []
    images: dict[ImageId, None] = {}
    last: NewSaying | None = None
    for row in rows:
        if last is None or row.images[0] in images or _all_but_images(row) != _all_but_images(last):
            if last is not None:
                found.append(_of(last, images))
            images = {}
        images.update(dict.fromkeys(row.images))
        last = row
    return [*found, _of(last, images)] if last is not None else found


def _all_but_images(one: NewSaying) -> tuple[Any, ...]:
    return one.label, one.is_unsure, one.who, one.at, one.why, one.order, one.undone


def _of(one: NewSaying, images: Iterable[ImageId]) -> NewSaying:
    return NewSaying(
        tuple(images), one.label, one.is_unsure, one.who, one.at, one.why, one.order, one.undone
    )
