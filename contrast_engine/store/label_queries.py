"""The queries of the log of labels, in SQL; `labels` explains what they mean."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import Any, NamedTuple

from contrast_engine.image_id import ImageId
from contrast_engine.store.label_types import FROM_CLUSTER_NAMES, Label

STANDS = "NOT EXISTS (SELECT 1 FROM events AS g WHERE g.undoes = w.seq)"
"""True of a withdrawal that was not taken back."""

_WITHDRAWN = (
    "SELECT {what} FROM events AS w WHERE w.withdraws = {of}.who AND w.seq > {of}.seq "
    f"AND w.withdraws_since < {{of}}.seq AND {STANDS}"
)


def _counts(of: str) -> str:
    """True of an annotation that nobody undid, and that is not withdrawn."""
    return (
        f"(NOT EXISTS (SELECT 1 FROM events AS u WHERE u.undoes = {of}.seq) "
        f"AND NOT EXISTS ({_WITHDRAWN.format(what=1, of=of)}))"
    )


NOT_TAKEN_BACK = "NOT EXISTS (SELECT 1 FROM events AS u WHERE u.undoes = e.seq)"
"""True of what nobody undid by itself; it may be withdrawn."""

NOT_UNDONE = _counts("e")

UNDONE_BY = f"coalesce(u.seq, ({_WITHDRAWN.format(what='min(w.seq)', of='e')}))"
"""The event by which an annotation, joined to its undoing `u`, does not count."""

NOT_IMPORTED = "(e.token IS NULL OR e.token NOT LIKE 'import:%')"
"""True of what was said here: undo goes back over it; an import is taken back as a whole."""

# an annotator who is unsure takes back their own label of the image, and nobody else's
STILL_COUNTS = (
    "NOT EXISTS (SELECT 1 FROM said AS t JOIN events AS d ON d.seq = t.seq WHERE t.image = s.image "
    f"AND t.seq > s.seq AND d.who = e.who AND d.is_unsure AND {_counts('d')})"
)

_NAMES_THAT_COUNT = (
    "SELECT e.seq, e.cluster, e.name FROM events AS e WHERE e.kind = 'name' AND e.clustering = ? "
    "AND e.undoes_name IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM events AS u WHERE u.undoes_name = e.seq)"
)


class FormerName(NamedTuple):
    """The name a cluster had before, and the event that gave it the one it has now."""

    cluster: int
    name: str
    undoes: int


def person(who: str) -> str:
    """A name, also where none was given."""
    return who.strip() or "me"


def append(connection: Connection, kind: str, who: str, **columns: Any) -> int:
    """Number of the new event.

    Args:
        connection: Within a transaction.
        kind: "say", "undo", "define" or "name".
        who: The annotator.
        columns: The further columns of the event by name; the others stay empty.
    """
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    row = {"kind": kind, "who": person(who), "at": at, "why": "", **columns}
    places = ", ".join("?" * len(row))
    cursor = connection.execute(
        f"INSERT INTO events ({', '.join(row)}) VALUES ({places})", tuple(row.values())
    )
    return int(cursor.lastrowid or 0)


def append_annotation(
    connection: Connection, images: Iterable[ImageId], who: str, **columns: Any
) -> int:
    """Number of the new annotation of some images."""
    seq = append(connection, "say", who, **columns)
    rows = [(image, seq) for image in images]
    connection.executemany("INSERT INTO said (image, seq) VALUES (?, ?)", rows)
    return seq


def images(connection: Connection, seq: int) -> tuple[ImageId, ...]:
    """The images that an annotation is about."""
    rows = connection.execute("SELECT image FROM said WHERE seq = ? ORDER BY image", (seq,))
    return tuple(ImageId(image) for (image,) in rows)


def is_said(connection: Connection, image: ImageId) -> bool:
    """Whether anything was ever said of an image."""
    found = connection.execute("SELECT 1 FROM said WHERE image = ? LIMIT 1", (image,)).fetchone()
    return found is not None


def taken_back(connection: Connection, who: str) -> int | None:
    """The annotation that this annotator's next redo adds again, by walking back in time."""
    rows = connection.execute(
        "SELECT e.kind, e.undoes, e.is_redo FROM events AS e WHERE e.who = ? "
        f"AND e.kind IN ('say', 'undo') AND {NOT_IMPORTED} ORDER BY e.seq DESC",
        (who,),
    )
    done_again = 0
    for kind, undoes, is_redo in rows:
        if kind == "say" and not is_redo:
            return None  # something new was added since
        if kind == "undo" and not done_again:
            return int(undoes)
        done_again += 1 if kind == "say" else -1
    return None


