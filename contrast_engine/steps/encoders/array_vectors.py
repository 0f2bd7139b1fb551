"""Vectors in the array files of NumPy, with the names of their images in them or beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import CollectionError
from contrast_engine.steps.encoders.chosen_columns import ChosenColumns
from contrast_engine.store import shown
from contrast_engine.store.array_files import Array, kind_of, read_npy, read_npz
from contrast_engine.store.tables import listed
from contrast_engine.store.tables.encodings import encoding_of

_NAMES = ("id", "ids", "path", "paths", "name", "names", "file", "files", "filenames", "image_ids")
_VECTORS = ("embeddings", "embedding", "vectors", "vector", "features", "arr_0")


@dataclass(frozen=True, eq=False)
class NamedVectors:
    """A file of vectors: what each row is called, and its numbers."""

    names: Sequence[Sequence[str]]
    chosen: ChosenColumns
    read_as: str
    codec: str | None = None
    is_by_id: bool = False


def vectors_of_npy(path: Path, columns: Sequence[str]) -> NamedVectors:
    """The array of an .npy file and the names in the text file beside it.

    Raises:
        CollectionError: It is no array of floats, or of numbers where columns are named.
    """
    array = read_npy(path)
    names, codec = _lines(path.with_suffix(".txt"))
    chosen = ChosenColumns(_flat(array, columns, shown(path)), *_numbered(array, path.name), {})
    return NamedVectors(names, chosen, f"NumPy, {array.dtype}", codec)


def _lines(path: Path) -> tuple[list[list[str]], str | None]:
    """The lines of a text file, one name each; blank ones at the end are none."""
    encoding = encoding_of(path)
    with path.open(encoding=encoding.codec, errors=encoding.errors) as file:
        names = [[line.rstrip("\n")] for line in file]
    while names and not names[-1][0].strip():
        names.pop()
    return names, encoding.codec if encoding.is_8_bit else None


def vectors_of_npz(path: Path, columns: Sequence[str]) -> NamedVectors:
    """The array of vectors in an .npz file and the names in it, or beside it.

    Raises:
        CollectionError: It holds none, or several; columns may name the one.
    """
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
        return NamedVectors(names, chosen, f"NumPy, {array.dtype}")
    beside = path.with_suffix(".txt")
    if not beside.is_file():
        raise CollectionError(
            f"{shown(path)} needs an array of text named `id` or `path` in it, or "
            f"{shown(beside.name)} beside it with one image id or path a line; it holds: "
            f"{listed(tuple(arrays))}"
        )
    names, codec = _lines(beside)
    return NamedVectors(names, chosen, f"NumPy, {array.dtype}", codec)


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


def _by_name(path: Path, arrays: dict[str, Array], columns: Sequence[str]) -> NamedVectors:
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
    return NamedVectors([[name] for name in arrays], chosen, f"NumPy, {array.dtype}")


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
