"""Tables of JSON: an object a line (JSONL), or an array of them; each name is a column."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contrast_engine.errors import CollectionError
from contrast_engine.store.collection import shown
from contrast_engine.store.tables.json_items import objects, starts_as
from contrast_engine.store.tables.table import Row

_MOST_COLUMNS = 10_000


@dataclass(frozen=True)
class RecordsTable:
    """Rows of JSON, of which only the names were read so far."""

    path: Path
    columns: tuple[str, ...]
    read_as: str
    codec = None
    separator = ","

    def rows(self, columns: Sequence[int]) -> Iterator[Row]:
        """Every row with the text of some columns; its number is its line, or its place."""
        names = [self.columns[at] for at in columns]
        for number, record in objects(self.path):
            cells = tuple(_text(record.get(name)) for name in names)
            has_zero = any("\0" in cell for cell in cells)
            yield Row(number, cells, "it holds zero bytes" if has_zero else None)


def open_records(path: Path) -> RecordsTable:
    """A table of JSON with the names of its columns, in the order in which they appear.

    Raises:
        CollectionError: It is damaged, or names more columns than a table has.
        OSError: It cannot be read.
    """
    names: dict[str, None] = {}
    for _, record in objects(path):
        names.update(dict.fromkeys(record))
        if len(names) > _MOST_COLUMNS:
            raise CollectionError(f"{shown(path)} has more than {_MOST_COLUMNS:,} columns")
    return RecordsTable(path, tuple(names), "JSON" if starts_as(path) == "[" else "JSONL")


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):  # as in Parquet
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
