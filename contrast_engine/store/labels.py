"""What people said about images: only ever added to, so nothing said is lost."""

import itertools
import json
import re
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection

from contrast_engine.errors import OptionError
from contrast_engine.store.database import Database
from contrast_engine.store.sayings import Label, LabelSet, Saying, label_name
from contrast_engine.vectors import ImageId

__all__ = ["Label", "LabelSet", "LabelStore", "Saying", "label_name"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL, why TEXT NOT NULL,
    label TEXT, undoes INTEGER UNIQUE, body TEXT, token TEXT UNIQUE);
CREATE TABLE IF NOT EXISTS said (
    image TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (image, seq)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS said_seq ON said (seq);
CREATE INDEX IF NOT EXISTS events_who ON events (who, kind, seq);
"""

_ID = re.compile(r"[0-9a-f]{16}")

_NOT_UNDONE = "NOT EXISTS (SELECT 1 FROM events AS u WHERE u.undoes = e.seq)"


class LabelStore:
    """The labels of one workspace, in an append-only SQLite log.

    Any number of threads and processes may use it at once. When a method that writes returns,
    the words are on the disk.
    """

    def __init__(self, path: str | Path) -> None:
        self._database = Database(path, _SCHEMA)
        self._lock = threading.Lock()
        self._now: tuple[int, dict[ImageId, Label]] = (0, {})

    def say(
        self,
        ids: Iterable[ImageId],
        label: str | None,
        who: str = "me",
        why: str = "",
        token: str | None = None,
    ) -> int:
        """Label these images, or with None take their label away; give the sequence number.

        Args:
            ids: The images; they are labelled together and undone together.
            label: One of the label set, or a new one, which joins the set at its end.
            who: Who says so.
            why: A remark, kept with it.
            token: A name for this one saying; said again under the same token it changes nothing.

        Raises:
            OptionError: No images, something that is not an id, or a label that cannot be one.
            WorkspaceError: It could not be written.
        """
        images = dict.fromkeys(ids)
        if not images:
            raise OptionError("a label needs at least one image; none was given")
        for image in images:
            if not (isinstance(image, str) and _ID.fullmatch(image)):
                raise OptionError(f"{image!r} is no image id; an id is 16 hex digits")
        name = None if label is None else label_name(label)
        with self._database.writing() as connection:
            before = _of_token(connection, token)
            if before is not None:
                return before
            seq = _append(connection, "say", who, why=why, label=name, token=token)
            rows = [(image, seq) for image in images]
            connection.executemany("INSERT INTO said (image, seq) VALUES (?, ?)", rows)
        return seq

    def undo(self, who: str = "me", token: str | None = None) -> tuple[ImageId, ...] | None:
        """Take back what this person said last and has not yet taken back.

        Gives the images it was about, or None where there is nothing left to undo. What others
        said about them in the meantime, and what held before, counts again.
        """
        with self._database.writing() as connection:
            event = _of_token(connection, token)
            if event is None:
                found = connection.execute(
                    "SELECT e.seq FROM events AS e WHERE e.who = ? AND e.kind = 'say' AND "
                    f"{_NOT_UNDONE} ORDER BY e.seq DESC LIMIT 1",
                    (_person(who),),
                ).fetchone()
                if found is None:
                    return None
                event = _append(connection, "undo", who, undoes=found[0], token=token)
            rows = connection.execute(
                "SELECT s.image FROM said AS s JOIN events AS u ON s.seq = u.undoes "
                "WHERE u.seq = ? ORDER BY s.image",
                (event,),
            ).fetchall()
        return tuple(ImageId(image) for (image,) in rows)

    def current(self) -> dict[ImageId, Label]:
        """Give the label each labelled image has now: the last word about it not taken back."""
        with self._database.reading() as connection:
            if connection is None:
                return {}
            connection.execute("BEGIN")  # one moment for both questions
            try:
                version = _version(connection)
                with self._lock:
                    known, labels = self._now
                if known != version:
                    labels = _labels(connection)
                    with self._lock:
                        self._now = (version, labels)
            finally:
                connection.execute("COMMIT")
        return dict(labels)

    def history(self) -> tuple[Saying, ...]:
        """Give everything ever said about images, oldest first, with what was taken back."""
        with self._database.reading() as connection:
            if connection is None:
                return ()
            rows = connection.execute(
                f"SELECT e.seq, e.label, e.who, e.at, e.why, NOT {_NOT_UNDONE}, s.image "
                "FROM events AS e JOIN said AS s ON s.seq = e.seq ORDER BY e.seq, s.image"
            ).fetchall()
        return tuple(
            Saying(seq, tuple(row[-1] for row in group), label, who, at, why, bool(is_undone))
            for (seq, label, who, at, why, is_undone), group in itertools.groupby(
                rows, key=lambda row: row[:6]
            )
        )

    def version(self) -> int:
        """Give the number of the last event: it grows with every word and every undo."""
        with self._database.reading() as connection:
            return 0 if connection is None else _version(connection)

    def define(self, labels: Iterable[str], is_ordered: bool = False, who: str = "me") -> int:
        """Set the labels to choose from; labels that images already have stay available.

        Raises:
            OptionError: A name stands twice, or cannot be a label.
        """
        names = [label_name(label) for label in labels]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise OptionError(f"label {twice[0]!r} stands twice in the set; name each once")
        body = json.dumps({"labels": names, "is_ordered": bool(is_ordered)})
        with self._database.writing() as connection:
            return _append(connection, "define", who, body=body)

    def label_set(self) -> LabelSet:
        """Give the labels to choose from: the set defined last, then labels used beyond it."""
        current = self.current()
        with self._database.reading() as connection:
            if connection is None:
                return LabelSet()
            defined = connection.execute(
                "SELECT seq, body FROM events WHERE kind = 'define' ORDER BY seq DESC LIMIT 1"
            ).fetchone() or (0, "{}")
            since = connection.execute(
                "SELECT e.label, e.seq FROM events AS e WHERE e.kind = 'say' AND e.seq > ? "
                f"AND e.label IS NOT NULL AND {_NOT_UNDONE} ORDER BY e.seq",
                (defined[0],),
            ).fetchall()
        body = json.loads(defined[1])
        used = sorted((label.seq, label.label) for label in current.values())
        names = [*body.get("labels", []), *(name for _, name in used), *(name for name, _ in since)]
        return LabelSet(tuple(dict.fromkeys(names)), body.get("is_ordered", False))

    def name_cluster(self, clustering: str, cluster: int, name: str, who: str = "me") -> int:
        """Give one cluster of one clustering a name; an empty name takes it away."""
        clean = label_name(name) if name.strip() else ""
        body = json.dumps({"clustering": clustering, "cluster": int(cluster), "name": clean})
        with self._database.writing() as connection:
            return _append(connection, "name", who, body=body)

    def cluster_names(self, clustering: str) -> dict[int, str]:
        """Give the names people gave the clusters of one clustering."""
        with self._database.reading() as connection:
            if connection is None:
                return {}
            rows = connection.execute("SELECT body FROM events WHERE kind = 'name' ORDER BY seq")
            bodies = [json.loads(body) for (body,) in rows]
        names = {b["cluster"]: b["name"] for b in bodies if b["clustering"] == clustering}
        return {cluster: name for cluster, name in sorted(names.items()) if name}

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._database.close()


def _person(who: str) -> str:
    return who.strip() or "me"


def _append(
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
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    cursor = connection.execute(
        "INSERT INTO events (kind, who, at, why, label, undoes, body, token) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (kind, _person(who), at, why, label, undoes, body, token),
    )
    return int(cursor.lastrowid or 0)


def _of_token(connection: Connection, token: str | None) -> int | None:
    if token is None:
        return None
    found = connection.execute("SELECT seq FROM events WHERE token = ?", (token,)).fetchone()
    return None if found is None else int(found[0])


def _version(connection: Connection) -> int:
    (seq,) = connection.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()
    return int(seq)


def _labels(connection: Connection) -> dict[ImageId, Label]:
    # SQLite gives the other columns from the row that holds max(): the last word
    rows = connection.execute(
        "SELECT s.image, e.label, e.who, e.at, e.why, max(e.seq) FROM events AS e "
        f"JOIN said AS s ON s.seq = e.seq WHERE {_NOT_UNDONE} GROUP BY s.image ORDER BY s.image"
    )
    return {ImageId(row[0]): Label(*row) for row in rows if row[1] is not None}
