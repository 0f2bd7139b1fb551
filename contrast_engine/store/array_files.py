"""NumPy's .npy and .npz files of other people, read without trusting what their headers say."""

import ast
import math
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np

from contrast_engine.errors import CollectionError
from contrast_engine.store.atomic_files import reason
from contrast_engine.store.collection import shown

MOST_NUMBERS = 1 << 29
"""Numbers in one file of vectors at most: four GiB of memory once read."""

_LONGEST_HEADER = 10_000
_KINDS = {
    "f": "floats", "i": "whole numbers", "u": "whole numbers", "b": "yes or no", "U": "text",
    "S": "text",
}  # fmt: skip
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError)

Array = np.ndarray[Any, np.dtype[Any]]


def read_npy(path: Path) -> Array:
    """The array of an .npy file; never a pickle, never more than the file holds.

    Raises:
        CollectionError: It is none, is damaged, or declares more than there is.
    """
    with _in_words(path), path.open("rb") as file:
        return _array(file, path.stat().st_size, shown(path))


def read_npz(path: Path) -> dict[str, Array]:
    """The arrays of an .npz file by name.

    Raises:
        CollectionError: It is none, is damaged, or holds more than vectors need.
    """
    found: dict[str, Array] = {}
    with _in_words(path), zipfile.ZipFile(path) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if sum(entry.file_size for entry in entries) > 8 * MOST_NUMBERS:
            raise CollectionError(_too_many(shown(path)))
        for entry in entries:
            name = entry.filename.removesuffix(".npy")
            with archive.open(entry) as file:
                found[name] = _array(file, entry.file_size, f"{name} in {shown(path)}")
    return found


def kind_of(array: Array) -> str:
    """What an array holds, for people: "floats", "whole numbers", "text"."""
    return _KINDS[array.dtype.kind]


def _array(file: IO[bytes], size: int, where: str) -> Array:
    shape, is_fortran, dtype, start = _header(file, where)
    if dtype.hasobject:
        raise CollectionError(
            f"{where} holds Python objects (a pickle), which may run a program when they are read "
            "and are refused; save it as an array of numbers or of text (dtype=str)"
        )
    if dtype.kind not in _KINDS or dtype.names is not None or dtype.subdtype is not None:
        raise CollectionError(f"{where} holds {dtype}; save it as an array of floats")
    count = math.prod(shape)
    if count > MOST_NUMBERS:
        raise CollectionError(_too_many(where))
    if count * dtype.itemsize > size - start:
        raise CollectionError(
            f"{where} declares {count:,} numbers and holds fewer: it was cut short; save it again"
        )
    if count == 0:
        return np.zeros(shape, dtype)
    data = file.read(count * dtype.itemsize)
    if len(data) < count * dtype.itemsize:
        raise CollectionError(f"{where} was cut short; save it again")
    return np.frombuffer(data, dtype=dtype).reshape(shape, order="F" if is_fortran else "C")


def _header(file: IO[bytes], where: str) -> tuple[tuple[int, ...], bool, np.dtype[Any], int]:
    """Shape, order and type that a file declares, and where its numbers begin."""
    no_array = CollectionError(f"{where} is no array of NumPy or is damaged; save it again")
    mark = file.read(8)
    if mark[:6] != b"\x93NUMPY" or len(mark) < 8:
        raise no_array
    width = 2 if mark[6] == 1 else 4
    length = int.from_bytes(file.read(width), "little")
    if length > _LONGEST_HEADER:
        raise CollectionError(
            f"{where} has a header of {length:,} bytes, as no array of vectors has; save it again"
        )
    try:
        said = ast.literal_eval(file.read(length).decode("utf-8" if mark[6] > 2 else "latin-1"))
        shape, is_fortran = said["shape"], said["fortran_order"]
        dtype = np.lib.format.descr_to_dtype(said["descr"])
        is_fine = isinstance(is_fortran, bool) and all(
            isinstance(side, int) and side >= 0 for side in shape
        )
    except (ValueError, SyntaxError, TypeError, KeyError, RecursionError, MemoryError):
        raise no_array from None
    if not is_fine or not isinstance(shape, tuple) or len(shape) > 32:
        raise no_array
    return shape, is_fortran, dtype, 8 + width + length


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        raise CollectionError(f"{shown(path)} cannot be read: {reason(error)}") from None
    except (*_DAMAGED, OSError, ValueError):  # a broken archive sends zipfile to impossible places
        raise CollectionError(
            f"{shown(path)} is no array of NumPy or is damaged; save it again"
        ) from None
    except MemoryError:
        raise CollectionError(
            f"{shown(path)} needs more memory than there is; save fewer vectors"
        ) from None


def _too_many(where: str) -> str:
    return (
        f"{where} declares more than {MOST_NUMBERS:,} numbers; save fewer vectors, or shorter ones"
    )
