"""Training copies that lie in several files, read by row as if they were one array."""

import mmap
from typing import Any

import numpy as np

from contrast_engine.arrays import Bytes, Ints


class CopiesInPieces:
    """(n, size, size, 3) uint8 copies; rows are read from the disk when they are asked for.

    Args:
        pieces: What the files hold.
        which: For each row the piece it lies in.
        rows: For each row its place in that piece.
    """

    dtype: "np.dtype[np.uint8]" = np.dtype(np.uint8)
    ndim = 4

    def __init__(self, pieces: list[Bytes], which: Ints, rows: Ints) -> None:
        self._pieces = pieces
        self._which = which
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def shape(self) -> tuple[int, ...]:
        """As an array has it."""
        return len(self), *self._pieces[0].shape[1:]

    def let_go(self) -> None:
        """Let the memory of what was read go, as `let_go` does."""
        for piece in self._pieces:
            let_go(piece)

    @property
    def nbytes(self) -> int:
        """What they would take in memory."""
        return int(np.prod(self.shape))

    def __getitem__(self, at: Any) -> Bytes:
        which, rows = self._which[at], self._rows[at]
        if np.ndim(which) == 0:
            return np.array(self._pieces[int(which)][int(rows)])
        found = np.empty((len(rows), *self.shape[1:]), dtype=np.uint8)
        for number, piece in enumerate(self._pieces):
            here = np.flatnonzero(which == number)
            if len(here):
                found[here] = piece[rows[here]]
        return found

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Bytes:
        found = self[:]
        return found if dtype is None else found.astype(dtype)


def let_go(copies: "Bytes | CopiesInPieces") -> None:
    """Let the memory go that pages of a mapped file hold in this process.

    Who reads a large file once would hold all of it in the end. What is asked for again is read
    again; an array that is not mapped stays as it is, and so it does where a system cannot do it.
    """
    if isinstance(copies, CopiesInPieces):
        copies.let_go()
        return
    mapped = getattr(copies, "_mmap", None)
    if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)
