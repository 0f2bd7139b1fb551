"""Tables that grow: what is added becomes a part of its own, and small parts are joined in time."""

import contextlib
import time
from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from contrast_engine.errors import WorkspaceError
from contrast_engine.imageset import ImageIds
from contrast_engine.results import Clustering, Predictions
from contrast_engine.store import parquet
from contrast_engine.store.atomic_files import read_json, write_bytes
from contrast_engine.store.leftovers import OLD, remove_leftovers
from contrast_engine.store.table_parts import FOLDER, DamagedPartError, Part, PartFile, described
from contrast_engine.vectors import Vectors

MANY = 8
"""So many parts of about one size are joined: a row is written anew once for each power of it."""


def check_fits(base: Any, more: Any) -> None:
    """Make sure that rows can stand behind those of a table.

    Raises:
        ValueError: They are of another kind, or an image has a row already.
    """
    alike = (
        (isinstance(base, Vectors) and isinstance(more, Vectors) and base.columns == more.columns)
        or (isinstance(base, Clustering) and isinstance(more, Clustering))
        or (
            isinstance(base, Predictions)
            and isinstance(more, Predictions)
            and base.labels == more.labels
        )
    )
    if not alike:
        raise ValueError("only rows of the same kind and with the same columns can be added")
    there = more.ids.images & base.ids.images
    if len(there):
        raise ValueError(f"{len(there):,} images have a row already, such as {there[0]}")


def named(data: bytes) -> str:
    """The name of a part beside the manifest: that of its own hash."""
    return f"{FOLDER}/{blake2b(data, digest_size=16).hexdigest()}.parquet"


def grown(
    home: Path,
    base: Sequence[PartFile],
    more: Any | None,
    encode: Callable[[Any], bytes],
    *,
    is_by_id: bool,
) -> list[Part]:
    """The parts of a table with further rows, of which those that are new are written.

    Args:
        home: The folder of the manifest.
        base: The parts of the table.
        more: The further rows.
        encode: Makes bytes of rows.
        is_by_id: Whether rows that are joined are put into the order of their ids.

    Raises:
        WorkspaceError: It could not be written, or a part is damaged.
    """
    (home / FOLDER).mkdir(parents=True, exist_ok=True)
    remove_leftovers(home / FOLDER)
    try:
        files = [_with_marks(file) for file in base]
        if more is not None:
            data = encode(more)
            files.append(_written(home, data, len(more)))
        while joined := _to_join([file.part.rows for file in files]):
            files[-joined:] = [_joined(home, files[-joined:], is_by_id=is_by_id)]
    except (DamagedPartError, OSError) as error:
        raise WorkspaceError(f"the table cannot grow: {error}; run the step again") from error
    return [file.part for file in files]


def unnamed(root: Path, kind: str) -> list[Path]:
    """Parts that no result names and that nobody has been writing for an hour."""
    home, kept = root / kind, set[str]()
    for path in [*home.glob("*.json"), *root.glob(f"retraining/*/*/{kind}/*.json")]:
        parts = (read_json(path) or {"parts": None}).get("parts", [])
        if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
            return []  # what it named is not known
        kept |= {str(part.get("file")) for part in parts}
    found = []
    for path in (home / FOLDER).glob("*.parquet"):
        with contextlib.suppress(OSError):
            is_old = time.time() - path.stat().st_mtime > OLD
            if is_old and f"{FOLDER}/{path.name}" not in kept:
                found.append(path)
    return found


def remove_unnamed(root: Path, kind: str) -> int:
    """How many parts were removed that no result names and that nobody is writing.

    The lock "results" must be held.
    """
    removed = 0
    for path in unnamed(root, kind):
        with contextlib.suppress(OSError):
            path.unlink()
            removed += 1
    return removed


def _to_join(rows: Sequence[int]) -> int:
    """How many of the last parts are to be joined: `MANY` or more, none of more than their size.

    A size is a power of `MANY`; so a table of n rows has at most about log(n) * MANY parts.
    """
    if not rows:
        return 0
    last = _size(rows[-1])
    count = 0
    while count < len(rows) and _size(rows[-1 - count]) <= last:
        count += 1
    return count if count >= MANY else 0


def _size(rows: int) -> int:
    size = 0
    while rows >= MANY:
        rows, size = rows // MANY, size + 1
    return size


def _with_marks(file: PartFile) -> PartFile:
    """A part that can be named by a manifest; a table of before is looked through for that."""
    if not file.part.checksum:
        return file
    data = file.path.read_bytes()
    if blake2b(data, digest_size=16).hexdigest() != file.part.checksum:
        raise DamagedPartError(f"{file.path.name} is damaged")
    return PartFile(file.path, described(file.part.file, data, file.part.rows))


def _joined(home: Path, files: Sequence[PartFile], *, is_by_id: bool) -> PartFile:
    """One part with the rows of several, in their order or in that of their ids."""
    ids = np.concatenate([parquet.ids_of(file.column(0)) for file in files])
    order = np.argsort(ids, kind="stable") if is_by_id else slice(None)
    name, *names = files[0].names
    columns: dict[str, parquet.Column] = {name: ImageIds(ids[order])}
    for number, name in enumerate(names):
        read = [parquet.values_of(file.column(number + 1)) for file in files]
        columns[name] = np.concatenate(read)[order]
    return _written(home, parquet.encode(columns), sum(file.part.rows for file in files))


def _written(home: Path, data: bytes, rows: int) -> PartFile:
    part = described(named(data), data, rows)
    write_bytes(home / part.file, data)
    return PartFile(home / part.file, part)
