"""Vectors of a person's own: a table or an array, matched to the images of a workspace."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from contrast_engine.errors import CollectionError, UnknownName
from contrast_engine.steps.encoders.array_vectors import (
    NamedVectors,
    vectors_of_npy,
    vectors_of_npz,
)
from contrast_engine.steps.encoders.chosen_columns import choose_columns
from contrast_engine.store import Workspace, shown
from contrast_engine.store.spellings import Located
from contrast_engine.store.tables import (
    SPREADSHEETS,
    find_named,
    is_by_id,
    listed,
    naming,
    open_table,
)
from contrast_engine.store.tables.number_columns import number_columns
from contrast_engine.vectors import ImageId, Vectors

SUFFIXES = (".npy", ".npz", ".parquet", ".csv", ".tsv", ".jsonl", *SPREADSHEETS)
"""What a file of one's own vectors may end in; a spreadsheet is told what to do."""

_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class RowCounts:
    """What became of the rows of a file of vectors.

    Args:
        rows: Rows in the file.
        unknown: Rows that name no image of the workspace.
        unnamed: Rows without an id or a path.
        nan: Rows with a number missing: they are left out.
        infinite: Rows with an infinite number: they are left out.
        repeated: Rows that name an image again: the first row counts.
        differing: Those of them whose vector is another.
        without: Images of the workspace that have no vector.
    """

    rows: int = 0
    unknown: int = 0
    unnamed: int = 0
    nan: int = 0
    infinite: int = 0
    repeated: int = 0
    differing: int = 0
    without: int = 0


@dataclass(frozen=True, eq=False)
class OwnVectors:
    """The vectors of a file, by image.

    Args:
        vectors: One row per image.
        taken: The columns, or the array, that they come from.
        left_out: What else the file holds, and why it was not taken.
        read_as: How the file was read.
        counts: What became of its rows.
    """

    vectors: Vectors
    taken: tuple[str, ...]
    left_out: dict[str, str]
    read_as: str
    counts: RowCounts


def own_vectors(workspace: Workspace, path: Path, columns: Sequence[str] = ()) -> OwnVectors:
    """The vectors in a file, matched to the images by id, by path or by the image itself.

    Args:
        workspace: Whose images.
        path: A .parquet, .csv, .tsv, .npy or .npz.
        columns: What to take, by name, pattern or beginning; empty to take the floats.

    Raises:
        UnknownName: There is no such file.
        CollectionError: It does not hold vectors of images of this workspace.
    """
    ending = path.suffix.lower()
    beside = path.with_suffix(".txt")
    if ending == ".npy" and not beside.is_file():
        raise CollectionError(
            f"{shown(path)} needs {shown(beside.name)} beside it, with one image id or path a line"
        )
    if not path.is_file():
        raise UnknownName(f"there is no file {shown(path)}")
    read = {".npy": vectors_of_npy, ".npz": vectors_of_npz}.get(ending, _table)
    found = read(path, columns)
    if len(found.names) != len(found.chosen.values):
        raise CollectionError(
            f"{shown(path)} has {len(found.chosen.values):,} vectors but "
            f"{len(found.names):,} names of images"
        )
    return _matched(workspace, path, found)


def _table(path: Path, columns: Sequence[str]) -> NamedVectors:
    table = open_table(path)
    named = naming(table)
    if not named:
        raise CollectionError(
            f"{shown(path)} needs a column `id` or `path` to know the images by; its columns: "
            f"{listed(table.columns)}"
        )
    chosen = choose_columns(
        number_columns(table), columns, shown(path), [table.columns[at] for at in named]
    )
    names = [row.cells for row in table.rows(named)]
    return NamedVectors(names, chosen, table.read_as, table.codec, is_by_id(table, named))


def _matched(workspace: Workspace, path: Path, found: NamedVectors) -> OwnVectors:
    values = found.chosen.values
    has_nan = np.logical_or.reduce(np.isnan(values), axis=1)
    has_inf = np.logical_or.reduce(np.isinf(values), axis=1)
    if len(values) and (has_nan | has_inf).all():
        raise CollectionError(
            f"{shown(path)} must hold a finite number for every image and column; each of its "
            f"{len(values):,} rows has one missing or infinite"
        )
    rows: dict[ImageId, int] = {}
    unknown = unnamed = nan = infinite = repeated = differing = 0
    find = _finder(workspace, path, found.codec)
    for row, names in enumerate(found.names):
        if not any(name.strip() for name in names):
            unnamed += 1
            continue
        try:
            image, _ = find_named(names, find, by_id=found.is_by_id)
        except UnknownName:
            unknown += 1
            continue
        if has_nan[row] or has_inf[row]:
            nan += bool(has_nan[row])
            infinite += bool(has_inf[row] and not has_nan[row])
        elif image in rows:
            repeated += 1
            differing += not np.array_equal(values[row], values[rows[image]])
        else:
            rows[image] = row
    if not rows:
        raise CollectionError(
            f"none of the {len(found.names):,} rows of {shown(path)} is an image of this workspace "
            "with a vector; name them by id or by path"
        )
    ids = tuple(sorted(rows))
    vectors = Vectors(ids, values[[rows[image] for image in ids]], found.chosen.names)
    without = len(workspace.images) - len(ids)
    counts = RowCounts(
        len(found.names), unknown, unnamed, nan, infinite, repeated, differing, without
    )
    return OwnVectors(vectors, found.chosen.taken, found.chosen.left_out, found.read_as, counts)


def _finder(workspace: Workspace, path: Path, codec: str | None) -> Callable[[str], ImageId]:
    """From a name in a file to the image: relative paths start beside the file, or here."""
    located, images = Located(path.absolute().parent, codec), workspace.images

    def find(name: str) -> ImageId:
        if name in images:
            return ImageId(name)
        for place in () if _ID.fullmatch(name) else _places(name, located):
            try:
                return images.find(place)
            except UnknownName:
                continue
            except ValueError:  # a name that no disk can hold
                break
        raise UnknownName(f"{shown(name)} is no image of this workspace")

    return find


def _places(name: str, located: Located) -> Iterable[str]:
    yield name
    yield located(name)
