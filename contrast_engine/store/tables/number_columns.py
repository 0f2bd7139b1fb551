"""The columns of a table as numbers: what each holds, and its values with NaN for what is missing.

Nothing is chosen here: an integer column is as often a label as a dimension, and only a person
knows which.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import CollectionError
from contrast_engine.store.array_files import MOST_NUMBERS
from contrast_engine.store.collection import shown
from contrast_engine.store.tables.cells import is_whole, number
from contrast_engine.store.tables.delimited import TextTable
from contrast_engine.store.tables.parquet_table import ParquetTable

FLOATS, WHOLE, LIST, WHOLE_LIST = "floats", "whole numbers", "lists of floats", "lists of numbers"
"""Kinds of columns that vectors can be made of; the last two of each pair only when asked for."""

OF_NUMBERS = (FLOATS, WHOLE, LIST, WHOLE_LIST, "yes or no")

_BLOCK = 2048


@dataclass(frozen=True, eq=False)
class NumberColumn:
    """One column of a table.

    Args:
        name: Its name.
        kind: What it holds: one of the kinds above, or "text" and the like.
        read: Reads its values.
    """

    name: str
    kind: str
    read: Callable[[], Floats]

    @cached_property
    def values(self) -> Floats:
        """Its values, (n, d) with d = 1 but for lists; NaN where none is."""
        return self.read()


def number_columns(table: TextTable | ParquetTable) -> tuple[NumberColumn, ...]:
    """Every column, in the order of the table.

    Raises:
        CollectionError: A row has more cells than the header, or the table is damaged or too large.
    """
    if isinstance(table, ParquetTable):
        return _of_parquet(table)
    return _of_text(table)


def _of_parquet(table: ParquetTable) -> tuple[NumberColumn, ...]:
    kinds = [_kind(field.type) for field in table.fields]
    known: dict[int, Floats] = {}

    def read(at: int) -> Floats:
        """A column's values; single numbers of one kind are all read in one pass."""
        if at not in known:
            is_list = kinds[at] in {LIST, WHOLE_LIST}
            together = [at] if is_list else [k for k, kind in enumerate(kinds) if kind == kinds[at]]
            known.update(_values(table, together))
        return known[at]

    return tuple(
        NumberColumn(field.name, kind, partial(read, at))
        for at, (field, kind) in enumerate(zip(table.fields, kinds, strict=True))
    )


def _of_text(table: TextTable) -> tuple[NumberColumn, ...]:
    columns = [_TextColumn(name, table.separator) for name in table.columns]
    rows = table.rows(range(len(columns)))
    count = 0
    while block := list(islice(rows, _BLOCK)):
        for row in block:
            if row.problem is not None:
                raise CollectionError(f"{shown(table.path)}, row {row.number}: {row.problem}")
        for column, cells in zip(
            columns, zip(*(row.cells for row in block), strict=True), strict=True
        ):
            count += column.add(cells)
        if count > MOST_NUMBERS:
            raise CollectionError(_too_many(table.path))
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
            return _stacked(self.parts)
        except _RaggedError as error:
            raise CollectionError(_ragged(path, self.name, error)) from None

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


def _storage(kind: Any) -> Any:
    """The type that values are kept in, below names, extensions and dictionaries."""
    import pyarrow as pa

    while True:
        if isinstance(kind, pa.BaseExtensionType):
            kind = kind.storage_type
        elif pa.types.is_dictionary(kind):
            kind = kind.value_type
        else:
            return kind


def _kind(kind: Any) -> str:
    """What a column of a Parquet file holds, for people."""
    import pyarrow as pa

    kind = _storage(kind)
    is_list = False
    while _is_list(kind):
        kind, is_list = _storage(kind.value_type), True
    types = pa.types
    if types.is_floating(kind) or (types.is_decimal(kind) and kind.scale > 0):
        return LIST if is_list else FLOATS
    if types.is_integer(kind) or types.is_decimal(kind):
        return WHOLE_LIST if is_list else WHOLE
    if types.is_boolean(kind):
        return "lists of yes or no" if is_list else "yes or no"
    names = {
        "text": types.is_string(kind) or types.is_large_string(kind),
        "images": types.is_struct(kind) and kind.get_field_index("bytes") >= 0,
        "nothing": types.is_null(kind),
    }
    return next((name for name, holds in names.items() if holds), str(kind))


def _is_list(kind: Any) -> bool:
    import pyarrow as pa

    types = pa.types
    return any((types.is_list(kind), types.is_large_list(kind), types.is_fixed_size_list(kind)))


def _values(table: ParquetTable, ats: Sequence[int]) -> dict[int, Floats]:
    import pyarrow as pa

    parts: dict[int, list[Floats]] = {at: [] for at in ats}
    total, at = 0, ats[0]
    try:
        for block in table.blocks(ats, _BLOCK):
            for at, column in zip(ats, block, strict=True):
                parts[at].append(_matrix(column))
                total += parts[at][-1].size
            if total > MOST_NUMBERS:
                raise CollectionError(_too_many(table.path))
        return {at: _stacked(parts[at]) for at in ats}
    except _RaggedError as error:
        raise CollectionError(_ragged(table.path, table.columns[at], error)) from None
    except pa.ArrowException:
        raise CollectionError(
            f"{shown(table.path)}: its column {table.columns[at]!r} cannot be read as numbers"
        ) from None


class _RaggedError(Exception):
    """Lists of different lengths; the text names two of the lengths."""


def _stacked(parts: Sequence[Floats]) -> Floats:
    """Blocks of rows, one below the other; a block without any vector fits every width."""
    widths = sorted({part.shape[1] for part in parts} - {0})
    if len(widths) > 1:
        raise _RaggedError(f"{widths[0]:,} and {widths[-1]:,}")
    width = widths[0] if widths else 0
    filled = [p if p.shape[1] == width else np.full((len(p), width), math.nan) for p in parts]
    return np.concatenate(filled) if filled else np.zeros((0, width))


def _matrix(column: Any) -> Floats:
    """A block of a column as (n, d): numbers as they are, lists and lists of lists laid out."""
    import pyarrow as pa
    import pyarrow.compute as pc

    while isinstance(column.type, pa.BaseExtensionType):
        column = column.storage
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if not _is_list(column.type):
        numbers = column if pa.types.is_float64(column.type) else pc.cast(column, pa.float64())
        numbers = pc.fill_null(numbers, math.nan)
        values = np.frombuffer(numbers.buffers()[1] or b"", dtype=np.float64)
        return values[numbers.offset : numbers.offset + len(numbers), None]
    lengths = pc.fill_null(pc.list_value_length(column), 0)
    counts = np.array(lengths.to_pylist(), dtype=np.int64)
    if pa.types.is_fixed_size_list(column.type):
        counts = np.where(_present(column), column.type.list_size, 0)
    widths = np.unique(counts[counts > 0])
    if len(widths) > 1:
        raise _RaggedError(f"{widths[0]:,} and {widths[-1]:,}")
    if not len(widths):
        return np.zeros((len(column), 0))
    inner = _matrix(column.flatten())
    flat = inner.reshape(int((counts > 0).sum()), int(widths[0]) * inner.shape[1])
    values = np.full((len(column), flat.shape[1]), math.nan)
    values[counts > 0] = flat
    return values


def _present(column: Any) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    return np.array(column.is_valid().to_pylist(), dtype=np.bool_)


def _ragged(path: Path, column: str, error: _RaggedError) -> str:
    return (
        f"{shown(path)}: the lists in its column {column!r} have {error} numbers; vectors need as "
        "many in every row"
    )


def _too_many(path: Path) -> str:
    return f"{shown(path)} holds more than {MOST_NUMBERS:,} numbers; give fewer rows or columns"
