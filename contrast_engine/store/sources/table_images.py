"""Parquet tables that hold images as bytes: unpacked once into the workspace, as archives are."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from contrast_engine.arrays import Json
from contrast_engine.errors import CollectionError, WorkspaceError
from contrast_engine.store.atomic_files import is_full, read_json, reason, write_json
from contrast_engine.store.collection import shown
from contrast_engine.store.sources import archives
from contrast_engine.store.sources.finding import LARGEST_FILE, Search
from contrast_engine.store.sources.folders import is_passed_over, walk
from contrast_engine.store.spellings import Located
from contrast_engine.store.tables import PATHS, ParquetTable, column, folded
from contrast_engine.store.tables.parquet_table import is_image, opened

_BLOCK = 16
"""Rows in memory at a time: each may hold a photograph."""


def image_column(table: ParquetTable) -> int | None:
    """The first column that holds images: a struct with `bytes`, or bytes that are an image."""
    import pyarrow as pa

    found = []
    for at, field in enumerate(table.fields):
        kind = field.type
        if pa.types.is_struct(kind) and kind.get_field_index("bytes") >= 0:
            found.append(at)
        elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            values = (value for (value,) in table.values([at], _BLOCK) if value)
            if is_image(next(values, b"")):
                found.append(at)
    return next((at for at in found if table.columns[at] == "image"), found[0] if found else None)


def unpack_images(
    table: ParquetTable, imports: Path, found: Search, heartbeat: Callable[[str], None]
) -> None:
    """Take in the images of a table, unpacking them unless that was done before.

    A row whose column `path`, or whose image's `path` where it has no bytes, names a file that is
    there means that file.

    Raises:
        CollectionError: It declares more than a table of images holds.
        WorkspaceError: The disk has no room for them.
    """
    path = os.fspath(table.path)
    try:
        folder = imports / archives.digest_of(path, imports)
        record = folder.with_suffix(".json")
        done = read_json(record) if folder.is_dir() else None
        if done is None:
            done = _unpacked(table, folder, heartbeat)
            write_json(record, done)
    except CollectionError:
        shutil.rmtree(folder.with_suffix(".part"), ignore_errors=True)
        raise
    except OSError as error:
        why = f"{shown(path)} cannot be unpacked: {reason(error)}"
        raise (WorkspaceError if is_full(error) else CollectionError)(why) from error
    for row, why in done["problems"].items():
        found.refuse(f"{path}:row {row}", path, f"row {row} of the table {why}")
    for place in done["paths"]:
        found.look(place, path, is_asked_for=True)
    walk(str(folder), path, found, heartbeat)


def _unpacked(table: ParquetTable, folder: Path, heartbeat: Callable[[str], None]) -> Json:
    part = folder.with_suffix(".part")
    for leftover in (part, folder):
        if leftover.exists():
            shutil.rmtree(leftover)
    part.mkdir(parents=True)
    images = image_column(table)
    assert images is not None
    most = _room(table, images, part)
    paths: list[str] = []
    problems: dict[str, str] = {}
    located = Located(table.path.parent)
    named_at = _paths(table, images)
    for number, named, data in _cells(table, images, named_at):
        if number % 50 == 1:
            heartbeat(f"unpacking {shown(table.path.name)}, {number - 1} images")
        place = located(named) if named else ""
        if place and (not data or named_at is not None) and os.path.isfile(place):  # noqa: PTH113
            paths.append(os.path.realpath(place))
        elif data:
            most -= len(data)
            if most < 0 or number > archives.MOST_FILES:
                raise CollectionError(_bomb(table))
            why = _write(data, part, named, number)
            problems |= {str(number): why} if why else {}
        else:
            gone = f"names {shown(named)}, which is not there" if named else "has none"
            problems[str(number)] = f"has no bytes of an image and {gone}"
    part.rename(folder)
    return {"problems": problems, "paths": paths}


def _cells(
    table: ParquetTable, images: int, named: int | None
) -> Iterator[tuple[int, str, bytes | None]]:
    """The number of each row, the path it names, and the bytes of its image."""
    wanted = [images] if named is None else [images, named]
    for number, (cell, *more) in enumerate(table.values(wanted, _BLOCK), start=1):
        inside = cell if isinstance(cell, dict) else {"bytes": cell}
        path = (more[0] if more else None) or inside.get("path") or ""
        data = inside.get("bytes")
        yield number, os.fsdecode(path).strip(), data if isinstance(data, bytes) else None


def _paths(table: ParquetTable, images: int) -> int | None:
    """The column of paths beside the one of images: it says which files are meant."""
    names = tuple(name for name in PATHS if name != folded(table.columns[images]))
    return column(table, *names)


def _room(table: ParquetTable, images: int, part: Path) -> int:
    """How many bytes may be unpacked; refused before any is where the file declares too many."""
    packed = table.path.stat().st_size
    most = max(archives.SMALL, archives.LARGEST_GROWTH * packed)
    name = table.columns[images]
    with opened(table.path) as file:
        groups = [file.metadata.row_group(at) for at in range(file.metadata.num_row_groups)]
        chunks: list[Any] = [g.column(at) for g in groups for at in range(g.num_columns)]
        total = sum(
            chunk.total_uncompressed_size
            for chunk in chunks
            if chunk.path_in_schema == name or chunk.path_in_schema.startswith(f"{name}.")
        )
    if total > most:
        raise CollectionError(_bomb(table))
    free = shutil.disk_usage(part).free
    if total + archives.SPARE > free:
        raise WorkspaceError(
            f"{shown(table.path)} unpacks to {total >> 20} MiB but the disk has {free >> 20} MiB "
            "free; free some space and scan again"
        )
    return min(most, free - archives.SPARE)


def _bomb(table: ParquetTable) -> str:
    return (
        f"{shown(table.path)} unpacks to more than a table of images of its size holds, or than "
        "the disk has room for; unpack it yourself if you trust it"
    )


def _write(data: bytes, part: Path, named: str, number: int) -> str | None:
    """Write one image; why not, or None."""
    from contrast_engine.images import IMAGE_SUFFIXES

    if len(data) > LARGEST_FILE:
        return f"holds {len(data) >> 20} MiB, more than an image has"
    is_named = PurePosixPath(named).suffix.lower() in IMAGE_SUFFIXES
    if not is_image(data) and not is_named:
        return "holds bytes that are no image"
    for name in (_inside(named), PurePosixPath(f"row-{number:06d}")):
        if name is None:
            continue
        target = part.joinpath(*name.parts)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target = archives.free_name(target)
            target.write_bytes(data)
        except (OSError, ValueError) as error:
            with contextlib.suppress(OSError, ValueError):
                target.unlink()
            if isinstance(error, OSError) and is_full(error):
                raise
        else:
            return None
    return "has a name that cannot be written"


def _inside(named: str) -> PurePosixPath | None:
    """Where an image of some name goes: never outside, never where a walk passes over."""
    path = PurePosixPath(named.replace("\\", "/").replace("\0", ""))
    folders = path.parts[:-1]
    is_safe = not path.is_absolute() and not any(
        part == ".." or part.endswith(":") or is_passed_over(part) for part in folders
    )
    if path.name in {"", ".", ".."}:
        return None
    return path if is_safe else PurePosixPath(path.name)
