"""Scoring many: every file a row of one table, resumable, in constant memory."""

import contextlib
import json
import os
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from contrast_engine.errors import CollectionError
from contrast_engine.predict.model import FULL
from contrast_engine.predict.prediction import Prediction
from contrast_engine.predict.predictor import Predictor
from contrast_engine.predict.scoring.answer_files import (
    write_answers,
)
from contrast_engine.predict.scoring.answer_table import (
    AnswerRow,
    answer_row,
    prediction_of,
)
from contrast_engine.predict.scoring.batch_log import BATCH, BatchLog, Logged
from contrast_engine.predict.scoring.found_files import FilesToScore, FileToScore
from contrast_engine.predict.scoring.score_list import look_at, nothing_to_score
from contrast_engine.predict.scoring.score_table import ScoreTable
from contrast_engine.progress import SILENT, Progress
from contrast_engine.store.atomic_files import flush_folder, locked, patiently
from contrast_engine.store.collection import shown
from contrast_engine.store.scored_rows import FileKey, ScoredRows
from contrast_engine.store.targets import checked_target

SHOWN = 1000
"""Rows of a long run that a report names."""

_NOTE = "scoring images"


@dataclass(frozen=True)
class ScoreReport:
    """What became of many files.

    Args:
        path: The table.
        rows: Rows in it, one for each file.
        computed: Files looked at now.
        kept: Rows of files that are as they were before.
        problems: Files that could not be scored.
        abstains: Answers that are not sure enough to be believed.
        labels: How often each label was the most probable.
        images_per_second: Files looked at now, a second; None where there was none.
        ignored: Files passed over because they are no images.
        notes: How tables were read.
        log: Where the log is that took the rows, None for none.
        log_problem: Why it could not take them all.
        first: The first rows, at most `SHOWN`.
    """

    path: str
    rows: int
    computed: int
    kept: int
    problems: int
    abstains: int
    labels: Mapping[str, int]
    images_per_second: float | None
    ignored: int
    notes: Sequence[str] = ()
    log: str | None = None
    log_problem: str | None = None
    first: Sequence[Prediction] = field(default=(), repr=False)


def score_files(
    predictor: Predictor,
    paths: Sequence[str | Path],
    out: str | Path,
    *,
    tier: str = FULL,
    workers: int | None = None,
    overwrite: bool = False,
    log: Path | None = None,
    progress: Progress = SILENT,
) -> ScoreReport:
    """Score every file under some paths into one table.

    Interrupted, even killed, it goes on where it stopped and ends with the very bytes of a run
    that was not. Where the table is there already, made by the same model in the same way, rows
    of files that are as they were (path, size, date) are kept.

    Args:
        predictor: The model.
        paths: Folders, images, archives, tables of paths.
        out: The table: .parquet, .csv or .jsonl.
        tier: Which way to the answer.
        workers: Files at a time; as many as there are cores by default.
        overwrite: Begin the table anew, whatever it is.
        log: Folder of the log of scored images; None for none.
        progress: Told after every file.

    Raises:
        OptionError: The table is of another model, or no table of predictions at all.
        CollectionError: There is nothing to score.
        WorkspaceError: The disk is full, or another process is writing this table.
        UnknownName: The model has no such tier.
    """
    predictor.model.check_tier(tier)
    target = checked_target(out)
    table = ScoreTable(target, predictor, tier)
    if not overwrite:
        table.check()
    run = _Run(predictor, table, tier, workers)
    lock = target.with_name(f".{target.name}.lock")
    busy = f"another process is writing {shown(target)}; wait for it or name another file"
    with locked(lock, busy, timeout=0.5):
        try:
            return run.done(paths, overwrite=overwrite, log=log, progress=progress)
        finally:
            with contextlib.suppress(OSError):  # Windows keeps what is open
                lock.unlink()


