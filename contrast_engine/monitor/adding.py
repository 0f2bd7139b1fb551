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
    abstained INTEGER NOT NULL, problems INTEGER NOT NULL, set_size REAL, labels TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS batches_model ON batches (model, number);
CREATE TABLE IF NOT EXISTS models (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, images INTEGER NOT NULL);
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
    features BLOB NOT NULL, slot INTEGER UNIQUE);
CREATE INDEX IF NOT EXISTS images_id ON images (id);
CREATE INDEX IF NOT EXISTS images_place ON images (model, place);
CREATE INDEX IF NOT EXISTS images_loose ON images (seq) WHERE slot IS NULL;
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
    """

    def __init__(self, connection: Connection, batch: ScoredBatch, reservoir: int) -> None:
        self._connection, self._batch, self._size = connection, batch, reservoir
        self._model = self._number("models", {"key": batch.model}, {"images": 0})
        kind = {"version": batch.feature_version, "columns": "\n".join(batch.columns)}
        self._measured = self._number("measured", kind, {})
        self._place = self._one("SELECT images FROM models WHERE number = ?", self._model)
        self._total = self._one("SELECT coalesce(max(images), 0) FROM total")
        names = blake2b("\n".join(f"{one.id} {one.path}" for one in batch.predictions).encode())
        self._random = generator(0, "reservoir", str(self._total), names.hexdigest())

    def added(self, latest: int) -> int:
        """The number of the batch, which is written now."""
        number, before = self._add_batch(), self._place
        for row in np.flatnonzero(self._batch.is_scored):
            self._add_row(int(row), number)
        run = self._connection.execute
        run("UPDATE batches SET fresh = ? WHERE number = ?", (self._place - before, number))
        run("UPDATE models SET images = ? WHERE number = ?", (self._place, self._model))
        run("INSERT OR REPLACE INTO total VALUES (1, ?)", (self._total,))
        self._drop(latest)
        return number

    def _add_batch(self) -> int:
        batch = self._batch
        labels: dict[str, int] = {}
        scored = [one for one in batch.predictions if one.problem is None]
        for one in scored:
            labels[str(one.label)] = labels.get(str(one.label), 0) + 1
        sizes = [size for one in scored if (size := set_size(one.probabilities)) is not None]
        cursor = self._connection.execute(
            "INSERT INTO batches (token, at, model, tier, images, fresh, abstained, problems, "
            "set_size, labels) VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?)",
            (batch.token, batch.at, batch.model, batch.tier, len(batch.predictions),
             sum(bool(one.abstains) for one in scored), len(batch.predictions) - len(scored),
             float(np.mean(sizes)) if sizes else None, json.dumps(labels, sort_keys=True)),
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

    def _insert(
        self, said: Scored, number: int, row: int, slot: int | None, thumbnail: bytes | None
    ) -> None:
        values = self._batch.features[row].astype("<f8").tobytes()
        cursor = self._connection.execute(
            "INSERT INTO images (batch, model, place, id, path, label, probability, abstains, "
            "cluster, set_size, measured, features, slot) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, self._model, self._place, said.id, *_said(said), self._measured, values, slot),
        )
        if thumbnail is not None:
            self._connection.execute(
                "INSERT INTO thumbnails VALUES (?, ?)", (cursor.lastrowid, thumbnail)
            )

    def _drop(self, latest: int) -> None:
        """Forget the images that are neither among the latest nor in the sample."""
        last = self._one("SELECT coalesce(max(seq), 0) FROM images")
        gone = "SELECT seq FROM images WHERE slot IS NULL AND seq <= ?"
        for table in ("thumbnails", "images"):
            self._connection.execute(f"DELETE FROM {table} WHERE seq IN ({gone})", (last - latest,))

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


def _said(said: Scored) -> tuple[Any, ...]:
    return (
        said.path, said.label, said.probability, int(bool(said.abstains)),
        None if said.cluster is None else int(said.cluster), set_size(said.probabilities),
    )  # fmt: skip
