"""Which image each training copy is of: a million names without a text for each."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Ints
from contrast_engine.errors import OptionError
from contrast_engine.imageset import ImageId, ImageIds, ImageSet, Numbers, numbered
from contrast_engine.store.atomic_files import patiently, stamp

_BEFORE, _AFTER = b'"ids": [', b"]"
_STRIDE = 20  # of an id in the file: its 16 digits, two quotes, a comma and a blank
_HELD = 32
"""Indexes that stay in memory: 8 bytes for each copy."""

_read: dict[Path, tuple[object, "CopyNames", dict[str, object]]] = {}


class CopyNames:
    """The names of the rows of a file; a name is an id, or one with how the image is read.

    Args:
        names: In the order of the rows.
    """

    def __init__(self, names: Iterable[ImageId]) -> None:
        if isinstance(names, ImageIds):
            self._plain, self._rows = names.numbers, np.arange(len(names))
            self._others: dict[str, int] = {}
        else:
            self._plain, self._rows, self._others = _sorted_out(tuple(names))
        if (self._plain[1:] < self._plain[:-1]).any():
            order = np.argsort(self._plain, kind="stable")
            self._plain, self._rows = self._plain[order], self._rows[order]

    def __len__(self) -> int:
        return len(self._plain) + len(self._others)

    def __iter__(self) -> Iterator[ImageId]:
        order = np.argsort(self._rows)
        others = {row: name for name, row in self._others.items()}
        plain = iter(ImageIds(self._plain[order]))
        return (ImageId(others[row]) if row in others else next(plain) for row in range(len(self)))

    def __contains__(self, name: object) -> bool:
        return bool(self.rows([ImageId(str(name))])[0] >= 0)

    def rows(self, names: Sequence[ImageId]) -> Ints:
        """The row of each of some names, -1 where it is not among these."""
        if isinstance(names, ImageIds | ImageSet):
            return self._rows_of(names.numbers)
        plain, places, others = _sorted_out(names)
        found = np.full(len(names), -1)
        found[places] = self._rows_of(plain)
        for name, place in others.items():
            found[place] = self._others.get(name, -1)
        return found

    def _rows_of(self, numbers: Numbers) -> Ints:
        if not len(self._plain):
            return np.full(len(numbers), -1)
        places = np.minimum(np.searchsorted(self._plain, numbers), len(self._plain) - 1)
        return np.where(self._plain[places] == numbers, self._rows[places], -1)

    @property
    def order(self) -> Ints:
        """The rows in the order of their names."""
        names = sorted(self._others)
        at = np.searchsorted(self._plain, numbered([ImageId(name[:16]) for name in names]), "right")
        return np.insert(self._rows, at, [self._others[name] for name in names])


def read_index(path: Path) -> tuple[CopyNames, dict[str, object]]:
    """The names in an index and what else it says; nothing where it is damaged or not there."""
    mark = stamp(path)
    known = _read.get(path)
    if mark is not None and known is not None and known[0] == mark:
        return known[1:]
    try:
        data = patiently(path.read_bytes)
        names, rest = _quickly(data) or _slowly(data)
    except (OSError, ValueError, TypeError, RecursionError, OptionError):
        return CopyNames(()), {}
    while len(_read) >= _HELD:
        _read.pop(next(iter(_read)), None)
    _read[path] = mark, names, rest
    return names, rest


def _quickly(data: bytes) -> tuple[CopyNames, dict[str, object]] | None:
    """The names where each is a plain id in the place where we write it; else None."""
    start = data.find(_BEFORE) + len(_BEFORE)
    end = data.find(_AFTER, start)
    if start < len(_BEFORE) or end < 0 or (end + 2 - start) % _STRIDE:
        return None
    rows = np.frombuffer(data[start:end] + b", ", np.uint8).reshape(-1, _STRIDE)
    is_plain = (rows[:, 0] == ord('"')) & (rows[:, 17] == ord('"')) & (rows[:, 18] == ord(","))
    text = rows[:, 1:17].tobytes()
    if not is_plain.all() or text != text.lower():
        return None
    ids = np.frombuffer(bytes.fromhex(text.decode("ascii")), ">u8").astype(np.uint64)
    if len(ids) * _STRIDE != rows.size:  # blanks between the digits
        return None
    rest = json.loads(data[:start] + data[end:])
    if not isinstance(rest, dict):
        return None
    rest.pop("ids", None)
    return CopyNames(ImageIds(ids)), rest


def _slowly(data: bytes) -> tuple[CopyNames, dict[str, object]]:
    value = json.loads(data)
    return CopyNames(map(ImageId, value.pop("ids", ()))), value


def _sorted_out(names: Sequence[ImageId]) -> tuple[Numbers, Ints, dict[str, int]]:
    """Plain ids as numbers, their places; and the places of the other names."""
    others: dict[str, int] = {name: place for place, name in enumerate(names) if len(name) != 16}
    if not others:
        return numbered(names), np.arange(len(names), dtype=np.int64), others
    is_plain = np.ones(len(names), dtype=np.bool_)
    is_plain[list(others.values())] = False
    places = np.flatnonzero(is_plain).astype(np.int64)
    return numbered([names[place] for place in places.tolist()]), places, others
