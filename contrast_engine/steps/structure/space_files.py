"""Scaled rows of very many images kept beside a workspace, so that they are scaled once."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

from contrast_engine.arrays import Json
from contrast_engine.errors import WorkspaceError
from contrast_engine.imageset import ImageIds
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


_CHUNK = 2**16  # rows written at a time

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


def _read(workspace: Workspace, key: str, about: Json) -> Vectors | None:
    numbers, values = (read_array(_array(workspace, key, what)) for what in ("ids", "rows"))
    if numbers is None or values is None or numbers.dtype != np.uint64:
        return None
    columns = tuple(map(str, about.get("columns", ())))
    if values.shape != (len(numbers), len(columns)) or values.dtype != np.float64:
        return None
    return Vectors(ImageIds(numbers), given_away(values), columns)


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