class _Run:
    """One table on its way."""

    def __init__(
        self, predictor: Predictor, table: ScoreTable, tier: str, workers: int | None
    ) -> None:
        self._predictor, self._table, self._target = predictor, table, table.path
        self._model, self._tier, self._workers = predictor.model, tier, workers

    def done(
        self, paths: Sequence[str | Path], *, overwrite: bool, log: Path | None, progress: Progress
    ) -> ScoreReport:
        """Score every file under some paths and write the table."""
        work = self._target.with_name(f".{self._target.name}.scoring")
        rows = ScoredRows(work / "rows.sqlite", self._table.header(overwrite))
        batches = BatchLog(log, self._model, self._tier, rows.token)
        try:
            if not overwrite:
                rows.keep(self._table.rows_of_before())
            files = FilesToScore(
                paths, work / "unpacked", lambda note: progress.tick(0, 0, note), in_full=True
            )
            if len(files):
                seconds, computed = self.score(files, rows, batches, progress)
                report = self.write(files, rows, work, computed, seconds, batches)
        finally:
            batches.close()
            rows.close()
        shutil.rmtree(work, ignore_errors=True)
        if not len(files):
            raise CollectionError(nothing_to_score(paths, files))
        return report

    def score(
        self, files: FilesToScore, rows: ScoredRows, batches: BatchLog, progress: Progress
    ) -> tuple[float, int]:
        """Look at every file whose row is not there; how long it took, and how many there were."""
        total = len(files)
        done = sum(rows.has(file.key) for file in files)
        todo = total - done
        progress.tick(done, total, _NOTE)
        new = (file for file in files if not rows.has(file.key))
        began = time.monotonic()

        def look(file: FileToScore) -> tuple[FileToScore, str, Logged]:
            found, logged = look_at(self._predictor, file, batches, self._tier)
            return file, json.dumps(self._row(found, file.key)), logged

        for file, body, logged in self._predictor.side_by_side(
            look, new, self._workers, tier=self._tier
        ):
            rows.add(file.key, body, logged.features, logged.picture)
            done += 1
            progress.tick(done, total, _NOTE)
            if done % BATCH == 0:
                self._log(rows, batches)
        seconds = time.monotonic() - began
        self._log(rows, batches, is_last=True)
        batches.end()
        return seconds, todo

    def _row(self, found: Prediction, key: FileKey) -> AnswerRow:
        row = answer_row(found, self._model, self._tier)
        of_file: AnswerRow = {
            "bytes": key.bytes,
            "modified_ns": key.modified,
            "settings": self._table.settings,
        }
        return row | of_file

    def _log(self, rows: ScoredRows, batches: BatchLog, *, is_last: bool = False) -> None:
        """Hand finished rows to the log, each batch under a name of its own."""
        while batches.is_open and (number := rows.next_batch(BATCH, is_last=is_last)) is not None:
            logged = [
                Logged(prediction_of(json.loads(row.body), self._model.classes), *row[1:])
                for row in rows.of_batch(number)
            ]
            batches.write(logged, f"{rows.token}:{number}")
            if batches.is_open:
                rows.logged(number)

    def write(
        self,
        files: FilesToScore,
        rows: ScoredRows,
        work: Path,
        computed: int,
        seconds: float,
        batches: BatchLog,
    ) -> ScoreReport:
        """Write the table as a whole and say what is in it."""
        labels: Counter[str] = Counter()
        counts: Counter[str] = Counter()
        first: list[AnswerRow] = []

        def every() -> Iterator[AnswerRow]:
            for file in files:
                row: AnswerRow = json.loads(rows.body(file.key) or "")
                counts["rows"] += 1
                counts["problems"] += row["problem"] is not None
                counts["abstains"] += bool(row["abstains"])
                if row["label"] is not None:
                    labels[str(row["label"])] += 1
                if len(first) < SHOWN:
                    first.append(row)
                yield row

        finished = work / f"finished{self._table.suffix}"
        notes = {name: str(value) for name, value in self._table.constants().items()}
        write_answers(
            finished,
            self._table.suffix,
            self._table.columns,
            every(),
            notes | {"product": _product()},
        )
        with finished.open("rb") as file:
            os.fsync(file.fileno())
        patiently(lambda: finished.replace(self._target))
        flush_folder(self._target.parent)
        return ScoreReport(
            path=shown(self._target),
            rows=counts["rows"],
            computed=computed,
            kept=counts["rows"] - computed,
            problems=counts["problems"],
            abstains=counts["abstains"],
            labels={label: labels[label] for label in self._model.classes},
            images_per_second=computed / seconds if computed and seconds > 0 else None,
            ignored=len(files.ignored),
            notes=tuple(files.notes),
            log=None if batches.folder is None else shown(batches.folder),
            log_problem=batches.problem,
            first=[prediction_of(row, self._model.classes) for row in first],
        )


def _product() -> str:
    try:
        return f"contrast-engine {version('contrast-engine')}"
    except PackageNotFoundError:
        return "contrast-engine"
