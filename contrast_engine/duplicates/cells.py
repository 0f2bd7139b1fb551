"""Cells of like short codes: of many pictures, where what is near to one is looked for."""

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Floats32, Ints
from contrast_engine.progress import SILENT, Progress
from contrast_engine.randomness import generator

SIZE = 64
"""Pictures of a cell, about."""

MOST_CELLS = 4096
"""Cells at most: of a million pictures each holds about 240."""

PROBED = 10
"""Cells in which what is near a picture is looked for at most: whose middles are nearest to it."""

ASIDE = 0.1
"""And of those only such whose middles are no farther, in the product, than this behind the
nearest: what is near lies seldom there."""

Codes = npt.NDArray[np.int8]

Places = npt.NDArray[np.int32]
"""Places of pictures among those that are compared: half the memory of usual whole numbers."""

_DRAWN = 20  # pictures drawn for each cell, of which its middle is made
_BLOCK = 512  # pictures at a time: their products stay near the processor


class Cells:
    """Middles of cells, and which of them are near a code.

    Args:
        middles: (m, 64), of length 1.
    """

    def __init__(self, middles: Floats32) -> None:
        self._middles = middles
        self._across = np.ascontiguousarray(middles.T)

    def __len__(self) -> int:
        return len(self._middles)

    def nearest(self, codes: Codes, most: int, progress: Progress = SILENT) -> Places:
        """(n, most) the cells whose middles are nearest to codes, the nearest first; -1 for none.

        None are those that are far behind the nearest.

        Args:
            codes: (n, 64).
            most: How many cells of each at most.
            progress: Told on the way.
        """
        most = min(most, len(self))
        found = np.empty((len(codes), most), dtype=np.int32)
        for begin in range(0, len(codes), _BLOCK):
            alike = unit(codes[begin : begin + _BLOCK]) @ self._across
            found[begin : begin + _BLOCK] = _best(alike, most)
            progress.tick(0, len(codes), "gathering like pictures")
        return found


def cells_of(codes: Codes) -> Cells:
    """The cells of some pictures, by (n, 64) their codes."""
    m = int(np.clip(len(codes) // SIZE, 1, MOST_CELLS))
    random = generator(0, "near duplicates", "cells")
    some = np.sort(random.choice(len(codes), min(len(codes), m * _DRAWN), replace=False))
    drawn = codes[some]
    middles = unit(drawn[np.sort(random.choice(len(drawn), m, replace=False))])
    nearest = Cells(middles).nearest(drawn, 1)[:, 0]
    order = np.argsort(nearest, kind="stable")
    held, begins = np.unique(nearest[order], return_index=True)
    sums = np.add.reduceat(unit(drawn)[order], begins, axis=0)
    middles[held] = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return Cells(middles)


def by_cell(cells: Places, m: int) -> tuple[Places, Ints]:
    """The rows cell by cell, rising in each, and where each cell begins; a row in each of its."""
    flat = cells.ravel()
    there = np.flatnonzero(flat >= 0)
    flat = flat[there]
    begins = np.append(0, np.cumsum(np.bincount(flat, minlength=m)))
    order = there[np.argsort(flat, kind="stable")] // cells.shape[1]
    return order.astype(np.int32), begins


def unit(codes: Codes) -> Floats32:
    """Some codes as numbers of which the squares have a sum of about 1."""
    return codes.astype(np.float32) / np.float32(127)


def _best(alike: Floats32, most: int) -> Places:
    """(b, most) the cells of the largest products; -1 from where they are far behind."""
    found = np.empty((len(alike), most), dtype=np.int32)
    every = np.arange(len(alike))
    least = np.full(len(alike), -np.inf, np.float32)
    for place in range(most):
        nearest = alike.argmax(axis=1)
        values = alike[every, nearest]
        found[:, place] = np.where(values >= least, nearest, -1)
        if place == 0:
            least = values - np.float32(ASIDE)
        alike[every, nearest] = -np.inf
    return found
