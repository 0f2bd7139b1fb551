"""Labels from elsewhere in the log: taken in as one, with their own times, and taken back as one.

An import is an event of its own, which holds when it came in, by whom, and from which file. The
annotations follow it in the order they had; `at` of each is when it was said, where the file says
so. What counts is the order of the log, never a time that a file claims.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import TYPE_CHECKING

from contrast_engine.errors import WorkspaceError
from contrast_engine.image_id import ImageId
from contrast_engine.store import label_queries as sql
from contrast_engine.store.event_bodies import body_of

if TYPE_CHECKING:
    from contrast_engine.arrays import Json


@dataclass(frozen=True, slots=True)
class LoggedAnnotation:
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
class NewAnnotation:
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
        annotations: How many annotations came in.
        images: Of how many images.
        format: What the file was.
        digest: The hash of its content.
        is_undone: True where it was taken back.
    """

    seq: int
    who: str
    at: str
    file: str
    annotations: int
    images: int
    format: str
    digest: str
    is_undone: bool


def annotations(connection: Connection) -> Iterator[LoggedAnnotation]:
    """Everything that was said of any image, in order; what was undone too."""
    rows = connection.execute(
        f"SELECT e.seq, s.image, e.label, e.is_unsure, e.who, e.at, e.why, {sql.UNDONE_BY} "
        "FROM events AS e JOIN said AS s ON s.seq = e.seq "
        "LEFT JOIN events AS u ON u.undoes = e.seq "
        "WHERE e.kind = 'say' ORDER BY e.seq, s.image"
    )
    for seq, image, label, is_unsure, who, at, why, undone in rows:
        yield LoggedAnnotation(seq, ImageId(image), label, bool(is_unsure), who, at, why, undone)


def how_many(connection: Connection) -> int:
    """How many annotations `annotations` gives."""
    row = connection.execute(
        "SELECT COUNT(*) FROM events AS e JOIN said AS s ON s.seq = e.seq WHERE e.kind = 'say'"
    ).fetchone()
    return int(row[0])


def check_not_taken(connection: Connection, body: "Json", since: int) -> None:
    """Refuse what came in already since it was looked at: by a second window, or by somebody else.

    Raises:
        WorkspaceError: An import of the same content counts that is younger.
    """
    for one in imports(connection):
        is_same = (one.digest, one.format) == (body["digest"], body["format"])
        if is_same and one.seq > since and not one.is_undone:
            raise WorkspaceError(
                f"{one.file} was imported since it was looked at (import {one.seq}, by {one.who}); "
                "nothing was added twice"
            )


def imports(connection: Connection) -> Iterator[LabelImport]:
    """Every import, oldest first, those that were taken back too."""
    rows = connection.execute(
        "SELECT e.seq, e.who, e.at, e.body, u.seq IS NOT NULL FROM events AS e "
        "LEFT JOIN events AS u ON u.undoes = e.seq WHERE e.kind = 'import' ORDER BY e.seq"
    )
    for seq, who, at, text, is_undone in rows:
        body = body_of(text)
        yield LabelImport(
            seq, who, at, body["file"], body["annotations"], body["images"], body["format"],
            body["digest"], bool(is_undone),
        )  # fmt: skip


def take_back(connection: Connection, seq: int, who: str) -> int:
    """How many annotations of an import counted and do not any more.

    Those that are withdrawn are taken back too, and stay so when the withdrawal is.
    """
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    person = sql.person(who)
    of_import = "e.kind = 'say' AND e.token >= ? AND e.token < ?"
    tokens = (f"import:{seq}:", f"import:{seq};")
    (counted,) = connection.execute(
        "SELECT count(*) FROM events AS e JOIN said AS s ON s.seq = e.seq "
        f"WHERE {of_import} AND {sql.NOT_UNDONE}",
        tokens,
    ).fetchone()
    connection.execute(
        "INSERT INTO events (kind, who, at, why, undoes) "
        "SELECT 'take back', ?, ?, '', e.seq FROM events AS e "
        f"WHERE {of_import} AND {sql.NOT_TAKEN_BACK}",
        (person, now, *tokens),
    )
    sql.append(connection, "take back", who, undoes=seq)
    return int(counted)