def former_name(connection: Connection, clustering: str, who: str) -> FormerName | None:
    """What undoes the name that this annotator gave a cluster last, None where none is."""
    own = connection.execute(
        f"{_NAMES_THAT_COUNT} AND e.who = ? ORDER BY e.seq DESC LIMIT 1", (clustering, who)
    ).fetchone()
    if own is None:
        return None
    seq, cluster, _ = own
    before = connection.execute(
        f"{_NAMES_THAT_COUNT} AND e.cluster = ? AND e.seq != ? ORDER BY e.seq DESC LIMIT 1",
        (clustering, cluster, seq),
    ).fetchone()
    return FormerName(cluster, before[2] if before else "", seq)


def cluster_names(connection: Connection, clustering: str) -> dict[int, str]:
    """The last name of every cluster of a clustering that ever had one, "" where it was taken."""
    rows = connection.execute(
        "SELECT e.cluster, e.name, max(e.seq) FROM events AS e "
        "WHERE e.kind = 'name' AND e.clustering = ? GROUP BY e.cluster ORDER BY e.cluster",
        (clustering,),
    )
    return {int(cluster): str(name) for cluster, name, _ in rows}


def cluster_namers(connection: Connection, clustering: str) -> dict[int, str]:
    """Who gave the last name of every cluster of a clustering that ever had one."""
    rows = connection.execute(
        "SELECT e.cluster, e.who, max(e.seq) FROM events AS e "
        "WHERE e.kind = 'name' AND e.clustering = ? GROUP BY e.cluster",
        (clustering,),
    )
    return {int(cluster): str(who) for cluster, who, _ in rows}


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


def labels_of(connection: Connection, images: Sequence[ImageId]) -> dict[ImageId, Label]:
    """The last label of each of some images that still counts."""
    # SQLite gives the other columns from the row that holds max(): the last label
    rows = connection.execute(
        "SELECT s.image, e.label, e.who, e.at, e.why, max(e.seq) FROM events AS e "
        f"JOIN said AS s ON s.seq = e.seq WHERE {NOT_UNDONE} AND NOT e.is_unsure AND "
        f"{STILL_COUNTS} AND s.image IN ({', '.join('?' * len(images))}) "
        "GROUP BY s.image ORDER BY s.image",
        tuple(images),
    )
    return {ImageId(row[0]): Label(*row) for row in rows if row[1] is not None}


def judged(connection: Connection, images: Sequence[ImageId]) -> dict[str, dict[ImageId, str]]:
    """The last label of every annotator for some images; where they are unsure there is none.

    Labels that come from the name of a cluster are nobody's judgement and are not there.
    """
    rows = connection.execute(
        f"SELECT e.who, s.image, e.label, e.is_unsure, max(e.seq) FROM events AS e "
        f"JOIN said AS s ON s.seq = e.seq WHERE {NOT_UNDONE} AND e.why IS NOT ? "
        f"AND s.image IN ({', '.join('?' * len(images))}) "
        "GROUP BY e.who, s.image ORDER BY e.who, s.image",
        (FROM_CLUSTER_NAMES, *images),
    )
    found: dict[str, dict[ImageId, str]] = {}
    for who, image, label, is_unsure, _ in rows:
        if label is not None and not is_unsure:
            found.setdefault(who, {})[ImageId(image)] = label
    return found


def labelled_last(connection: Connection, who: str, most: int) -> tuple[ImageId, ...]:
    """Some of the images that an annotator gave a label last, also where it was undone since."""
    rows = connection.execute(
        "SELECT s.image FROM events AS e JOIN said AS s ON s.seq = e.seq "
        "WHERE e.who = ? AND e.kind = 'say' AND e.label IS NOT NULL "
        "ORDER BY e.seq DESC LIMIT ?",
        (who, most),
    )
    return tuple(ImageId(image) for (image,) in rows)
