"""Many short texts in one block of bytes: a million paths are two objects, not a million."""

import codecs
import os
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Generic, TypeVar, overload

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Bools, Ints

Value = TypeVar("Value")

Codes = npt.NDArray[np.int32]
Small = npt.NDArray[np.integer[Any]]
"""Codes of as few bytes as they need."""


_FEW = 64
"""Fewer than one in so many are looked for one by one."""

_PIECE = 2**20  # bytes decoded at a time


class Texts(Sequence[bytes]):
    """Texts as bytes, one after the other.

    Args:
        array: A binary array of Arrow without nulls.
    """

    def __init__(self, array: Any) -> None:
        self.array = array
        _, ends, block = array.buffers()
        count = len(array)
        whole = np.frombuffer(ends, np.int32) if count else np.zeros(1, np.int32)
        self._ends = whole[array.offset : array.offset + count + 1] if count else whole
        self._block = memoryview(b"" if block is None else block)

    @classmethod
    def of(cls, texts: Iterable[bytes]) -> "Texts":
        """The texts in their order."""
        import pyarrow as pa

        parts = list(texts)
        ends = np.zeros(len(parts) + 1, dtype=np.int32)
        np.cumsum([len(part) for part in parts], out=ends[1:])
        buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(parts))]
        return cls(pa.Array.from_buffers(pa.binary(), len(parts), buffers))

    def __len__(self) -> int:
        return len(self.array)

    @overload
    def __getitem__(self, at: int) -> bytes: ...
    @overload
    def __getitem__(self, at: slice) -> "Texts": ...
    def __getitem__(self, at: "int | slice") -> "bytes | Texts":
        if isinstance(at, slice):
            return Texts(self.array[at])
        if not -len(self) <= at < len(self):
            raise IndexError(at)
        at %= len(self)
        return bytes(self._block[self._ends[at] : self._ends[at + 1]])

    def __iter__(self) -> Iterator[bytes]:
        ends = self._ends.tolist()
        block = self._block
        return (bytes(block[one:two]) for one, two in pairwise(ends))

    def take(self, rows: Ints) -> "Texts":
        """The texts of some rows."""
        import pyarrow as pa

        where = np.ascontiguousarray(rows, dtype=np.int64)
        places = pa.Array.from_buffers(pa.int64(), len(where), [None, pa.py_buffer(where)])
        return Texts(self.array.take(places))

    def beside(self, others: "Texts") -> "Texts":
        """These texts, and others behind them."""
        import pyarrow as pa

        return Texts(pa.concat_arrays([self.array, others.array]))

    @property
    def block(self) -> "npt.NDArray[np.uint8]":
        """The bytes that the texts lie in, perhaps with others before and behind them."""
        return np.frombuffer(self._block, np.uint8)

    @property
    def places_in_block(self) -> Codes:
        """Where each text begins in the block; one more where the last ends."""
        return self._ends

    @property
    def different(self) -> "tuple[Texts, Codes]":
        """Each different text once, in the order they come in, and which of them each text is."""
        found = self.array.dictionary_encode()
        codes = np.frombuffer(found.indices.buffers()[1], np.int32)[: len(self)] if len(self) else (
            np.zeros(0, dtype=np.int32))  # fmt: skip
        return Texts(found.dictionary), codes

    @property
    def are_sorted(self) -> bool:
        """True if they stand in the order of their bytes."""
        if len(self) < 2:
            return True
        import pyarrow.compute as pc

        return bool(pc.all(pc.less_equal(self.array[:-1], self.array[1:])).as_py())

    @property
    def order(self) -> Ints:
        """The rows in the order of their bytes; equal ones stay as they stand."""
        if self.are_sorted:
            return np.arange(len(self))
        import pyarrow.compute as pc

        found = pc.array_sort_indices(self.array)
        return np.frombuffer(found.buffers()[1], np.uint64)[: len(found)].astype(np.int64)

    @property
    def are_last(self) -> Bools:
        """For each of some sorted texts whether no equal one follows it."""
        if len(self) < 2:
            return np.ones(len(self), dtype=np.bool_)
        import pyarrow.compute as pc

        bits = pc.not_equal(self.array[:-1], self.array[1:]).buffers()[1]
        found = np.unpackbits(np.frombuffer(bits, np.uint8), count=len(self) - 1, bitorder="little")
        return np.append(found.astype(np.bool_), True)

    def at(self, text: bytes) -> int:
        """The first row of a text, -1 where it has none; the texts must be sorted."""
        row = bisect_left(self, text)
        return row if row < len(self) and self[row] == text else -1

    def places(self, others: "Texts") -> Ints:
        """The row of each of some texts, -1 where it has none; these texts must be sorted."""
        import pyarrow.compute as pc

        if not len(self) or len(others) * _FEW < len(self):
            return np.array([self.at(one) for one in others], dtype=np.int64)
        found = pc.index_in(others.array, value_set=self.array)
        known = np.ones(len(found), dtype=np.bool_)
        if found.null_count:
            bits = np.frombuffer(found.buffers()[0], np.uint8)
            known = np.unpackbits(bits, count=len(found), bitorder="little").astype(np.bool_)
        places = np.frombuffer(found.buffers()[1], np.int32)[: len(found)].astype(np.int64)
        return np.where(known, places, -1)

    def below(self, folder: str) -> slice:
        """The rows that lie in a folder or below it; the texts must be sorted paths."""
        start = os.fsencode(os.path.join(folder, ""))  # noqa: PTH118 - ends in a slash
        end = start[:-1] + bytes([start[-1] + 1])
        return slice(bisect_left(self, start), bisect_left(self, end))

    @property
    def are_absolute(self) -> Bools:
        """For each of some paths whether it begins at the top, on this system."""
        if os.sep != "/":
            return np.array([os.path.isabs(os.fsdecode(one)) for one in self], dtype=np.bool_)  # noqa: PTH117
        if not len(self) or not len(self._block):
            return np.zeros(len(self), dtype=np.bool_)
        block = np.frombuffer(self._block, np.uint8)
        firsts = block[np.minimum(self._ends[:-1], len(block) - 1)]
        return np.asarray((firsts == ord("/")) & (np.diff(self._ends) > 0))

    @property
    def shown(self) -> tuple[Ints, bytes]:
        """The texts as UTF-8 behind each other, and where each begins; one more at the end."""
        changed = {row: text.decode("utf-8", "backslashreplace").encode()
                   for row in self.not_ascii.tolist() if (text := self[row])}  # fmt: skip
        if all(self[row] == text for row, text in changed.items()):
            first, last = int(self._ends[0]), int(self._ends[-1])
            return self._ends.astype(np.int64) - first, bytes(self._block[first:last])
        every = [changed.get(row, text) for row, text in enumerate(self)]
        return np.cumsum([0, *map(len, every)], dtype=np.int64), b"".join(every)

    @property
    def are_utf8(self) -> bool:
        """True if every text is UTF-8, so that they sort by their bytes as they do when shown."""
        begins = self._ends[:-1][np.diff(self._ends) > 0]
        block = np.frombuffer(self._block, np.uint8)
        if len(begins) and ((block[begins] & 0xC0) == 0x80).any():
            return False  # one begins in the midst of a letter
        decoder = codecs.getincrementaldecoder("utf-8")()
        first, last = int(self._ends[0]), int(self._ends[-1])
        try:
            for at in range(first, last, _PIECE):
                decoder.decode(self._block[at : min(at + _PIECE, last)])
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        return True

    @property
    def not_ascii(self) -> Ints:
        """The rows of texts with other letters than ASCII has."""
        first, last = int(self._ends[0]), int(self._ends[-1])
        block = np.frombuffer(self._block, np.uint8)[first:last]
        places = np.flatnonzero(block >= 0x80) + first
        return np.unique(np.searchsorted(self._ends, places, side="right") - 1)


