"""Parts of a measured collection: tables of features made elsewhere, read with distrust."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from contrast_engine.arrays import Bytes, Floats, Json
from contrast_engine.errors import CollectionError, OptionError
from contrast_engine.imageset import ImageId, numbered
from contrast_engine.store.atomic_files import TEMPORARY
from contrast_engine.store.collection import shown

TEXTS = ("id", "content_id", "path", "problem", "reading", "reader", "format")
WHOLE_NUMBERS = ("feature_version", "bytes", "width", "height", "mtime_ns")
"""Columns of a part, beside "notes", "features", "thumbnail" and "copy"."""

COLUMNS = (*TEXTS, *WHOLE_NUMBERS, "notes", "features", "thumbnail", "copy")

_AT_A_TIME = 256
_LARGEST_THUMBNAIL = 1 << 20


@dataclass(frozen=True, eq=False)
class MeasuredFile:
    """One row of a part: a file as it was measured, or why it was not.

    Args:
        path: Where it was, as text.
        content: Its content id, None where it could not be read at all.
        feature_version: Version of its features.
        reading: The options by which files were to be read, as JSON.
        reader: How it was read.
        thumbnail: WebP, None where it did not decode.
        bytes: Its size, None where unknown.
        mtime_ns: When it was last changed, None where unknown.
        width, height: In pixels, 0 where it did not decode.
        format: "JPEG", "PNG" ...; "" where it did not decode.
        notes: What was special about reading it.
        problem: Why there are no features, None where there are.
        features: (d,) in the order of the names asked for, None with a problem.
        copy: (size, size, 3) the training copy, None with a problem.
    """

    path: str
    content: ImageId | None
    feature_version: int
    reading: str
    reader: str
    thumbnail: bytes | None
    bytes: int | None
    mtime_ns: int | None
    width: int
    height: int
    format: str
    notes: tuple[str, ...]
    problem: str | None
    features: Floats | None
    copy: Bytes | None


def part_files(place: Path) -> tuple[Path, ...]:
    """The parts in a folder and the folders in it, half-written ones too; or the one named.

    Raises:
        CollectionError: There is none.
    """
    if place.is_file():
        return (place,)
    found = [
        file
        for file in sorted(place.rglob("*"))
        if file.name.startswith(TEMPORARY)
        or (file.suffix == ".parquet" and not file.name.startswith((".", "_")))
    ]
    if not found:
        raise CollectionError(
            f"there are no parts in {shown(place)}; name the folder that "
            "`contrast measure PATHS --engine ray --out PARTS` wrote"
        )
    return tuple(found)


def read_part(file: Path, names: Sequence[str], copy_size: int) -> Iterator[MeasuredFile]:
    """The rows of a part, a few held in memory at a time.

    Args:
        file: A part.
        names: The features wanted.
        copy_size: Side of the training copies in pixels.

    Raises:
        CollectionError: It is half-written, damaged or something else; in words, without its name.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if file.name.startswith(TEMPORARY):
        raise CollectionError("it is half-written: what wrote it was stopped; measure again")
    try:
        with pq.ParquetFile(file) as table:
            missing = [name for name in COLUMNS if name not in table.schema_arrow.names]
            if missing:
                raise CollectionError(f"it is no part: it has no column {', '.join(missing)}")
            for batch in table.iter_batches(_AT_A_TIME, columns=COLUMNS, use_threads=False):
                for row in batch.to_pylist():
                    yield _row(row, names, copy_size)
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError, OptionError) as error:
        said = " ".join(str(error).split())[:120]
        raise CollectionError(f"it is damaged or no part: {said}") from error


def _row(row: Json, names: Sequence[str], copy_size: int) -> MeasuredFile:
    problem, features, copy, thumbnail = (
        row[name] for name in ("problem", "features", "copy", "thumbnail")
    )
    _expect(row["path"] is not None and row["feature_version"] is not None, "a row has no path")
    _expect((problem is None) == (features is not None), "a row has no features and no problem")
    content = None if row["content_id"] is None else ImageId(row["content_id"])
    if content is not None:
        numbered([content])
    values: Floats | None = None
    pixels: Bytes | None = None
    if thumbnail is not None:
        is_webp = thumbnail[:4] == b"RIFF" and thumbnail[8:12] == b"WEBP"
        _expect(is_webp and len(thumbnail) < _LARGEST_THUMBNAIL, "a thumbnail is none")
        _expect(content is not None and row["width"] > 0 and row["height"] > 0, "a size is none")
    if features is not None:
        _expect(thumbnail is not None, "a thumbnail is missing")
        values = _values(features, names)
        _expect(copy is not None and len(copy) == 3 * copy_size**2, "a training copy is none")
        pixels = np.frombuffer(copy, np.uint8).reshape(copy_size, copy_size, 3)
    return MeasuredFile(
        path=str(row["path"]),
        content=content,
        feature_version=int(row["feature_version"]),
        reading=str(row["reading"]),
        reader=str(row["reader"]),
        bytes=row["bytes"],
        mtime_ns=row["mtime_ns"],
        width=int(row["width"] or 0),
        height=int(row["height"] or 0),
        format=str(row["format"] or ""),
        notes=tuple(map(str, row["notes"] or ())),
        problem=problem,
        features=values,
        copy=pixels,
        thumbnail=thumbnail,
    )


def _values(features: dict[str, Any], names: Sequence[str]) -> Floats:
    lacking = [name for name in names if name not in features]
    _expect(not lacking, f"it lacks the feature {', '.join(lacking)}")
    values = [features[name] for name in names]
    _expect(all(v is not None and math.isfinite(v) for v in values), "a feature is no number")
    return np.array(values, dtype=np.float64)


def _expect(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise ValueError(otherwise)
