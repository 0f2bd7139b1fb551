"""Tables of predictions on disk: Parquet, CSV or one JSON object a line, row by row."""

import csv
import io
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from contrast_engine.errors import OptionError
from contrast_engine.predict.scoring.answer_table import (
    COUNT,
    FLAG,
    NUMBER,
    AnswerRow,
    arrow_rows,
)
from contrast_engine.store.collection import shown

SUFFIXES = (".parquet", ".csv", ".jsonl")
"""The ending of the file's name says which format it has."""

_BLOCK = 4096
"""Rows in memory at a time, and in one group of a Parquet file."""


def checked_suffix(path: Path) -> str:
    """The ending of a file to write.

    Raises:
        OptionError: It stands for no format.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise OptionError(
            f"{shown(path.name)} must end in .parquet, .csv or .jsonl; the ending decides the "
            "format"
        )
    return suffix


def write_answers(
    path: Path,
    suffix: str,
    columns: Mapping[str, str],
    rows: Iterable[AnswerRow],
    notes: Mapping[str, str],
) -> None:
    """Write rows as they come; the same rows give the same bytes.

    Args:
        path: The file, which is begun anew.
        suffix: Which format.
        columns: The kind of every column.
        rows: The rows.
        notes: Texts for the footer of a Parquet file.
    """
    if suffix == ".parquet":
        _write_parquet(path, columns, rows, notes)
        return
    ends = {".csv": _csv_lines, ".jsonl": _json_lines}
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        file.writelines(ends[suffix](columns, rows))


def columns_of(path: Path, suffix: str) -> tuple[str, ...] | None:
    """The names of the columns of a table; None where it is none of that format."""
    try:
        if suffix == ".parquet":
            import pyarrow.parquet as pq

            with path.open("rb") as file:
                return tuple(pq.ParquetFile(file).schema_arrow.names)
        with path.open(encoding="utf-8", newline="") as file:
            if suffix == ".csv":
                return tuple(next(csv.reader(file, strict=True), ()))
            first = json.loads(file.readline() or "null")
            return tuple(first) if isinstance(first, dict) else None
    except (OSError, ValueError, NotImplementedError, csv.Error, RecursionError):
        return None


def read_answers(path: Path, suffix: str, columns: Mapping[str, str]) -> Iterator[AnswerRow]:
    """The rows of a table that `write_answers` wrote, one after another.

    Raises:
        ValueError: It is damaged, or was written by another hand.
    """
    readers: dict[str, Callable[..., Iterator[AnswerRow]]] = {
        ".parquet": _read_parquet,
        ".csv": _read_csv,
        ".jsonl": _read_json,
    }
    return readers[suffix](path, columns)


def _write_parquet(
    path: Path, columns: Mapping[str, str], rows: Iterable[AnswerRow], notes: Mapping[str, str]
) -> None:
    import pyarrow.parquet as pq

    schema = arrow_rows([], columns).schema.with_metadata(dict(notes))
    with path.open("wb") as file, pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for block in _blocks(rows):
            writer.write_table(arrow_rows(block, columns).replace_schema_metadata(dict(notes)))


def _read_parquet(path: Path, columns: Mapping[str, str]) -> Iterator[AnswerRow]:
    import pyarrow.parquet as pq

    with path.open("rb") as file:
        for batch in pq.ParquetFile(file).iter_batches(
            batch_size=_BLOCK, columns=list(columns), use_threads=False
        ):
            yield from batch.to_pylist()


def _csv_lines(columns: Mapping[str, str], rows: Iterable[AnswerRow]) -> Iterator[str]:
    # The writer only quotes a carriage return in a cell if it ends its own rows with one.
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    texts = ([_as_text(row[name]) for name in columns] for row in rows)
    for cells in itertools.chain([list(columns)], texts):
        writer.writerow(cells)
        yield written.getvalue().removesuffix("\r\n") + "\n"
        written.seek(0)
        written.truncate()


def _read_csv(path: Path, columns: Mapping[str, str]) -> Iterator[AnswerRow]:
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file, strict=True)
        names = next(lines, [])
        try:
            for cells in lines:
                row = dict(zip(names, cells, strict=True))
                yield {name: _of_text(row[name], kind) for name, kind in columns.items()}
        except (csv.Error, KeyError) as error:
            raise ValueError(str(error)) from error


def _json_lines(columns: Mapping[str, str], rows: Iterable[AnswerRow]) -> Iterator[str]:
    for row in rows:
        yield json.dumps({name: row[name] for name in columns}, allow_nan=False) + "\n"


def _read_json(path: Path, columns: Mapping[str, str]) -> Iterator[AnswerRow]:
    with path.open(encoding="utf-8", newline="") as file:
        for line in file:
            row = json.loads(line)
            if not isinstance(row, dict) or not columns.keys() <= row.keys():
                raise ValueError("a line is no row of this table")
            yield {name: row[name] for name in columns}


def _as_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell)


def _of_text(text: str, kind: str) -> Any:
    if text == "":
        return None
    if kind == FLAG:
        return {"true": True, "false": False}[text]
    return int(text) if kind == COUNT else float(text) if kind == NUMBER else text


def _blocks(rows: Iterable[AnswerRow]) -> Iterator[Sequence[AnswerRow]]:
    left = iter(rows)
    while block := list(itertools.islice(left, _BLOCK)):
        yield block
