"""Tables that people bring: one way to read lists, labels, scores and vectors of any origin."""

from pathlib import Path

from contrast_engine.errors import CollectionError
from contrast_engine.store.atomic_files import reason
from contrast_engine.store.collection import shown
from contrast_engine.store.tables.delimited import TextTable, open_text
from contrast_engine.store.tables.json_items import starts_as
from contrast_engine.store.tables.naming import PATHS, find_named, is_by_id, naming
from contrast_engine.store.tables.parquet_table import ParquetTable, open_parquet
from contrast_engine.store.tables.records_table import RecordsTable, open_records
from contrast_engine.store.tables.table import Row, Table, column, folded, listed, needed

__all__ = [
    "PATHS",
    "SPREADSHEETS",
    "TABLE_SUFFIXES",
    "ParquetTable",
    "RecordsTable",
    "Row",
    "Table",
    "TextTable",
    "column",
    "find_named",
    "folded",
    "is_by_id",
    "listed",
    "naming",
    "needed",
    "open_table",
]

TABLE_SUFFIXES = (".csv", ".tsv", ".parquet", ".jsonl")
"""What the name of a table to scan ends in."""

SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".ods", ".numbers")
"""What a spreadsheet's own files end in: they are no tables of text."""

_PARQUET = b"PAR1"
_OF_JSON = (".json", ".jsonl", ".ndjson")
_PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""First bytes of the files of spreadsheets of today and of before."""


def open_table(path: str | Path) -> TextTable | ParquetTable | RecordsTable:
    """A table opened by what is in it: Parquet, JSON, or text between commas, semicolons or tabs.

    Raises:
        CollectionError: It is no table, is empty, or cannot be read.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            start = file.read(4)
        if start.startswith(_PACKED) or path.name.lower().endswith(SPREADSHEETS):
            raise CollectionError(
                f"{shown(path)} is a spreadsheet or an archive, not a table of text; "
                "save the sheet as CSV and name that file"
            )
        if start == _PARQUET or path.name.lower().endswith(".parquet"):
            return open_parquet(path)
        if starts_as(path) == "{" or path.name.lower().endswith(_OF_JSON):
            return open_records(path)
        return open_text(path)
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else "the name cannot be a file name"
        raise CollectionError(f"{shown(path)} cannot be read: {why}") from error
