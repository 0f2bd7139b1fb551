"""Tables as parquet bytes: the same columns always give the same bytes.

Built from plain buffers, because pyarrow's own converters import pandas (0.4 s, 40 MB) into
every process that so much as reads a table.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from contrast_engine.imageset import ImageIds, Numbers
from contrast_engine.store.parquet_bounds import check_bounds

Column = Sequence[str | None] | Sequence[bytes | None] | np.ndarray[Any, Any] | ImageIds


_HEX = 16
"""Letters of an id."""


def encode(columns: Mapping[str, Column], notes: Mapping[str, str] | None = None) -> bytes:
    """One parquet file, in memory, of named columns of equal length.

    Args:
        columns: Texts, bytes (both may be None), ids, or a float64, int64 or uint8 array each.
        notes: Short texts in the file's header.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays = [_array(column) for column in columns.values()]
    fields = [pa.field(name, a.type) for name, a in zip(columns, arrays, strict=True)]
    batch = pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields, metadata=notes or None))
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_batches([batch]), sink, compression="zstd", use_dictionary=False)
    return bytes(sink.getvalue())


def encoded_in_parts(
    parts: Iterable[Mapping[str, Column]], notes: Mapping[str, str] | None = None
) -> Iterator[bytes]:
    """One parquet file, piece by piece, of columns that come in parts; of one it is as `encode`.

    Args:
        parts: The same columns each; at least one part, which may be empty.
        notes: Short texts in the file's header.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink, writer = Pieces(), None
    for columns in parts:
        arrays = [_array(column) for column in columns.values()]
        fields = [pa.field(name, a.type) for name, a in zip(columns, arrays, strict=True)]
        schema = pa.schema(fields, metadata=notes or None)
        if writer is None:
            writer = pq.ParquetWriter(
                pa.PythonFile(sink, "w"), schema, compression="zstd", use_dictionary=False
            )
        writer.write_table(
            pa.Table.from_batches([pa.RecordBatch.from_arrays(arrays, schema=schema)])
        )
        give_back_memory()
        yield sink.taken()
    if writer is not None:
        writer.close()
    yield sink.taken()


class Pieces(io.RawIOBase):
    """Takes what a Parquet writer writes, until it is asked for."""

    def __init__(self) -> None:
        self._written: list[bytes] = []
        self._length = 0

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: Any) -> int:
        """Hold one more piece."""
        self._written.append(bytes(data))
        self._length += len(self._written[-1])
        return len(self._written[-1])

    def tell(self) -> int:
        """How many bytes were written."""
        return self._length

    def taken(self) -> bytes:
        """All that was written since the last time."""
        written, self._written = self._written, []
        return b"".join(written)


def decode(data: bytes) -> tuple[dict[str, Any], dict[str, str]]:
    """What `encode` wrote: columns by name, and the header notes.

    Raises:
        ValueError: The bytes are not such a table, for instance cut short.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        source = pq.ParquetFile(pa.BufferReader(data))
        check_bounds(source.metadata)
        table = source.read(use_threads=False).combine_chunks()
    except (pa.ArrowException, OSError, MemoryError) as error:
        raise ValueError(f"not a readable table: {error}") from error
    notes = {k.decode(): v.decode() for k, v in (table.schema.metadata or {}).items()}
    notes.pop("ARROW:schema", None)
    return {name: values_of(table.column(name)) for name in table.schema.names}, notes


def give_back_memory() -> None:
    """Hand to the system what Arrow has freed in this thread; it would keep it for ever."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()


def ids_of(column: Any) -> Numbers:
    """The ids in a column of texts, as numbers; no text is made of any.

    Raises:
        ValueError: Something in it is no id.
    """
    parts = [_hex_of(column.chunk(i)) for i in range(column.num_chunks)]
    return np.concatenate([np.zeros(0, dtype=np.uint64), *parts])


def _hex_of(chunk: Any) -> Numbers:
    import pyarrow as pa

    if chunk.type != pa.string() or chunk.null_count:
        raise ValueError("ids are texts in this table, and one for each row")
    if not len(chunk):
        return np.zeros(0, dtype=np.uint64)
    _, ends, text = chunk.buffers()
    ends = np.frombuffer(ends, dtype=np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
    if (np.diff(ends) != _HEX).any():
        raise ValueError("an id is 16 hex digits")
    found = bytes.fromhex(bytes(text)[ends[0] : ends[-1]].decode("ascii"))
    return np.frombuffer(found, dtype=">u8").astype(np.uint64)


def _array(column: Column) -> Any:
    import pyarrow as pa

    if isinstance(column, ImageIds):
        n = len(column)
        ends = np.arange(n + 1, dtype=np.int32) * _HEX
        known = np.packbits(np.ones(n, dtype=np.bool_), bitorder="little")
        text = [pa.py_buffer(known), pa.py_buffer(ends), pa.py_buffer(column.packed.hex().encode())]
        return pa.Array.from_buffers(pa.string(), n, text)

    if isinstance(column, np.ndarray):
        kind = {"f": pa.float64(), "i": pa.int64(), "u": pa.uint8()}[column.dtype.kind]
        values = np.ascontiguousarray(column, dtype=kind.to_pandas_dtype())
        return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])
    is_text = not any(isinstance(value, bytes) for value in column)
    parts = [v.encode() if isinstance(v, str) else v or b"" for v in column]
    ends = np.zeros(len(parts) + 1, dtype=np.int32)
    np.cumsum([len(part) for part in parts], out=ends[1:])
    present = np.array([value is not None for value in column], dtype=np.bool_)
    known = np.packbits(present, bitorder="little")
    buffers = [pa.py_buffer(known), pa.py_buffer(ends), pa.py_buffer(b"".join(parts))]
    return pa.Array.from_buffers(pa.string() if is_text else pa.binary(), len(parts), buffers)


def values_of(column: Any) -> Any:
    """A column as numpy has it; of texts and bytes a list.

    Raises:
        ValueError: A number is missing.
    """
    import pyarrow as pa

    kinds = {pa.float64(): np.float64, pa.int64(): np.int64, pa.uint8(): np.uint8}
    if column.type not in kinds:
        return column.to_pylist()
    if column.null_count:
        raise ValueError("a number is missing in this table")
    dtype = kinds[column.type]
    chunks = [column.chunk(i) for i in range(column.num_chunks)]
    parts = [
        np.frombuffer(c.buffers()[1], dtype=dtype)[c.offset : c.offset + len(c)]
        for c in chunks
        if len(c)
    ]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=dtype)
