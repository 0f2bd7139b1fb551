"""The exported table as bytes: CSV, Parquet, JSON Lines."""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from contrast_engine.steps.output.columns import Cell, Cells
from contrast_engine.steps.output.csv_lines import header, lines
from contrast_engine.steps.output.table import Table
from contrast_engine.store.parquet import Pieces

_TEXT = {
    "id",
    "path",
    "cluster_name",
    "fine_cluster",
    "fine_name",
    "label",
    "label_rule",
    "predicted_label",
    "notes",
}


def csv_bytes(found: Table) -> bytes:
    """The table as CSV: a header, numbers in full precision, blank where not known."""
    return b"".join(csv_pieces(found))


def csv_pieces(found: Table) -> Iterator[bytes]:
    """The table as CSV, some thousand rows at a time."""
    yield header(found.columns)
    for part in found.parts():
        yield lines(part)


def json_lines(found: Table) -> Iterator[bytes]:
    """The table as JSON Lines: an object a row, null where not known."""
    for part in found.parts():
        for row in zip(*(cells.listed() for cells in part), strict=True):
            cells = dict(zip(found.columns, row, strict=True))
            try:
                text = json.dumps(cells, ensure_ascii=False, allow_nan=False)
            except ValueError:
                plain = {name: _as_json(cell) for name, cell in cells.items()}
                text = json.dumps(plain, ensure_ascii=False, allow_nan=False)
            yield text.encode() + b"\n"


def parquet_bytes(found: Table, about: Mapping[str, str] | None = None) -> bytes:
    """The table as Parquet: text, doubles, whole numbers and booleans, null if not known.

    Args:
        found: The table.
        about: What the footer says of it.
    """
    return b"".join(parquet_pieces(found, about))


def parquet_pieces(found: Table, about: Mapping[str, str] | None = None) -> Iterator[bytes]:
    """The table as Parquet, some thousand rows at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    def batch(part: Sequence[Cells]) -> Any:
        arrays = [cells_array(name, cells) for name, cells in zip(found.columns, part, strict=True)]
        made = pa.Table.from_arrays(arrays, names=list(found.columns))
        return made.replace_schema_metadata(dict(about or {}) or None)

    sink = Pieces()
    first = batch([Cells.of(()) for _ in found.columns])
    writer = pq.ParquetWriter(pa.PythonFile(sink, "w"), first.schema)
    waiting, rows = [first] if not len(found.rows) else [], 0
    for part in found.parts():
        waiting.append(batch(part))
        rows += len(waiting[-1])
        if rows >= GROUP:
            writer.write_table(pa.concat_tables(waiting).combine_chunks(), GROUP)
            waiting, rows = [], 0
            yield sink.taken()
    if waiting:
        writer.write_table(pa.concat_tables(waiting).combine_chunks(), GROUP)
    writer.close()
    yield sink.taken()


GROUP = 100_000
"""Rows of a group in a Parquet file; they are in memory at once."""


def cells_array(name: str, cells: Cells) -> Any:
    """A column as pyarrow has it, null where nothing is known, of the type that its name has."""
    import pyarrow as pa

    values = cells.values
    if name in _TEXT or not isinstance(values, np.ndarray) or values.dtype != np.float64:
        return column_array(name, cells.listed())
    known = np.ones(len(values), dtype=np.bool_) if cells.known is None else cells.known
    filled = np.ascontiguousarray(np.where(known, values, 0.0))
    bits = pa.py_buffer(np.packbits(known, bitorder="little"))
    return pa.Array.from_buffers(pa.float64(), len(filled), [bits, pa.py_buffer(filled)])


def column_array(name: str, column: Sequence[Any]) -> Any:
    """A column as pyarrow has it, null where a cell is None, of the type that its name has.

    It is made from its buffers: pyarrow's converters would import pandas.
    """
    import pyarrow as pa

    is_known = np.array([cell is not None for cell in column], dtype=np.bool_)
    known = pa.py_buffer(np.packbits(is_known, bitorder="little"))
    if name in _TEXT:
        parts = [(cell or "").encode() for cell in column]
        ends = np.cumsum([0, *(len(part) for part in parts)], dtype=np.int32)
        buffers = [known, pa.py_buffer(ends), pa.py_buffer(b"".join(parts))]
        return pa.Array.from_buffers(pa.string(), len(column), buffers)
    is_flag = name == "abstains" or re.fullmatch("is_.*_issue", name) is not None
    kind = pa.bool_() if is_flag else pa.int64() if name == "cluster" else pa.float64()
    if is_flag:
        flags = np.array([bool(cell) for cell in column], dtype=np.bool_)
        values: Any = np.packbits(flags, bitorder="little")
    else:
        dtype = np.int64 if name == "cluster" else np.float64
        values = np.array([cell or 0 for cell in column], dtype=dtype)
    return pa.Array.from_buffers(kind, len(column), [known, pa.py_buffer(values)])


def _as_json(cell: Cell) -> Cell:
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell
