"""The table of files on disk: one row per file, paths exactly as the system names them."""

import functools
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from contrast_engine.arrays import Bools, Ints
from contrast_engine.errors import WorkspaceError
from contrast_engine.imageset import Numbers
from contrast_engine.store.file_columns import FileColumns
from contrast_engine.store.image_file import ImageFile
from contrast_engine.store.parquet import give_back_memory
from contrast_engine.store.parquet_bounds import check_bounds
from contrast_engine.store.places import inward, outward
from contrast_engine.store.texts import Coded, Codes, Texts

_READERS = "readers"
_REPEATED = ("root", "format", "notes", "problem")
"""Columns in which many rows say the same: read as codes, however they were written."""

_DAMAGED = (
    ValueError, KeyError, TypeError, IndexError, AttributeError, MemoryError, OverflowError,
    RecursionError,
)  # fmt: skip
"""What reading a table raises of which anything may be untrue."""

_BLOCK = 1 << 20
"""Bytes of ids turned into numbers at once."""

_JOINED = "joined"
"""Header of a table: the number of the last part that is in it."""

_GONE = "gone"
"""Header of a part: the rows, by number, of files that are no longer in the table."""


class StoredRows(NamedTuple):
    """What a table or a part of one holds.

    Args:
        files: The rows, in the order of their locations.
        gone: In a part: for each row whether the file is no longer in the table.
        joined: In a table: the number of the last part that is in it.
    """

    files: FileColumns
    gone: Bools
    joined: int


class Header(NamedTuple):
    """What a table says before a row of it is read."""

    rows: int = 0
    joined: int = 0
    readers: frozenset[str] = frozenset()


def encode_files(
    files: Iterable[ImageFile], home: Path, gone: Bools | None = None, joined: int = 0
) -> bytes:
    """The table of files as parquet; what lies in `home` is named relative to it.

    Args:
        files: The rows; in the order of their locations, where `gone` is given.
        home: The folder of the workspace.
        gone: In a part: for each row whether the file is no longer in the table.
        joined: In a table: the number of the last part that is in it.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = FileColumns.of(files).sorted()
    table = {
        "path": _inside(rows.locations, home),
        "root": _decoded(rows.roots, lambda root: os.fsencode(inward(root, home)), pa.binary()),
        "id": _id_texts(rows.ids, rows.has_id),
        **{name: _whole(getattr(rows, name)) for name in ("bytes", "mtime_ns", "width", "height")},
        "format": _decoded(rows.formats, str.encode, pa.string()),
        "notes": _decoded(rows.notes, lambda notes: _safe("\n".join(notes)), pa.string()),
        "problem": _decoded(rows.problems, lambda why: why and _safe(why), pa.string()),
        "may_heal": _whole(rows.may_heal),
        "missing": _whole(rows.missing),
    }
    header = _packed(rows.readers)
    if gone is not None and gone.any():
        header[_GONE] = json.dumps(np.flatnonzero(gone).tolist())
    if joined:
        header[_JOINED] = str(joined)
    fields = [pa.field(name, column.type) for name, column in table.items()]
    schema = pa.schema(fields, metadata=header or None)
    sink = pa.BufferOutputStream()
    pq.write_table(
        pa.Table.from_arrays(list(table.values()), schema=schema),
        sink,
        compression="zstd",
        use_dictionary=False,
    )
    return bytes(sink.getvalue())


def decode_files(data: bytes, home: Path) -> FileColumns:
    """The files that `encode_files` wrote.

    Raises:
        WorkspaceError: The table is damaged.
    """
    return decode_part(data, home).files


def header_of(table: Path) -> Header:
    """What a table on disk says of itself; nothing where there is none, or a damaged one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        said = pq.read_metadata(table)
        header = {key.decode(): text.decode() for key, text in (said.metadata or {}).items()
                  if key in (_JOINED.encode(), _READERS.encode())}  # fmt: skip
        readers = frozenset(str(reader) for reader, _ in json.loads(header.get(_READERS, "[]")))
        return Header(said.num_rows, int(header.get(_JOINED, 0)), readers)
    except (OSError, ValueError, TypeError, pa.ArrowException):
        return Header()


def decode_part(data: bytes, home: Path) -> StoredRows:
    """What a table, or a part of it, holds.

    Raises:
        WorkspaceError: The part is damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        source = pq.ParquetFile(pa.BufferReader(data), read_dictionary=list(_REPEATED))
        check_bounds(source.metadata, _REPEATED)
        header = {
            key.decode(): value.decode()
            for key, value in (source.schema_arrow.metadata or {}).items()
        }
        rows = _columns(source, header, home)
        give_back_memory()  # of a million files 45 MB
        gone = np.zeros(len(rows), dtype=np.bool_)
        gone[json.loads(header.get(_GONE, "[]"))] = True
        joined = int(header.get(_JOINED, 0))
        if rows.locations.are_sorted:
            return StoredRows(rows, gone, joined)
        order = rows.locations.order  # written where the folder lay elsewhere
        return StoredRows(rows.take(order), gone[order], joined)
    except (*_DAMAGED, OSError, pa.ArrowException) as error:
        raise WorkspaceError(
            f"the table of images in {home} is damaged; move images.parquet away and scan again: "
            "labels and results stay"
        ) from error


def _columns(source: Any, header: Mapping[str, str], home: Path) -> FileColumns:
    """The columns of a table, read one after the other: none is held twice in memory."""
    count = source.metadata.num_rows
    if not count:
        return FileColumns.of(())
    inside = os.path.join(home, "")  # noqa: PTH118 - the slash at the end is the point

    def column(name: str) -> Any:
        found = source.read([name], use_threads=False).column(name)
        if len(found) != count or (found.null_count and name not in ("id", "problem")):
            raise ValueError(f"rows are missing in the column {name}")
        return found.combine_chunks() if found.num_chunks != 1 else found.chunk(0)

    ids, has_id = _id_numbers(column("id"))
    return FileColumns(
        Texts(_outside(column("path"), inside)),
        _coded(column("root"), lambda root: _root(_bytes(root), inside)),
        ids,
        has_id,
        _numbers(column("bytes"), np.int64),
        _numbers(column("mtime_ns"), np.int64),
        _sides(_numbers(column("width"), np.int64)),
        _sides(_numbers(column("height"), np.int64)),
        _coded(column("format"), str),
        _coded(column("notes"), lambda notes: tuple(note for note in notes.split("\n") if note)),
        _coded(column("problem"), lambda why: why),
        _numbers(column("may_heal"), np.uint8).astype(np.bool_),
        _numbers(column("missing"), np.uint8).astype(np.bool_),
        _unpacked(header, count),
    )


def _bytes(value: bytes | str) -> bytes:
    return value.encode() if isinstance(value, str) else value


def _coded(column: Any, value: Any) -> Coded[Any]:
    """A column of few values: each is made once."""
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        raise ValueError(f"{column.type} is no column of text")
    codes = np.frombuffer(column.indices.buffers()[1], np.int32) if len(column) else ()
    codes = np.array(codes[column.offset : column.offset + len(column)], dtype=np.int32)
    values = [value(one) for one in column.dictionary.to_pylist()]
    known = codes if not column.null_count else codes[~_is_null(column)]
    if len(known) and not 0 <= known.min() <= known.max() < len(values):
        raise ValueError("a row says something that is not there")
    if column.null_count:
        codes[_is_null(column)] = len(values)
        values.append(value(None))
    return Coded(codes, tuple(values))


def _is_null(column: Any) -> Bools:
    known = np.frombuffer(column.buffers()[0], np.uint8)
    bits = np.unpackbits(known, count=column.offset + len(column), bitorder="little")
    return np.asarray(bits[column.offset :] == 0)


def _numbers(column: Any, dtype: Any) -> Any:
    import pyarrow as pa

    if column.type != (pa.int64() if dtype is np.int64 else pa.uint8()):
        raise ValueError(f"{column.type} is not the type of this column")
    if not len(column):
        return np.zeros(0, dtype=dtype)
    return np.frombuffer(column.buffers()[1], dtype)[column.offset :][: len(column)]


def _sides(pixels: Ints) -> Ints:
    """Sides of pictures in half the memory, if they are what sides can be."""
    fits = len(pixels) and pixels.min() >= 0 and pixels.max() <= np.iinfo(np.int32).max
    return pixels.astype(np.int32) if fits else pixels


def _id_numbers(column: Any) -> tuple[Numbers, Bools]:
    """Ids as numbers, and which rows have one."""
    has_id = ~_is_null(column) if column.null_count else np.ones(len(column), dtype=np.bool_)
    ids = np.zeros(len(column), dtype=np.uint64)
    if not has_id.any():
        return ids, has_id
    ends = np.frombuffer(column.buffers()[1], np.int32)[column.offset :][: len(column) + 1]
    if not (np.diff(ends) == 16 * has_id).all():
        raise ValueError("an id is not 16 hex digits")
    text = memoryview(column.buffers()[2])[int(ends[0]) : int(ends[-1])]
    found = np.concatenate([_unhexed(text[at : at + _BLOCK]) for at in range(0, len(text), _BLOCK)])
    ids[has_id] = found
    return ids, has_id


def _unhexed(text: memoryview) -> Numbers:
    data = bytes.fromhex(str(text, "ascii"))
    if 2 * len(data) != len(text):  # blanks between the digits
        raise ValueError("an id is not 16 hex digits")
    return np.frombuffer(data, ">u8").astype(np.uint64)


def _id_texts(ids: Numbers, has_id: Bools) -> Any:
    import pyarrow as pa

    text = ids[has_id].astype(">u8").tobytes().hex().encode()
    ends = np.zeros(len(ids) + 1, dtype=np.int32)
    np.cumsum(16 * has_id, out=ends[1:])
    known = np.packbits(has_id, bitorder="little")
    buffers = [pa.py_buffer(known), pa.py_buffer(ends), pa.py_buffer(text)]
    return pa.Array.from_buffers(pa.string(), len(ids), buffers)


def _whole(column: "Ints | Bools") -> Any:
    import pyarrow as pa

    is_mask = column.dtype == np.bool_
    values = np.ascontiguousarray(column, dtype=np.uint8 if is_mask else np.int64)
    kind = pa.uint8() if is_mask else pa.int64()
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])


def _decoded(column: Coded[Any], written: Any, kind: Any) -> Any:
    """A column with its values in every row, as all versions read it."""
    import pyarrow as pa

    values = [written(value) for value in column.values]
    known = np.array([value is not None for value in values], dtype=np.bool_)
    whole = Texts.of(_bytes(value or b"") for value in values).array
    codes: Codes = np.ascontiguousarray(column.codes, dtype=np.int32)
    nulls = None
    if not known.all():
        nulls = pa.py_buffer(np.packbits(known[codes], bitorder="little"))
    places = pa.Array.from_buffers(pa.int32(), len(codes), [nulls, pa.py_buffer(codes)])
    taken = whole.take(places)
    return taken if kind == pa.binary() else taken.view(kind)


def _packed(readers: Coded[str]) -> dict[str, str]:
    """How the files were read, for the header: how many of each in turn.

    Not a column: programs of before take a table with one more for damaged.
    """
    if not any(readers.used):
        return {}
    same = {value: code for code, value in reversed(list(enumerate(readers.values)))}
    codes = np.array([same[value] for value in readers.values], dtype=np.int32)[readers.codes]
    starts = np.append(0, np.flatnonzero(np.diff(codes)) + 1)
    lengths = np.diff(np.append(starts, len(codes))).tolist()
    turns = zip((readers.values[code] for code in codes[starts]), lengths, strict=True)
    return {_READERS: json.dumps([[reader, count] for reader, count in turns])}


def _unpacked(header: Mapping[str, str], count: int) -> Coded[str]:
    runs = json.loads(header.get(_READERS, "[]"))
    short = count - sum(int(length) for _, length in runs)
    turns = Coded.of([*(str(reader) for reader, _ in runs), ""])
    lengths = [*(int(length) for _, length in runs), max(short, 0)]
    if short < 0 or min(lengths) < 0:
        raise ValueError("it says how more files were read than there are")
    return turns.take(np.repeat(np.arange(len(lengths)), lengths)[:count])


@functools.lru_cache(1024)
def _root(written: bytes, inside: str) -> str:
    """The root of a file; many share one: its text is made, and held in memory, once."""
    return outward(os.fsdecode(written), Path(inside))


def _safe(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _inside(locations: Texts, home: Path) -> Any:
    """Locations as they are written: those in `home` relative to it."""
    here, whole = locations.below(os.fspath(home)), locations.array
    if here.start == here.stop:
        return whole
    import pyarrow as pa
    import pyarrow.compute as pc

    prefix = os.fsencode(os.path.join(home, ""))  # noqa: PTH118 - the slash at the end is the point
    found = whole[here]
    inner = pc.binary_replace_slice(found, start=0, stop=len(prefix), replacement=b"")
    if os.sep != "/":
        # with slashes wherever it is written, so that a folder can be moved between systems
        inner = pc.replace_substring(inner, pattern=os.sep, replacement="/")
    return pa.concat_arrays([whole[: here.start], inner, whole[here.stop :]])


def _outside(column: Any, inside: str) -> Any:
    """Locations as they are on this system, from what was written."""
    import pyarrow as pa

    if column.type == pa.string():
        column = column.view(pa.binary())
    written = Texts(column)
    is_whole = written.are_absolute
    if is_whole.all():
        return column
    import pyarrow.compute as pc

    relative = column if os.sep == "/" else pc.replace_substring(column, "/", os.sep)
    full = pc.binary_replace_slice(relative, start=0, stop=0, replacement=os.fsencode(inside))
    if not is_whole.any():
        return full
    rows = np.arange(len(written)) + len(written) * ~is_whole
    return Texts(pa.concat_arrays([column, full])).take(rows).array
