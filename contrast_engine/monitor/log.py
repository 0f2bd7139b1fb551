"""The log of scored batches: one SQLite file that many processes may add to at once."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from contrast_engine.arrays import Json
from contrast_engine.drift import WINDOW
from contrast_engine.errors import WorkspaceError
from contrast_engine.monitor.adding import SCHEMA, Adding, end
from contrast_engine.monitor.batch import ScoredBatch
from contrast_engine.monitor.rows import LoggedBatch, LoggedRow, LoggedRun
from contrast_engine.store.database import Database
from contrast_engine.store.disk_faults import reason

RESERVOIR = 10_000
"""Images of the sample that stays."""

LATEST = 10_000
"""Images kept because they are the latest, beside those of the sample."""

_ROWS = """
SELECT r.place, r.batch, b.at, m.key, r.id, r.path, r.label, r.probability, r.abstains, r.cluster,
       r.set_size, r.features, d.columns, d.version, t.jpeg
FROM images AS r JOIN batches AS b ON b.number = r.batch JOIN models AS m ON m.number = r.model
JOIN measured AS d ON d.number = r.measured LEFT JOIN thumbnails AS t ON t.seq = r.seq
"""


class MonitorLog:
    """What models said of which images, batch after batch.

    A batch is added as a whole: when `add` returns it is on the disk, and a crash before leaves
    nothing of it. Batches are never changed or removed. Of single images the log keeps the
    latest, and a *reservoir*: a uniform sample of all different images it was ever given.

    An image counts once, by its content, however often it is scored: again under the same model
    it only renews what is kept of it (its path and its prediction); under another model it
    counts for that one too. Every file counts in the numbers of its batch.

    Batches of one *run* belong together: the order of images within it is that of names, so until
    it has ended it is not looked at. However long it is, 1,000 of its images are kept, drawn
    evenly. A run that was cut short goes on under its name, or its images count for the run in
    which they are scored again.

    Source: Algorithm R (Vitter 1985), over different contents; docs/methods.md#scored-images.

    Args:
        folder: Where the log is; made on the first `add`.
        reservoir: How many images the sample holds.
        latest: How many of the latest images are kept.
    """

    def __init__(
        self, folder: str | Path, *, reservoir: int = RESERVOIR, latest: int = LATEST
    ) -> None:
        self.folder = Path(folder)
        self._database = Database(self.folder / "log.sqlite", SCHEMA)
        self._reservoir, self._latest = reservoir, latest

    def add(self, batch: ScoredBatch) -> int:
        """The number of the new batch, which is on the disk from now on.

        Raises:
            WorkspaceError: It could not be written; nothing of it is in the log.
        """
        self._make_folder()
        with self._database.writing() as connection:
            if batch.token is not None:
                known = connection.execute(
                    "SELECT number FROM batches WHERE token = ?", (batch.token,)
                ).fetchone()
                if known is not None:
                    return int(known[0])
            drawn = min(WINDOW, self._latest)
            return Adding(connection, batch, self._reservoir, drawn).added(self._latest)

    def end_run(self, model: str, name: str) -> None:
        """Say that a run is done: from now on what it brought can be looked at.

        Raises:
            WorkspaceError: It could not be written.
        """
        self._make_folder()
        with self._database.writing() as connection:
            found = connection.execute(
                "SELECT r.number FROM runs AS r JOIN models AS m ON m.number = r.model "
                "WHERE m.key = ? AND r.name = ? AND r.ended IS NULL",
                (model, name),
            ).fetchall()
            for (number,) in found:
                end(connection, number)

    def batches(self, model: str | None = None, last: int | None = None) -> tuple[LoggedBatch, ...]:
        """Batches, oldest first.

        Args:
            model: Only those of one model.
            last: Only the latest so many.
        """
        found = self._read(
            "SELECT number, at, model, tier, images, fresh, abstained, problems, set_size, "
            "labels, run "
            "FROM batches WHERE ? IS NULL OR model = ? ORDER BY number DESC LIMIT ?",
            (model, model, -1 if last is None else last),
        )
        return tuple(map(_batch, reversed(found)))

    def reservoir(self) -> tuple[LoggedRow, ...]:
        """The sample: every different image that was ever added is in it equally probably."""
        return self._rows("WHERE r.slot IS NOT NULL ORDER BY r.slot", ())

    def latest(self, n: int, model: str | None = None) -> tuple[LoggedRow, ...]:
        """The latest different images that are kept, oldest first.

        Args:
            n: At most how many.
            model: Only those of one model.
        """
        where = "WHERE ? IS NULL OR m.key = ? ORDER BY r.seq DESC LIMIT ?"
        return self._rows(where, (model, model, n))[::-1]

    def runs(self, model: str) -> tuple[LoggedRun, ...]:
        """The runs of a model that have ended, in the order in which they did."""
        found = self._read(
            "SELECT r.number, r.fresh FROM runs AS r JOIN models AS m ON m.number = r.model "
            "WHERE m.key = ? AND r.ended IS NOT NULL ORDER BY r.ended",
            (model,),
        )
        return tuple(LoggedRun(*row) for row in found)

    def of_run(self, run: LoggedRun) -> tuple[LoggedRow, ...]:
        """New images of a run, all of them or 1,000 drawn evenly; none if only some are kept."""
        drawn = self._rows("WHERE r.run = ? AND r.part IS NOT NULL ORDER BY r.place", (run.number,))
        if drawn:
            return drawn
        kept = self._rows("WHERE r.run = ? ORDER BY r.place", (run.number,))
        return kept if len(kept) == run.new else ()  # the others went by age: not evenly

    def at(self, model: str, places: Sequence[int]) -> dict[int, LoggedRow]:
        """The images of a model at some places, those that are still kept."""
        marks = ", ".join("?" * len(places))
        where = f"WHERE m.key = ? AND r.place IN ({marks})"
        return {row.place: row for row in self._rows(where, (model, *places))}

    def images(self, model: str | None = None) -> int:
        """How many different images were scored, by one model or by any."""
        if model is None:
            found = self._read("SELECT images FROM total", ())
        else:
            found = self._read("SELECT images FROM models WHERE key = ?", (model,))
        return int(found[0][0]) if found else 0

    def since(self, model: str) -> str | None:
        """When a model scored its first batch here; None where it scored none."""
        found = self._read(
            "SELECT at FROM batches WHERE model = ? ORDER BY number LIMIT 1", (model,)
        )
        return str(found[0][0]) if found else None

    def looks(self, model: str) -> dict[int, Json]:
        """What was found when this model's images were looked at, by the place looked from."""
        found = self._read(
            "SELECT l.place, l.body FROM looks AS l JOIN models AS m ON m.number = l.model "
            "WHERE m.key = ? ORDER BY l.place",
            (model,),
        )
        return {int(place): json.loads(body) for place, body in found}

    def add_look(self, model: str, place: int, body: Json) -> None:
        """Keep what was found from one place on; what was kept before stays as it is.

        Raises:
            WorkspaceError: It could not be written.
        """
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO looks SELECT number, ?, datetime('now'), ? FROM models "
                "WHERE key = ?",
                (place, json.dumps(body, allow_nan=False), model),
            )

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._database.close()

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WorkspaceError(
                f"{self.folder} could not be made: {reason(error, self.folder)}; choose another "
                "folder for the log"
            ) from error

    def _read(self, query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self._database.reading() as connection:
            return [] if connection is None else connection.execute(query, values).fetchall()

    def _rows(self, where: str, values: Sequence[Any]) -> tuple[LoggedRow, ...]:
        return tuple(_row(found) for found in self._read(_ROWS + where, values))


def _batch(found: Sequence[Any]) -> LoggedBatch:
    values = [*found[:-2], json.loads(found[-2]), found[-1]]
    return LoggedBatch(*values)


def _row(found: Sequence[Any]) -> LoggedRow:
    said, (features, columns, version, thumbnail) = list(found[:-4]), found[-4:]
    said[8] = bool(said[8])
    values = np.frombuffer(features, "<f8").astype(np.float64)
    whole = [*said, values, tuple(columns.split("\n")), version, thumbnail]
    return LoggedRow(*whole)
