"""The columns of a Parquet file as numbers: single ones, lists, and lists of lists laid out."""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import CollectionError
from contrast_engine.store.array_files import MOST_NUMBERS
from contrast_engine.store.collection import shown
from contrast_engine.store.tables.number_column import (
    BLOCK,
    FLOATS,
    LIST,
    WHOLE,
    WHOLE_LIST,
    NumberColumn,
    RaggedError,
    ragged,
    stacked_rows,
    too_many,
)
from contrast_engine.store.tables.parquet_table import ParquetTable


def columns_of_parquet(table: ParquetTable) -> tuple[NumberColumn, ...]:
    """Every column of a Parquet file, in its order; none is read before it is asked for."""
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
        for block in table.blocks(ats, BLOCK):
            for at, column in zip(ats, block, strict=True):
                parts[at].append(_matrix(column))
                total += parts[at][-1].size
            if total > MOST_NUMBERS:
                raise CollectionError(too_many(table.path))
        return {at: stacked_rows(parts[at]) for at in ats}
    except RaggedError as error:
        raise CollectionError(ragged(table.path, table.columns[at], error)) from None
    except pa.ArrowException:
        raise CollectionError(
            f"{shown(table.path)}: its column {table.columns[at]!r} cannot be read as numbers"
        ) from None


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
        raise RaggedError(f"{widths[0]:,} and {widths[-1]:,}")
    if not len(widths):
        return np.zeros((len(column), 0))
    inner = _matrix(column.flatten())
    flat = inner.reshape(int((counts > 0).sum()), int(widths[0]) * inner.shape[1])
    values = np.full((len(column), flat.shape[1]), math.nan)
    values[counts > 0] = flat
    return values


def _present(column: Any) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    return np.array(column.is_valid().to_pylist(), dtype=np.bool_)
