"""Vectors of a person's own: a table or an array, matched to the images of a workspace."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import CollectionError, UnknownName
from contrast_engine.steps.encoders.chosen_columns import ChosenColumns, choose_columns
from contrast_engine.store import Workspace, shown
from contrast_engine.store.array_files import Array, kind_of, read_npy, read_npz
from contrast_engine.store.spellings import Located
from contrast_engine.store.tables import SPREADSHEETS, find_named, listed, naming, open_table
from contrast_engine.store.tables.encodings import encoding_of
from contrast_engine.store.tables.number_columns import number_columns
from contrast_engine.vectors import ImageId, Vectors

SUFFIXES = (".npy", ".npz", ".parquet", ".csv", ".tsv", *SPREADSHEETS)
"""What a file of one's own vectors may end in; a spreadsheet is told what to do."""

_NAMES = ("id", "ids", "path", "paths", "name", "names", "file", "files", "filenames", "image_ids")
_ID = re.compile(r"[0-9a-f]{16}")
_VECTORS = ("embeddings", "embedding", "vectors", "vector", "features", "arr_0")


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


@dataclass(frozen=True, eq=False)
class _Read:
    """A file of vectors: what each row is called, and its numbers."""

    names: Sequence[Sequence[str]]
    chosen: ChosenColumns
    read_as: str
    codec: str | None = None


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
    read = {".npy": _npy, ".npz": _npz}.get(ending, _table)
    found = read(path, columns)
    if len(found.names) != len(found.chosen.values):
        raise CollectionError(
            f"{shown(path)} has {len(found.chosen.values):,} vectors but "
            f"{len(found.names):,} names of images"
        )
    return _matched(workspace, path, found)


def _table(path: Path, columns: Sequence[str]) -> _Read:
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
    return _Read(names, chosen, table.read_as, table.codec)


def _npy(path: Path, columns: Sequence[str]) -> _Read:
    array = read_npy(path)
    names, codec = _lines(path.with_suffix(".txt"))
    chosen = ChosenColumns(_flat(array, columns, shown(path)), *_numbered(array, path.name), {})
    return _Read(names, chosen, f"NumPy, {array.dtype}", codec)


def _lines(path: Path) -> tuple[list[list[str]], str | None]:
    """The lines of a text file, one name each; blank ones at the end are none."""
    encoding = encoding_of(path)
    with path.open(encoding=encoding.codec, errors=encoding.errors) as file:
        names = [[line.rstrip("\n")] for line in file]
    while names and not names[-1][0].strip():
        names.pop()
    return names, encoding.codec if encoding.is_8_bit else None


def _npz(path: Path, columns: Sequence[str]) -> _Read:
    arrays = read_npz(path)
    tables = {name: array for name, array in arrays.items() if array.ndim > 1}
    texts = {n: a for n, a in arrays.items() if a.ndim == 1 and kind_of(a) == "text"}
    if not tables and not texts and arrays:
        return _by_name(path, arrays, columns)
    name = _vectors_in(path, tables, columns)
    array = tables[name]
    values = _flat(array, columns, f"{name} in {shown(path)}")
    known = {name.casefold(): name for name in texts}
    key = next((known[name] for name in _NAMES if name in known), None)
    key = key or (next(iter(texts)) if len(texts) == 1 else None)
    left = {k: f"{kind_of(a)}, {a.shape}" for k, a in arrays.items() if k not in {name, key}}
    chosen = ChosenColumns(values, *_numbered(array, name), left)
    if key is not None:
        names: list[list[str]] = [[_text(value)] for value in texts[key].tolist()]
        return _Read(names, chosen, f"NumPy, {array.dtype}")
    beside = path.with_suffix(".txt")
    if not beside.is_file():
        raise CollectionError(
            f"{shown(path)} needs an array of text named `id` or `path` in it, or "
            f"{shown(beside.name)} beside it with one image id or path a line; it holds: "
            f"{listed(tuple(arrays))}"
        )
    names, codec = _lines(beside)
    return _Read(names, chosen, f"NumPy, {array.dtype}", codec)


def _vectors_in(path: Path, tables: dict[str, Array], columns: Sequence[str]) -> str:
    """The array of an .npz that holds the vectors."""
    asked = [name for name in tables if name in columns]
    floats = [name for name, array in tables.items() if kind_of(array) == "floats"]
    known = [name for name in _VECTORS if name in floats]
    found = asked or (known if len(known) == 1 else floats) or ([*tables] if columns else [])
    if len(found) != 1:
        raise CollectionError(
            f"{shown(path)} needs one array (n, d) of floats; it holds: {listed(tuple(tables))}; "
            "name the one with --columns"
        )
    return found[0]


def _by_name(path: Path, arrays: dict[str, Array], columns: Sequence[str]) -> _Read:
    """An .npz with one vector per image, by its id or path."""
    lengths = sorted({len(a) if a.ndim else 0 for a in arrays.values()})
    if len(lengths) > 1 or not lengths[0]:
        raise CollectionError(
            f"{shown(path)} holds vectors of {lengths[0]:,} and of {lengths[-1]:,} numbers; every "
            "image needs as many"
        )
    array = np.stack(list(arrays.values()))
    values = _flat(array, columns, shown(path))
    chosen = ChosenColumns(values, *_numbered(array, path.name), {})
    return _Read([[name] for name in arrays], chosen, f"NumPy, {array.dtype}")


def _flat(array: Array, columns: Sequence[str], where: str) -> Floats:
    """An array as (n, d) floats; whole numbers only where somebody asked for them."""
    if array.ndim < 2 or not array.size:
        raise CollectionError(
            f"{where} must hold a finite number for every image and column, an array (n, d), got "
            f"an array of shape {array.shape}"
        )
    if kind_of(array) == "text":
        raise CollectionError(f"{where} holds text; vectors are an array of floats")
    if kind_of(array) != "floats" and not columns:
        raise CollectionError(
            f"{where} holds {kind_of(array)} ({array.dtype}), as labels do; if they are vectors, "
            "say so with --columns '*'"
        )
    return np.asarray(array, dtype=np.float64, order="C").reshape(len(array), -1)


def _numbered(array: Array, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the dimensions of an array, and of the array."""
    width = array.size // max(1, len(array))
    return tuple(f"v{number:03d}" for number in range(width)), (name,)


def _text(value: object) -> str:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)


def _matched(workspace: Workspace, path: Path, found: _Read) -> OwnVectors:
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
            image, _ = find_named(names, find)
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
