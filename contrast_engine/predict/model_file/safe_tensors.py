"""Arrays and one JSON document in one safetensors file, read without trusting what it says."""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from contrast_engine.arrays import Json
from contrast_engine.errors import ModelError
from contrast_engine.store.atomic_files import json_text

Array = np.ndarray[Any, np.dtype[Any]]
Arrays = dict[str, Array]

DOCUMENT = "contrast_model"
"""The one key of the metadata: the file is known by it."""

MOST_BYTES = 1 << 29
"""A larger file is refused before it is read: the largest encoder takes a tenth of this."""

MOST_OF_HEADER = 8 << 20

_MOST_AXES = 8
_KINDS = {"F64": "<f8", "F32": "<f4", "I64": "<i8", "U8": "|u1"}
_NAME = re.compile(r"[A-Za-z0-9_.]{1,200}")
_MARK = b'checksum\\": \\"'
_DIGITS = 32
_BLANK = "0" * _DIGITS

DAMAGED = "is damaged or is no model file; bundle it again or copy it again"


@dataclass(frozen=True, eq=False)
class Contents:
    """What a model file holds.

    Args:
        document: The JSON document, checksum left out.
        arrays: By name.
    """

    document: Json
    arrays: Arrays


def encode(document: Json, arrays: Mapping[str, Array]) -> bytes:
    """The bytes of a file; the same contents give the same bytes.

    Raises:
        ModelError: A number in the document is not finite.
    """
    from safetensors.numpy import save

    try:
        text = json_text({**document, "checksum": _BLANK})
    except ValueError as error:
        raise ModelError(f"this model holds a number that is none ({error}); train it again") from (
            error
        )
    # safetensors takes the memory as it lies: a transposed view would be stored wrongly
    whole = save(
        {name: np.asarray(arrays[name], order="C") for name in sorted(arrays)}, {DOCUMENT: text}
    )
    at = _digits_at(whole, _length_of_header(whole))
    return whole[:at] + _checksum(whole, at).encode() + whole[at + _DIGITS :]


def decode(data: bytes) -> Contents:
    """What a file holds, its checksum compared first.

    Raises:
        ModelError: It is no such file, was cut or changed, or says more than it holds.
    """
    end = 8 + _length_of_header(data)
    at = _digits_at(data, end - 8)
    if data[at : at + _DIGITS] != _checksum(data, at).encode():
        raise ModelError(DAMAGED)
    header = _json(data[8:end])
    metadata = header.pop("__metadata__", None)
    if not isinstance(metadata, dict) or set(metadata) != {DOCUMENT}:
        raise ModelError(DAMAGED)
    document = _json(str(metadata[DOCUMENT]).encode("utf-8", "replace"))
    document.pop("checksum", None)
    arrays = {name: _array(name, said, data, end) for name, said in header.items()}
    if sum(array.nbytes for array in arrays.values()) != len(data) - end:
        raise ModelError(DAMAGED)  # arrays overlap, or something lies between them
    return Contents(document, {name: np.array(array) for name, array in arrays.items()})


def looks_like_model(start: bytes) -> bool:
    """True if a file that begins like this says that it is a model file."""
    return f'"{DOCUMENT}"'.encode() in start[8:4096]


def _length_of_header(data: bytes) -> int:
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or not 2 <= length <= min(MOST_OF_HEADER, len(data) - 8):
        raise ModelError(DAMAGED)
    return length


def _digits_at(data: bytes, length: int) -> int:
    """Where the checksum stands; the quotes of the document are escaped inside the header."""
    at = data.find(_MARK, 8, 8 + length)
    if at < 0 or at + len(_MARK) + _DIGITS > 8 + length:
        raise ModelError(DAMAGED)
    return at + len(_MARK)


def _checksum(data: bytes, at: int) -> str:
    """Of every byte, with zeros where the checksum itself stands."""
    view = memoryview(data)
    digest = hashlib.blake2b(view[:at], digest_size=_DIGITS // 2)
    digest.update(_BLANK.encode())
    digest.update(view[at + _DIGITS :])
    return digest.hexdigest()


def _json(data: bytes) -> Json:
    try:
        value = json.loads(data, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ModelError(DAMAGED) from None
    if not isinstance(value, dict):
        raise ModelError(DAMAGED)
    return value


def _no_number(word: str) -> None:
    raise ValueError(word)


def _array(name: str, said: Any, data: bytes, start: int) -> Array:
    """One array, as a look into the bytes: nothing is copied before all sizes are known to fit."""
    if not _NAME.fullmatch(name) or not isinstance(said, dict):
        raise ModelError(DAMAGED)
    kind = _KINDS.get(str(said.get("dtype")))
    shape, ends = _counts(said.get("shape")), _counts(said.get("data_offsets"))
    if kind is None or shape is None or ends is None or len(ends) != 2:
        raise ModelError(f"holds {name!r} in a form that no model has; bundle it again")
    count, (low, high) = math.prod(shape), ends
    if not low <= high <= len(data) - start or high - low != count * np.dtype(kind).itemsize:
        raise ModelError(f"declares more of {name!r} than it holds; bundle it again")
    if not count:
        raise ModelError(f"holds nothing under {name!r}; bundle it again")
    found = np.frombuffer(data, kind, count, start + low).reshape(shape)
    if found.dtype.kind == "f" and not np.isfinite(found).all():
        raise ModelError(f"holds numbers under {name!r} that are not finite; bundle it again")
    return found


def _counts(given: Any) -> list[int] | None:
    """Whole numbers that may be sizes; None where they may not."""
    if not isinstance(given, list) or len(given) > _MOST_AXES:
        return None
    fine = all(type(one) is int and 0 <= one <= MOST_BYTES for one in given)
    return given if fine else None
