"""Columns as lines of CSV: numbers as Python writes them, made by Arrow where the two agree."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from contrast_engine.arrays import Bools
from contrast_engine.steps.output.columns import Cell, Cells

_LEAST, _MOST = 1e-4, 1e9
"""Between them both write a number that is not whole with the same fewest digits."""

_SPECIAL = re.compile(r'[",\r\n]')


def header(columns: Sequence[str]) -> bytes:
    """The names of the columns as a line."""
    return (",".join(map(_quoted, columns)) + "\n").encode()


def lines(columns: Sequence[Cells]) -> bytes:
    """The lines of some rows, blank where nothing is known."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = [_column(cells) for cells in columns]
    comma, end, nothing = (_strings([text])[0] for text in (",", "\n", ""))
    options = pc.JoinOptions(null_handling="replace", null_replacement="")
    joined = pc.call_function("binary_join_element_wise", [*texts, comma], options)
    ended = pc.call_function("binary_join_element_wise", [joined, nothing, end], options)
    _, ends, text = ended.buffers()
    where = np.frombuffer(ends, dtype=np.int32)
    first, last = int(where[ended.offset]), int(where[ended.offset + len(ended)])
    found = b"" if text is None else bytes(memoryview(text)[first:last])
    pa.default_memory_pool().release_unused()  # what freed texts took is not kept for the next
    return found


def _column(cells: Cells) -> Any:
    """A column as texts, null where nothing is known."""
    values = cells.values
    if isinstance(values, np.ndarray) and values.dtype == np.float64:
        return _floats(values, cells.known)
    return _strings([None if cell is None else _text(cell) for cell in cells.listed()])


def _floats(values: Any, known: Bools | None) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    values = np.ascontiguousarray(values)
    known = np.ones(len(values), dtype=np.bool_) if known is None else known
    numbers = pa.Array.from_buffers(
        pa.float64(), len(values), [_bits(known), pa.py_buffer(values)]
    )  # fmt: skip
    size = np.abs(values)
    is_alike = (size >= _LEAST) & (size < _MOST) & (values != np.floor(values))
    others = known & ~is_alike
    found = pc.cast(numbers, pa.string())
    if not others.any():
        return found
    where = pa.Array.from_buffers(pa.bool_(), len(values), [None, _bits(others)])
    return pc.replace_with_mask(found, where, _strings(map(repr, values[others].tolist())))


def _strings(texts: Iterable[str | None]) -> Any:
    """Texts as Arrow has them, made from their buffers: its converters would import pandas."""
    import pyarrow as pa

    texts = list(texts)
    parts = [(text or "").encode() for text in texts]
    ends = np.zeros(len(parts) + 1, dtype=np.int32)
    np.cumsum([len(part) for part in parts], out=ends[1:])
    known = np.array([text is not None for text in texts], dtype=np.bool_)
    buffers = [_bits(known), pa.py_buffer(ends), pa.py_buffer(b"".join(parts))]
    return pa.Array.from_buffers(pa.string(), len(parts), buffers)


def _bits(flags: Bools) -> Any:
    import pyarrow as pa

    return pa.py_buffer(np.packbits(flags, bitorder="little"))


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return _quoted(cell) if isinstance(cell, str) else str(cell)


def _quoted(text: str) -> str:
    """A text between quotation marks where it has a comma, a mark or the end of a line in it."""
    return '"' + text.replace('"', '""') + '"' if _SPECIAL.search(text) else text
