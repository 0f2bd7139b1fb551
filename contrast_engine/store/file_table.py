"""The table of files on disk: one row per file, paths exactly as the system names them."""

import functools
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, groupby, repeat
from pathlib import Path

import numpy as np

from contrast_engine.errors import WorkspaceError
from contrast_engine.store import parquet
from contrast_engine.store.collection import ImageFile
from contrast_engine.store.places import inward, outward

_READERS = "readers"


def encode_files(files: Iterable[ImageFile], home: Path) -> bytes:
    """The table of files as parquet; what lies in `home` is named relative to it."""
    rows = sorted(files, key=lambda file: os.fsencode(file.location))

    def whole(name: str) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        return np.array([getattr(row, name) for row in rows], dtype=np.int64)

    return parquet.encode(
        {
            "path": [_inside(row.location, home) for row in rows],
            "root": [os.fsencode(inward(row.root, home)) for row in rows],
            "id": [row.id for row in rows],
            **{name: whole(name) for name in ("bytes", "mtime_ns", "width", "height")},
            "format": [row.format for row in rows],
            "notes": [_safe("\n".join(row.notes)) for row in rows],
            "problem": [row.problem and _safe(row.problem) for row in rows],
            "may_heal": whole("may_heal").astype(np.uint8),
            "missing": whole("missing").astype(np.uint8),
        },
        _packed([row.reader for row in rows]),
    )


def decode_files(data: bytes, home: Path) -> tuple[ImageFile, ...]:
    """The files that `encode_files` wrote.

    Raises:
        WorkspaceError: The table is damaged.
    """
    try:
        table, header = parquet.decode(data)
        lists = [
            column.tolist() if isinstance(column, np.ndarray) else column
            for column in table.values()
        ]
        readers = _unpacked(header)
        inside = os.path.join(home, "")  # noqa: PTH118 - the slash at the end is the point
        return tuple(
            _file(dict(zip(table, row, strict=True)), inside, next(readers))
            for row in zip(*lists, strict=True)
        )
    except (ValueError, KeyError, TypeError) as error:
        raise WorkspaceError(
            f"the table of images in {home} is damaged; move images.parquet away and scan again: "
            "labels and results stay"
        ) from error


def _packed(readers: list[str]) -> dict[str, str]:
    """How the files were read, for the header: how many of each in turn.

    Not a column: programs of before take a table with one more for damaged.
    """
    if not any(readers):
        return {}
    return {_READERS: json.dumps([[reader, len(list(run))] for reader, run in groupby(readers)])}


def _unpacked(header: Mapping[str, str]) -> Iterator[str]:
    runs = json.loads(header.get(_READERS, "[]"))
    return chain(chain.from_iterable(repeat(str(reader), n) for reader, n in runs), repeat(""))


def _file(row: dict[str, object], inside: str, reader: str) -> ImageFile:
    path = os.fsdecode(row.pop("path"))  # type: ignore[arg-type]
    return ImageFile(
        location=path if os.path.isabs(path) else inside + path.replace("/", os.sep),  # noqa: PTH117
        root=_root(row.pop("root"), inside),
        notes=tuple(note for note in str(row.pop("notes")).split("\n") if note),
        may_heal=bool(row.pop("may_heal")),
        missing=bool(row.pop("missing")),
        reader=reader,
        **row,  # type: ignore[arg-type]
    )


@functools.lru_cache(1024)
def _root(written: bytes, inside: str) -> str:
    """The root of a file; many share one: its text is made, and held in memory, once."""
    return outward(os.fsdecode(written), Path(inside))


def _safe(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _inside(location: str, home: Path) -> bytes:
    prefix = os.path.join(home, "")  # noqa: PTH118 - the slash at the end is the point
    if not location.startswith(prefix):
        return os.fsencode(location)
    # with slashes wherever it is written, so that a folder can be moved between systems
    return os.fsencode(location.removeprefix(prefix).replace(os.sep, "/"))
