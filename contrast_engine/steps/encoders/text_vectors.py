"""A file of text vectors for pairs of opposite texts, read without trusting what it says."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from contrast_engine.arrays import Json
from contrast_engine.as_written import plain
from contrast_engine.errors import CollectionError, ModelError, UnknownName
from contrast_engine.store.array_files import Array, read_npz
from contrast_engine.store.atomic_files import reason
from contrast_engine.store.collection import shown
from contrast_engine.zero_shot.recipe import finite, json_object
from contrast_engine.zero_shot.score import MOST_SCALE, TextPair, TextPairs, unit

SUFFIXES = (".npz", ".safetensors", ".json")
MOST_BYTES = 64 << 20
MOST_PAIRS = 1000
_EQUAL = 1e-6
"""Unit vectors nearer than this are one vector: their score would be a half for everything."""

NEEDED = (
    "text vectors are an .npz, .safetensors or .json with the arrays high and low, (pairs, numbers)"
    " each, and logit_scale (or temperature); names tells several pairs apart"
)


def text_pairs(path: Path) -> TextPairs:
    """The pairs in a file, every vector brought to length 1.

    Args:
        path: .npz or .safetensors with `high` and `low` (p, d), `logit_scale` or `temperature`,
            and perhaps `names`, `high_texts`, `low_texts` (p,); or .json with `pairs`, a list
            of {name, high, low, high_vector, low_vector}, and `logit_scale` or `temperature`.

    Raises:
        UnknownName: There is no such file.
        ModelError: It holds no such pairs; the message says what is missing or does not fit.
        CollectionError: It is damaged, or holds a pickle.
    """
    name = shown(path.name)
    if path.suffix.lower() not in SUFFIXES:
        raise ModelError(f"{name} ends in none of {', '.join(SUFFIXES)}; {NEEDED}")
    if not path.is_file():
        raise UnknownName(f"there is no file {shown(path)}")
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise ModelError(f"{name} has {size:,} bytes; at most {MOST_BYTES:,} are read: {NEEDED}")
    if path.suffix.lower() == ".npz":
        return _of_arrays(read_npz(path), {}, name)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CollectionError(f"{name} cannot be read: {reason(error)}") from None
    if path.suffix.lower() == ".json":
        return _of_json(json_object(data, name, MOST_BYTES, NEEDED), name)
    return _of_arrays(*_safetensors(data, name), name)


def _safetensors(data: bytes, name: str) -> tuple[dict[str, Array], Json]:
    """The tensors of a file, and what its metadata says, which is text or JSON in text."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        tensors = dict(load(data))
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
        said = header.get("__metadata__", {})
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ModelError(
            f"{name} is no safetensors file of 16-, 32- or 64-bit floats, or is damaged; {NEEDED}"
        ) from None
    return tensors, {key: _read(text) for key, text in said.items()}


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _of_arrays(arrays: Mapping[str, Array], said: Json, name: str) -> TextPairs:
    missing = [key for key in ("high", "low") if key not in arrays]
    if missing:
        has = ", ".join(plain(key)[:40] for key in list(arrays)[:8]) or "nothing"
        raise ModelError(f"{name} has no array {' and no '.join(missing)}, it has: {has}; {NEEDED}")
    high, low = (_table(arrays[key], key, name) for key in ("high", "low"))
    if high.shape != low.shape:
        raise ModelError(f"{name}: high is {high.shape} and low is {low.shape}; they must be alike")
    count = len(high)
    names, highs, lows = (
        _texts(arrays, said, key, count, name) for key in ("names", "high_texts", "low_texts")
    )
    if not any(names):
        names = ["contrast"] if count == 1 else [f"pair {number}" for number in range(1, count + 1)]
    scale = {key: _scalar(arrays, said, key) for key in ("logit_scale", "temperature")}
    return _checked(names, highs, lows, high, low, _scale(scale, name), name)


