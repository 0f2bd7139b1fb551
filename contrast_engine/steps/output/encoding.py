"""The exported table as bytes: CSV, Parquet, JSON Lines."""

import csv
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from contrast_engine.steps.output.table import Cell, Table

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
    lines = _Lines()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(found.columns)
    writer.writerows([_as_text(cell) for cell in row] for row in found.rows)
    return "".join(lines.written).encode()


def json_lines(found: Table) -> Iterator[bytes]:
    """The table as JSON Lines: an object a row, null where not known."""
    for row in found.rows:
        cells = dict(zip(found.columns, map(_as_json, row), strict=True))
        yield json.dumps(cells, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def parquet_bytes(found: Table, about: Mapping[str, str] | None = None) -> bytes:
    """The table as Parquet: text, doubles, whole numbers and booleans, null if not known.

    Args:
        found: The table.
        about: What the footer says of it.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    cells = list(zip(*found.rows, strict=True)) or [()] * len(found.columns)
    arrays = [column_array(name, column) for name, column in zip(found.columns, cells, strict=True)]
    sink = pa.BufferOutputStream()
    made = pa.Table.from_arrays(arrays, names=list(found.columns))
    pq.write_table(made.replace_schema_metadata(dict(about or {}) or None), sink)
    return bytes(sink.getvalue())


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


class _Lines:
    """Takes rows from a csv writer and ends them plainly.

    The writer only quotes a carriage return in a cell if it ends its own rows with one.
    """

    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, row: str) -> int:
        self.written.append(row.removesuffix("\r\n") + "\n")
        return len(row)


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell)


def _as_json(cell: Cell) -> Cell:
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell
