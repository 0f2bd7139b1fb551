"""One batch on its way into the log: counted, its images kept or drawn, old ones dropped."""

import json
from hashlib import blake2b
from sqlite3 import Connection
from typing import Any

import numpy as np

from contrast_engine.arrays import Json
from contrast_engine.monitor.batch import Scored, ScoredBatch, set_size
from contrast_engine.randomness import generator

SCHEMA = """
CREATE TABLE IF NOT EXISTS batches (
    number INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT UNIQUE, at TEXT NOT NULL,
    model TEXT NOT NULL, tier TEXT NOT NULL, images INTEGER NOT NULL, fresh INTEGER NOT NULL,
    abstained INTEGER NOT NULL, problems INTEGER NOT NULL, set_size REAL, labels TEXT NOT NULL,
    run INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS batches_model ON batches (model, number);
CREATE TABLE IF NOT EXISTS models (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, images INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS runs (
    number INTEGER PRIMARY KEY AUTOINCREMENT, model INTEGER NOT NULL, name TEXT,
    fresh INTEGER NOT NULL, ended INTEGER UNIQUE, drawn INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS runs_open ON runs (model, name) WHERE ended IS NULL;
CREATE INDEX IF NOT EXISTS runs_ended ON runs (model, ended);
CREATE INDEX IF NOT EXISTS runs_drawn ON runs (model, ended) WHERE drawn = 1;
CREATE TABLE IF NOT EXISTS measured (
    number INTEGER PRIMARY KEY, version INTEGER NOT NULL, columns TEXT NOT NULL,
    UNIQUE (version, columns));
CREATE TABLE IF NOT EXISTS seen (
    id TEXT NOT NULL, model INTEGER NOT NULL, PRIMARY KEY (id, model)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS total (
    one INTEGER PRIMARY KEY CHECK (one = 1), images INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS images (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, batch INTEGER NOT NULL, model INTEGER NOT NULL,
    place INTEGER NOT NULL, id TEXT, path TEXT NOT NULL, label TEXT, probability REAL,
    abstains INTEGER NOT NULL, cluster INTEGER, set_size INTEGER, measured INTEGER NOT NULL,
    features BLOB NOT NULL, slot INTEGER UNIQUE, run INTEGER NOT NULL, part INTEGER);
CREATE INDEX IF NOT EXISTS images_id ON images (id);
CREATE INDEX IF NOT EXISTS images_place ON images (model, place);
CREATE INDEX IF NOT EXISTS images_loose ON images (seq) WHERE slot IS NULL AND part IS NULL;
CREATE INDEX IF NOT EXISTS images_run ON images (run, part);
CREATE TABLE IF NOT EXISTS thumbnails (seq INTEGER PRIMARY KEY, jpeg BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS looks (
    model INTEGER NOT NULL, place INTEGER NOT NULL, at TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (model, place));
"""


class Adding:
    """A batch that is added within one transaction.

    Args:
        connection: In a transaction that others wait for.
        batch: What is added.
        reservoir: How many images the sample holds.
        drawn: How many images of a run are kept, drawn evenly, until it is looked at no more.
    """

    def __init__(
        self, connection: Connection, batch: ScoredBatch, reservoir: int, drawn: int
    ) -> None:
        self._connection, self._batch, self._size = connection, batch, reservoir
        self._drawn = drawn
        self._model = self._number("models", {"key": batch.model}, {"images": 0})
        kind = {"version": batch.feature_version, "columns": "\n".join(batch.columns)}
        self._measured = self._number("measured", kind, {})
        self._place = self._one("SELECT images FROM models WHERE number = ?", self._model)
        self._total = self._one("SELECT coalesce(max(images), 0) FROM total")
        names = blake2b("\n".join(f"{one.id} {one.path}" for one in batch.predictions).encode())
        self._random = generator(0, "reservoir", str(self._total), names.hexdigest())
        self._run, self._of_run = self._open_run()

    def added(self, latest: int) -> int:
        """The number of the batch, which is written now."""
        number, before = self._add_batch(), self._place
        for row in np.flatnonzero(self._batch.is_scored):
            self._add_row(int(row), number)
        run = self._connection.execute
        run("UPDATE batches SET fresh = ? WHERE number = ?", (self._place - before, number))
        run("UPDATE models SET images = ? WHERE number = ?", (self._place, self._model))
        run("UPDATE runs SET fresh = ? WHERE number = ?", (self._of_run, self._run))
        if self._batch.run is None:
            end(self._connection, self._run)
        run("INSERT OR REPLACE INTO total VALUES (1, ?)", (self._total,))
        self._drop(latest)
        return number

    def _open_run(self) -> tuple[int, int]:
        """The run that the batch is a part of, and how many images it has so far."""
        found = self._connection.execute(
            "SELECT number, fresh FROM runs WHERE model = ? AND name = ? AND ended IS NULL",
            (self._model, self._batch.run),
        ).fetchone()
        if found is not None:
            return int(found[0]), int(found[1])
        cursor = self._connection.execute(
            "INSERT INTO runs (model, name, fresh, drawn) VALUES (?, ?, 0, 1)",
            (self._model, self._batch.run),
        )
        return int(cursor.lastrowid or 0), 0

    def _add_batch(self) -> int:
        batch = self._batch
        labels: dict[str, int] = {}
        scored = [one for one in batch.predictions if one.problem is None]
        for one in scored:
            labels[str(one.label)] = labels.get(str(one.label), 0) + 1
        sizes = [size for one in scored if (size := set_size(one.probabilities)) is not None]
        cursor = self._connection.execute(
            "INSERT INTO batches (token, at, model, tier, images, fresh, abstained, problems, "
            "set_size, labels, run) VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)",
            (batch.token, batch.at, batch.model, batch.tier, len(batch.predictions),
             sum(bool(one.abstains) for one in scored), len(batch.predictions) - len(scored),
             float(np.mean(sizes)) if sizes else None, json.dumps(labels, sort_keys=True),
             self._run),
        )  # fmt: skip
        return int(cursor.lastrowid or 0)

    def _add_row(self, row: int, number: int) -> None:
        said = self._batch.predictions[row]
        seen = self._models_that_saw(said.id)
        if self._model in seen:
            self._renew(said, number)
            return
        self._place += 1
        if said.id is not None:
            self._connection.execute("INSERT INTO seen VALUES (?, ?)", (said.id, self._model))
        slot = self._slot_of(said.id) if seen else self._drawn_slot()
        thumbnail = self._batch.thumbnails[row] if self._batch.thumbnails else None
        self._insert(said, number, row, slot, thumbnail)

    def _models_that_saw(self, image: str | None) -> set[int]:
        found = self._connection.execute("SELECT model FROM seen WHERE id = ?", (image,))
        return {model for (model,) in found}

    def _renew(self, said: Scored, number: int) -> None:
        self._connection.execute(
            "UPDATE images SET batch = ?, path = ?, label = ?, probability = ?, abstains = ?, "
            "cluster = ?, set_size = ? WHERE id = ? AND model = ?",
            (number, *_said(said), said.id, self._model),
        )
        self._take_over(said.id)

    def _take_over(self, image: str | None) -> None:
        """Move an image here from a run that never ended: it was cut short and is made again."""
        run = self._connection.execute
        found = run(
            "SELECT i.seq, r.number FROM images AS i JOIN runs AS r ON r.number = i.run "
            "WHERE i.id = ? AND i.model = ? AND r.ended IS NULL AND r.number <> ?",
            (image, self._model, self._run),
        ).fetchone()
        if found is not None:
            run("UPDATE runs SET fresh = fresh - 1 WHERE number = ?", (found[1],))
            part = self._drawn_part()
            run("UPDATE images SET run = ?, part = ? WHERE seq = ?", (self._run, part, found[0]))

    def _slot_of(self, image: str | None) -> int | None:
        """The slot of an image that another model scored before; it moves to the newer row."""
        run = self._connection.execute
        found = run("SELECT seq, slot FROM images WHERE id = ? AND slot IS NOT NULL", (image,))
        row = found.fetchone()
        if row is None:
            return None
        run("UPDATE images SET slot = NULL WHERE seq = ?", (row[0],))
        return int(row[1])

    def _drawn_slot(self) -> int | None:
        """Algorithm R: the t-th image takes a slot with probability k / t."""
        self._total += 1
        if self._total <= self._size:
            return self._total - 1
        slot = int(self._random.integers(self._total))
        if slot >= self._size:
            return None
        self._connection.execute("UPDATE images SET slot = NULL WHERE slot = ?", (slot,))
        return slot

    def _drawn_part(self) -> int | None:
        """The same within the run: however long it is, what is looked at is drawn evenly."""
        self._of_run += 1
        if self._of_run <= self._drawn:
            return self._of_run - 1
        part = int(self._random.integers(self._of_run))
        if part >= self._drawn:
            return None
        self._connection.execute(
            "UPDATE images SET part = NULL WHERE run = ? AND part = ?", (self._run, part)
        )
        return part

    def _insert(
        self, said: Scored, number: int, row: int, slot: int | None, thumbnail: bytes | None
    ) -> None:
        values = self._batch.features[row].astype("<f8").tobytes()
        cursor = self._connection.execute(
            "INSERT INTO images (batch, model, place, id, path, label, probability, abstains, "
            "cluster, set_size, measured, features, slot, run, part) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, self._model, self._place, said.id, *_said(said), self._measured, values, slot,
             self._run, self._drawn_part()),
        )  # fmt: skip
        if thumbnail is not None:
            self._connection.execute(
                "INSERT INTO thumbnails VALUES (?, ?)", (cursor.lastrowid, thumbnail)
            )

    def _drop(self, latest: int) -> None:
        """Forget the images that are neither among the latest nor in a sample."""
        run = self._connection.execute
        done = run(  # a look goes back over so many images, and no further
            "SELECT number FROM (SELECT number, sum(fresh) OVER (ORDER BY ended DESC) - fresh AS "
            "later FROM runs WHERE model = ? AND drawn = 1 AND ended IS NOT NULL) WHERE later >= ?",
            (self._model, self._drawn),
        ).fetchall()
        for (number,) in done:
            run("UPDATE runs SET drawn = 0 WHERE number = ?", (number,))
            run("UPDATE images SET part = NULL WHERE run = ? AND part IS NOT NULL", (number,))
        last = self._one("SELECT coalesce(max(seq), 0) FROM images")
        gone = "SELECT seq FROM images WHERE slot IS NULL AND part IS NULL AND seq <= ?"
        for table in ("thumbnails", "images"):
            run(f"DELETE FROM {table} WHERE seq IN ({gone})", (last - latest,))

    def _number(self, table: str, key: Json, rest: Json) -> int:
        where = " AND ".join(f"{name} = ?" for name in key)
        values = tuple(key.values())
        run = self._connection.execute
        found = run(f"SELECT number FROM {table} WHERE {where}", values).fetchone()
        if found is None:
            names = ", ".join([*key, *rest])
            marks = ", ".join("?" * (len(key) + len(rest)))
            cursor = run(
                f"INSERT INTO {table} ({names}) VALUES ({marks})", (*values, *rest.values())
            )
            return int(cursor.lastrowid or 0)
        return int(found[0])

    def _one(self, query: str, *values: Any) -> int:
        return int(self._connection.execute(query, values).fetchone()[0])


def end(connection: Connection, run: int) -> None:
    """End a run; one without an image that is new to its model leaves no trace."""
    connection.execute("DELETE FROM runs WHERE number = ? AND fresh = 0", (run,))
    connection.execute(
        "UPDATE runs SET ended = (SELECT coalesce(max(ended), 0) + 1 FROM runs) WHERE number = ?",
        (run,),
    )


def _said(said: Scored) -> tuple[Any, ...]:
    return (
        said.path, said.label, said.probability, int(bool(said.abstains)),
        None if said.cluster is None else int(said.cluster), set_size(said.probabilities),
    )  # fmt: skip