def _of_json(found: Json, name: str) -> TextPairs:
    pairs = found.get("pairs")
    if not isinstance(pairs, list) or not pairs:
        raise ModelError(
            f'{name} has no list "pairs"; each is {{"name", "high", "low", "high_vector", '
            '"low_vector"}, beside them "logit_scale"'
        )
    if not all(isinstance(pair, dict) for pair in pairs):
        raise ModelError(f"{name}: every pair must be a JSON object; {NEEDED}")
    for place, pair in enumerate(pairs, 1):
        missing = [key for key in ("high_vector", "low_vector") if key not in pair]
        if missing:
            raise ModelError(f"{name}: pair {place} has no {' and no '.join(missing)}")
    high, low = (
        _table(_rectangle([pair[key] for pair in pairs], key, name), key, name)
        for key in ("high_vector", "low_vector")
    )
    if high.shape != low.shape:
        raise ModelError(f"{name}: high vectors are {high.shape} and low ones {low.shape}")
    names = [str(pair.get("name", "")) for pair in pairs]
    if not any(names):
        names = ["contrast"] if len(pairs) == 1 else [f"pair {n}" for n in range(1, len(pairs) + 1)]
    highs, lows = ([str(pair.get(key, "")) for pair in pairs] for key in ("high", "low"))
    scale = {key: found.get(key) for key in ("logit_scale", "temperature")}
    return _checked(names, highs, lows, high, low, _scale(scale, name), name)


def _rectangle(rows: list[Any], key: str, name: str) -> Array:
    lengths = {len(row) if isinstance(row, list) else -1 for row in rows}
    numbers = [[finite(value) for value in row] for row in rows if isinstance(row, list)]
    if len(lengths) != 1 or -1 in lengths or any(None in row for row in numbers):
        raise ModelError(f"{name}: every {key} must be a list of as many finite numbers")
    return np.array(numbers, dtype=np.float64)


def _table(array: Array, key: str, name: str) -> Array:
    """The vectors (p, d) of one side."""
    table = array[None] if array.ndim == 1 else array
    if array.dtype.kind in "fiu" and table.ndim == 2 and table.size:
        return table.astype(np.float64)
    raise ModelError(
        f"{name}: {key} must be floats of the shape (pairs, numbers), got {array.dtype} of the "
        f"shape {array.shape}"
    )


def _texts(arrays: Mapping[str, Array], said: Json, key: str, count: int, name: str) -> list[str]:
    given = arrays.get(key, said.get(key))
    if given is None:
        return [""] * count
    found = np.atleast_1d(np.asarray(given)) if not isinstance(given, dict) else np.array([])
    if found.shape != (count,) or found.dtype.kind not in "US":
        raise ModelError(f"{name}: {key} must be {count} texts, one for each pair")
    return [one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in found]


def _scalar(arrays: Mapping[str, Array], said: Json, key: str) -> Any:
    if key not in arrays:
        return said.get(key)
    array = arrays[key]
    return array.reshape(-1)[0].item() if array.size == 1 and array.dtype.kind in "fiu" else array


def _scale(said: Mapping[str, Any], name: str) -> float:
    given = {key: value for key, value in said.items() if value is not None}
    if len(given) != 1:
        raise ModelError(
            f"{name} must state either logit_scale (CLIP: 100; not its logarithm 4.6) or "
            f"temperature (CLIP: 0.01), got {'both' if given else 'neither'}"
        )
    ((key, value),) = given.items()
    number = finite(value)
    if number is None or number <= 0 or not 0 < _as_scale(key, number) <= MOST_SCALE:
        raise ModelError(
            f"{name}: {key} must be a number above 0 that makes a logit scale of at most "
            f"{MOST_SCALE:,.0f}, got {plain(repr(value))[:40]}"
        )
    return _as_scale(key, number)


def _as_scale(key: str, number: float) -> float:
    return number if key == "logit_scale" else min(1 / number, 1e300)


def _checked(
    names: list[str], highs: list[str], lows: list[str], high: Array, low: Array, scale: float,
    name: str,
) -> TextPairs:  # fmt: skip
    if len(names) > MOST_PAIRS:
        raise ModelError(f"{name} has {len(names):,} pairs; at most {MOST_PAIRS:,} are read")
    if len(set(names)) != len(names) or "" in names:
        raise ModelError(
            f"{name}: every pair needs a name of its own, got {plain(repr(names))[:80]}"
        )
    pairs = []
    for place, pair in enumerate(names):
        try:
            one, other = unit(high[place]), unit(low[place])
        except ModelError as error:
            raise ModelError(f"{name}, pair {plain(pair)[:40]!r}: {error}") from None
        if np.linalg.norm(one - other) < _EQUAL:
            raise ModelError(
                f"{name}, pair {plain(pair)[:40]!r}: its two vectors are equal, so every picture "
                "would score one half; embed two opposite texts"
            )
        pairs.append(TextPair(pair, highs[place], lows[place], tuple(one.tolist()),
                              tuple(other.tolist())))  # fmt: skip
    return TextPairs(tuple(pairs), scale)
