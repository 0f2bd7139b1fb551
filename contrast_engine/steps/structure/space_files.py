"""Scaled rows of very many images kept beside a workspace, so that they are scaled once.

They are read from their file when they are asked for, and not held: 160 MB of a million images.
"""

import io
import mmap
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary, finalize

import numpy as np

from contrast_engine.arrays import Floats, Ints, Json
from contrast_engine.errors import WorkspaceError
from contrast_engine.imageset import ImageId, ImageIds, held_once
from contrast_engine.store import Workspace
from contrast_engine.store.atomic_files import (
    read_array,
    read_json,
    stamp,
    write_chunks,
    write_json,
)
from contrast_engine.vectors import Vectors, given_away

KEPT_FROM = 50_000
"""Images from which scaling them takes longer than reading a file of what it gave."""


_CHUNK = 2**16  # rows written, or read, at a time

_in_use: "WeakValueDictionary[tuple[object, ...], Vectors]" = WeakValueDictionary()
"""The rows that somebody holds, so that two pages that need them hold them once."""


def kept_rows(workspace: Workspace, key: str, asked: Sequence[str]) -> Vectors | None:
    """The scaled rows of a table of features that were kept, None where there are none.

    Args:
        workspace: Where they lie, in its cache.
        key: The scaling step and the table: neither ever changes under its key.
        asked: The columns that were looked for; other ones were kept for another program.
    """
    about = read_json(_about(workspace, key))
    if about is None or about.get("asked") != list(asked):
        return None
    marks = [stamp(_array(workspace, key, what)) for what in ("ids", "rows")]
    mark = (_about(workspace, key), *marks, *map(str, about.get("columns", ())))
    found = _in_use.get(mark)
    if found is None and (found := _read(workspace, key, about)) is not None:
        _in_use[mark] = found
    return found


class KeptVectors(Vectors):
    """Rows in a file that is never changed; those that are asked for are read from it.

    Args:
        ids: The images.
        file: Where the rows lie, one behind the other, as float64.
        start: Bytes before the first of them.
        columns: Their names.
    """

    def __new__(cls, *given: Any, **fields: Any) -> Any:
        """As `dataclasses.replace` makes some with other values, they are in memory."""
        return Vectors(**fields) if fields else super().__new__(cls)

    def __init__(self, ids: ImageIds, file: Path, start: int, columns: tuple[str, ...]) -> None:
        handle = os.open(file, os.O_RDONLY)
        finalize(self, os.close, handle)  # open: another file may take the place of this one
        held = {"ids": ids, "columns": columns, "_file": file, "_start": start, "_open": handle}
        for name, value in held.items():
            object.__setattr__(self, name, value)

    _file: Path
    _start: int
    _open: int

    @property
    def values(self) -> Floats:
        """(n, d) all rows, mapped: the memory is the system's, and free once nobody has them.

        Raises:
            WorkspaceError: The file was cut short.
        """
        shape, bytes_ = (len(self), len(self.columns)), 8 * len(self) * len(self.columns)
        if os.fstat(self._open).st_size < self._start + bytes_:  # reading on would end the process
            raise WorkspaceError(f"{self._file} was cut short; remove it, and it is made again")
        content = mmap.mmap(self._open, 0, access=mmap.ACCESS_READ)
        found = np.frombuffer(content, np.float64, shape[0] * shape[1], self._start)
        return found.reshape(shape)

    def take(self, ids: Iterable[ImageId]) -> Vectors:
        """The rows of `ids`, in the order given, read a part of the file at a time.

        Raises:
            UnknownName: An id has no row here.
        """
        named = Vectors(self.ids, np.zeros((len(self), 0)), ()).take(ids).ids
        rows = self.places(named)
        found = np.empty((len(rows), len(self.columns)))
        part_of = rows // _CHUNK
        for part in np.flatnonzero(np.bincount(part_of)).tolist():  # np.unique loads numpy.ma first
            mine = np.flatnonzero(part_of == part)
            found[mine] = self.values[rows[mine]]  # mapped anew: so much is held at once
        return Vectors(named, given_away(found), self.columns)

    def at_rows(self, name: str, rows: Ints, *, is_last: bool = True) -> Floats:
        """One column at some rows."""
        found: Floats = self.values[rows, self._number(name)]
        return found

    @cached_property
    def is_finite(self) -> bool:
        """Whether every number is one; looked at a part at a time."""
        starts = range(0, len(self), _CHUNK)
        return all(bool(np.isfinite(self.values[at : at + _CHUNK]).all()) for at in starts)


def _read(workspace: Workspace, key: str, about: Json) -> Vectors | None:
    numbers = read_array(_array(workspace, key, "ids"))
    rows = read_array(_array(workspace, key, "rows"), is_mapped=True)
    if numbers is None or rows is None or numbers.dtype != np.uint64 or numbers.ndim != 1:
        return None
    columns = tuple(map(str, about.get("columns", ())))
    if rows.shape != (len(numbers), len(columns)) or rows.dtype != np.float64:
        return None
    if not rows.flags.c_contiguous or not isinstance(rows, np.memmap) or not rows.size:
        return None
    try:
        ids = ImageIds(held_once(numbers))
        found = KeptVectors(ids, _array(workspace, key, "rows"), int(rows.offset), columns)
        return found if found.is_finite and not ids.has_twice else None
    except (OSError, WorkspaceError):
        return None


def keep_rows(workspace: Workspace, key: str, asked: Sequence[str], scaled: Vectors) -> None:
    """Keep the scaled rows of very many images; nothing is lost where that is not possible."""
    if len(scaled) < KEPT_FROM or workspace.is_read_only:
        return
    try:
        write_chunks(_array(workspace, key, "ids"), _npy(scaled.numbers))
        write_chunks(_array(workspace, key, "rows"), _npy(scaled.values))
        about = {"asked": list(asked), "columns": list(scaled.columns)}
        write_json(_about(workspace, key), about)  # last: all is there
    except (OSError, WorkspaceError):
        return


def _npy(array: "np.ndarray[Any, np.dtype[Any]]") -> Iterator[bytes]:
    head = io.BytesIO()
    described = np.lib.format.header_data_from_array_1_0(np.ascontiguousarray(array))
    np.lib.format.write_array_header_1_0(head, described)
    yield head.getvalue()
    for begin in range(0, len(array), _CHUNK):
        yield np.ascontiguousarray(array[begin : begin + _CHUNK]).tobytes()


def _about(workspace: Workspace, key: str) -> Path:
    return workspace.root / "cache" / "spaces" / f"{key}.json"


def _array(workspace: Workspace, key: str, what: str) -> Path:
    return workspace.root / "cache" / "spaces" / f"{key}.{what}.npy"
