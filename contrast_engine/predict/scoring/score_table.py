"""A table of scores on disk: what is in it, and whether a run may go on with it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

from contrast_engine.arrays import Json
from contrast_engine.errors import OptionError
from contrast_engine.predict.model import NearestCluster
from contrast_engine.predict.predictor import Predictor
from contrast_engine.predict.scoring.answer_files import checked_suffix, columns_of, read_answers
from contrast_engine.predict.scoring.answer_table import (
    COUNT,
    OF_LABEL,
    TEXT,
    AnswerRow,
    answer_columns,
)
from contrast_engine.store.collection import shown
from contrast_engine.store.scored_rows import FileKey

OF_FILES = {"bytes": COUNT, "modified_ns": COUNT, "settings": TEXT}
"""Columns by which a table is continued: which file it was, and how it was looked at."""

_FORMAT = 1


class ScoreTable:
    """The table that a run writes.

    Args:
        path: Where it is, or will be.
        predictor: The model.
        tier: Which way to the answer.

    Attributes:
        columns: The kind of every column.
        settings: How files are looked at, in words; part of every row.
        is_continued: Whether what is there is gone on with.

    Raises:
        OptionError: The ending of its name stands for no format.
    """

    def __init__(self, path: Path, predictor: Predictor, tier: str) -> None:
        self.path, self.suffix = path, checked_suffix(path)
        self._model = predictor.model
        self.columns = answer_columns(self._model.classes) | OF_FILES
        reading = predictor.options
        window = reading.window or "as stated in the file"
        clusters = _mark(self._model.clusters)
        self.settings = f"tier {tier}; white {reading.white}; window {window}; {clusters}"
        self.is_continued = False

    def header(self, overwrite: bool) -> str:
        """What all rows of this run have in common."""
        same = [_FORMAT, self._model.key, self._model.feature_version, self.settings, overwrite]
        return json.dumps([*same, list(self.columns)])

    def check(self) -> None:
        """Refuse to write over what this run would not continue.

        Raises:
            OptionError: The file there is another model's, or none of ours.
        """
        if not self.path.exists():
            return
        found = columns_of(self.path, self.suffix)
        first: AnswerRow | None = None
        if found == tuple(self.columns):
            try:
                first = next(read_answers(self.path, self.suffix, self.columns), None)
            except (ValueError, KeyError, OSError):
                found = None
        what = self._other(found, first)
        if what:
            raise OptionError(
                f"{shown(self.path)} {what}; name another file, or begin it anew with --overwrite"
            )
        self.is_continued = True

    def _other(self, columns: Sequence[str] | None, first: AnswerRow | None) -> str:
        """What is there instead of a table to continue; "" where it is one."""
        fixed = [name for name in self.columns if not name.startswith(OF_LABEL)]
        if columns is None or [c for c in columns if not c.startswith(OF_LABEL)] != fixed:
            return "is there already and is no table of predictions that can be continued"
        if tuple(columns) != tuple(self.columns):
            return "was made by another model (its labels are others)"
        if first is None or first["model"] != self._model.key:
            other = "" if first is None else f" ({first['model']}, this one is {self._model.key})"
            return f"was made by another model{other}"
        if first["feature_version"] != self._model.feature_version:
            return "was made with features of another version"
        if first["settings"] != self.settings:
            return f"was made otherwise ({first['settings']}; now it would be {self.settings})"
        return ""

    def rows_of_before(self) -> Iterator[tuple[FileKey, str]]:
        """The rows of the table that is there, but for those that may turn out otherwise now."""
        if not self.is_continued:
            return
        try:
            for row in read_answers(self.path, self.suffix, self.columns):
                is_same = all(row[name] == value for name, value in self.constants().items())
                size, modified = row["bytes"], row["modified_ns"]
                if is_same and size is not None and modified is not None and not may_heal(row):
                    yield FileKey(str(row["path"]), int(size), int(modified)), json.dumps(row)
        except (ValueError, KeyError, OSError):
            return  # cut short: what could be read is kept

    def constants(self) -> Json:
        """What every row of it has."""
        version = self._model.feature_version
        return {"model": self._model.key, "feature_version": version, "settings": self.settings}


def may_heal(row: Mapping[str, object]) -> bool:
    """True for a problem that may be gone though the file is as it was."""
    problem = str(row["problem"] or "")
    passing = ("pip install", "permi", "more memory", "--max-pixels", "does not exist", "i/o error")
    return bool(problem) and (
        not row["modified_ns"] or any(word in problem.lower() for word in passing)
    )


def _mark(clusters: NearestCluster | None) -> str:
    """Which clusters rows name: those made anew under the same model are others."""
    if clusters is None:
        return "no clusters"
    named = repr((clusters.clusters.tolist(), sorted(clusters.names.items()))).encode()
    return f"clusters {blake2b(clusters.centres.tobytes() + named, digest_size=4).hexdigest()}"