def _least(count: int) -> np.dtype[np.integer[Any]]:
    """The smallest type that numbers so many values."""
    return np.dtype(np.uint8 if count <= 2**8 else np.uint16 if count <= 2**16 else np.int32)


class Coded(Generic[Value]):
    """Values of which many rows have the same: one small number for each row.

    Args:
        codes: For each row which of the values it has; kept in as few bytes as they need.
        values: The values.
    """

    def __init__(self, codes: Small, values: tuple[Value, ...]) -> None:
        self.codes: Small = codes.astype(_least(len(values)), copy=False)
        self.values = values

    @classmethod
    def of(cls, rows: Iterable[Value]) -> "Coded[Value]":
        """The values of some rows."""
        known: dict[Value, int] = {}
        codes = [known.setdefault(value, len(known)) for value in rows]
        return cls(np.array(codes, dtype=np.int32), tuple(known))

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: int) -> Value:
        value: Value = self.values[self.codes[row]]
        return value

    def take(self, rows: "Ints | Bools") -> "Coded[Value]":
        """The values of some rows."""
        return Coded(self.codes[rows], self.values)

    def beside(self, others: "Coded[Value]") -> "Coded[Value]":
        """These rows, and others behind them."""
        values = list(self.values)
        known = {value: code for code, value in enumerate(values)}
        for value in others.values:
            if value not in known:
                known[value] = len(values)
                values.append(value)
        new = np.array([known[value] for value in others.values], dtype=np.int32)
        theirs = new[others.codes] if len(new) else others.codes
        return Coded(np.concatenate([self.codes, theirs]), tuple(values))

    def are(self, wanted: Iterable[Value]) -> Bools:
        """For each row whether its value is one of some."""
        some = set(wanted)
        if not self.values:
            return np.zeros(len(self), dtype=np.bool_)
        is_wanted = np.array([value in some for value in self.values], dtype=np.bool_)
        return np.asarray(is_wanted[self.codes])

    @property
    def used(self) -> "list[Value]":
        """The values that some row has."""
        there = np.zeros(len(self.values), dtype=np.bool_)
        there[self.codes] = True
        return [value for value, is_used in zip(self.values, there, strict=True) if is_used]
