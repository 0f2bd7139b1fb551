"""Tables that list images: a CSV or parquet file with a column `path`."""

import csv
import io
import os
from pathlib import Path

from contrast_engine.errors import CollectionError
from contrast_engine.store.atomic_files import reason
from contrast_engine.store.collection import shown
from contrast_engine.store.sources.finding import Search

TABLE_SUFFIXES = (".csv", ".tsv", ".parquet")

_COLUMN = "path"


def listed(table: str, found: Search) -> None:
    """Take in every file a table lists; relative paths start at the table's own folder.

    Raises:
        CollectionError: It cannot be read, or has no column `path`.
    """
    read = _parquet if table.lower().endswith(".parquet") else _csv
    try:
        paths = read(table)
    except OSError as error:
        raise CollectionError(f"{shown(table)} cannot be read: {reason(error)}") from error
    for row, path in enumerate(paths, start=1):
        if not path.strip():
            found.refuse(f"{table}:row {row}", table, f"row {row} of the table has no path")
            continue
        location = str(Path(table).parent / path.strip())
        try:
            location = os.path.realpath(location)
        except (OSError, ValueError):
            location = location.replace("\0", "\\0")
        found.look(location, table, is_asked_for=True)


def _csv(table: str) -> list[str]:
    # bytes that are no UTF-8 are kept: they may be part of a file's name
    text = Path(table).read_bytes().decode("utf-8-sig", "surrogateescape")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise CollectionError(f"{shown(table)} is not a CSV table: {error}") from error
    header = rows[0] if rows else []
    column = _column(table, header)
    return [row[column] if column < len(row) else "" for row in rows[1:] if row]


def _parquet(table: str) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # opened here, so that a file name that is no UTF-8 works too
        with Path(table).open("rb") as file:
            parquet = pq.ParquetFile(file)
            names = list(parquet.schema_arrow.names)
            name = names[_column(table, names)]
            values = parquet.read(columns=[name], use_threads=False).column(name).to_pylist()
    except pa.ArrowException as error:
        raise CollectionError(
            f"{shown(table)} is not a readable parquet table; write it again"
        ) from error
    return [os.fsdecode(v) if isinstance(v, bytes) else "" if v is None else str(v) for v in values]


def _column(table: str, names: list[str]) -> int:
    for column, name in enumerate(names):
        if name.strip().lower() == _COLUMN:
            return column
    has = ", ".join(shown(name) for name in names[:12]) or "none"
    raise CollectionError(
        f"{shown(table)} has no column 'path' (its columns: {has}); "
        "add one that holds the file name of every image"
    )
