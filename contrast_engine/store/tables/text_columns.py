"""The columns of a table of text as numbers, cell by cell."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import CollectionError
from contrast_engine.store.array_files import MOST_NUMBERS
from contrast_engine.store.collection import shown
from contrast_engine.store.tables.cells import is_whole, number
from contrast_engine.store.tables.delimited import TextTable
from contrast_engine.store.tables.number_column import (
    BLOCK,
    FLOATS,
    LIST,
    WHOLE,
    NumberColumn,
    RaggedError,
    ragged,
    stacked_rows,
    too_many,
)
from contrast_engine.store.tables.records_table import RecordsTable


def columns_of_text(table: TextTable | RecordsTable) -> tuple[NumberColumn, ...]:
    """Every column of a table of text or of JSON, in its order.

    Raises:
        CollectionError: A row has more cells than the header, or the table is too large.
    """
    columns = [_TextColumn(name, table.separator) for name in table.columns]
    rows = table.rows(range(len(columns)))
    count = 0
    while block := list(islice(rows, BLOCK)):
        for row in block:
            if row.problem is not None:
                raise CollectionError(f"{shown(table.path)}, row {row.number}: {row.problem}")
        for column, cells in zip(
            columns, zip(*(row.cells for row in block), strict=True), strict=True
        ):
            count += column.add(cells)
        if count > MOST_NUMBERS:
            raise CollectionError(too_many(table.path))
    # spreadsheets add empty columns without a name at the end
    named = [one for one in columns if one.name or one.kind != "nothing"]
    return tuple(
        NumberColumn(one.name, one.kind, partial(one.stacked, table.path)) for one in named
    )


@dataclass
class _TextColumn:
    """One column of a table of text, as far as it was read."""

    name: str
    separator: str
    parts: list[Floats] = field(default_factory=list)
    is_text: bool = False
    is_list: bool = False
    is_whole: bool = True

    def add(self, cells: Sequence[str]) -> int:
        """Take in the next cells; how many numbers were in them."""
        if self.is_text:
            return 0
        values = None if self.is_list else _parsed(cells, self.separator)
        if values is None and (self.is_list or not self._holds_numbers):
            values = _parsed_lists(cells)
            self.is_list = values is not None
        if values is None:
            self.is_text, self.parts = True, []
            return 0
        self.is_whole = self.is_whole and (not self.is_list and all(map(is_whole, cells)))
        self.parts.append(values)
        return values.size

    @property
    def kind(self) -> str:
        """What the column holds."""
        if self.is_text:
            return "text"
        if not self._holds_numbers:
            return "nothing"
        if self.is_list:
            return LIST
        return WHOLE if self.is_whole else FLOATS

    def stacked(self, path: Path) -> Floats:
        """The values, (n, d)."""
        try:
            return stacked_rows(self.parts)
        except RaggedError as error:
            raise CollectionError(ragged(path, self.name, error)) from None

    @property
    def _holds_numbers(self) -> bool:
        return any(not np.isnan(part).all() for part in self.parts)


def _parsed(cells: Sequence[str], separator: str) -> Floats | None:
    """Cells as numbers (n, 1), or None where one is no number."""
    try:
        if "_" not in "".join(cells):
            return np.array([float(cell) for cell in cells])[:, None]
    except ValueError:
        pass
    try:
        return np.array([number(cell, separator) for cell in cells])[:, None]
    except ValueError:
        return None


def _parsed_lists(cells: Sequence[str]) -> Floats | None:
    """Cells like [0.1, 0.2] or [0.1 0.2], as pandas writes lists, laid out; None for others.

    Lists of whole numbers are not told apart here: they need a point, as vectors have.
    """
    rows: list[list[float]] = []
    for cell in cells:
        text = cell.strip()
        if text and not (text[0] == "[" and text[-1] == "]" and ("." in text or "e" in text)):
            return None
        try:
            rows.append([float(part) for part in text.strip("[]").replace(",", " ").split()])
        except ValueError:  # "..." too, by which NumPy shortens what it prints
            return None
    width = max(map(len, rows), default=0)
    if any(len(row) not in {0, width} for row in rows):
        return None
    return np.array([row or [math.nan] * width for row in rows]).reshape(len(rows), width)
