"""Pairs of pictures whose short codes are near, looked for in cells of like codes."""

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Floats32, Ints
from contrast_engine.duplicates.compact import Compact
from contrast_engine.progress import SILENT, Progress
from contrast_engine.randomness import generator

NEAR = 0.6
"""Product of two short codes from which a pair is looked at: of 767 pairs of photographs that are
one picture all reach it, of 1,245 pairs of a picture and a changed copy of it all but 2."""

TRIED = 6
"""Nearest pictures of each that are looked at."""

FIRST = 2
"""And of all that are near as many that come first, so that a group of thousands hangs together."""

SIZE = 256
"""Pictures of a cell, about."""

MOST_CELLS = 2048
"""Cells at most: of a million pictures each holds about five hundred."""

PROBED = 8
"""Cells in which what is near a picture is looked for: those whose middles are nearest to it."""

CROWDED = 64
"""Near pictures of each from which only those that may be looked at are put in order."""

Places = npt.NDArray[np.int32]
"""Places of pictures among those that are compared: half the memory of usual whole numbers."""

_DRAWN = 50  # pictures drawn for each cell, of which its middle is made
_BLOCK = 4096
_ROWS = 1024  # pictures looked for at a time
_PAIRS = 4_000_000  # that are gathered before only those to be looked at are kept


def near_pairs(found: Compact, rows: Ints, progress: Progress = SILENT) -> Ints:
    """(p, 2) pairs of rows that may be one picture, the lower row first, nearest pairs first.

    Args:
        found: What is kept of the pictures.
        rows: Which of them to compare, rising.
        progress: Told on the way.
    """
    if len(rows) < 2:
        return np.zeros((0, 2), dtype=np.int64)
    codes = np.ascontiguousarray(found.codes[rows])
    middles = _middles(codes)
    probed = _cells(codes[:, 0], middles, PROBED, progress)
    inner = _cells(codes[:, 1], middles, 1, progress)
    askers, begins = _by_cell(probed, len(middles))
    own, inner_part = _by_cell(probed[:, :1], len(middles)), _by_cell(inner, len(middles))
    gathered = _Gathered()
    for cell in range(len(middles)):
        asked = askers[begins[cell] : begins[cell + 1]]
        pools = [order[at[cell] : at[cell + 1]] for order, at in (own, inner_part)]
        known = [_unit(codes[pool, which]) for which, pool in enumerate(pools)]
        _of_cell(codes, asked, np.concatenate(pools), np.concatenate(known), gathered)
        progress.tick(int(begins[cell + 1]), len(askers), "looking for like pictures")
    pairs, near = gathered.pairs()
    pairs = np.sort(pairs, axis=1).astype(np.int64)
    order = np.lexsort((pairs[:, 1], pairs[:, 0], -near))
    pairs = pairs[order]
    _, firsts = np.unique(pairs[:, 0] * np.int64(len(rows)) + pairs[:, 1], return_index=True)
    found_rows: Ints = rows[pairs[np.sort(firsts)]]
    return found_rows


class _Gathered:
    """Near pairs as they are found, of each picture only those that are looked at."""

    def __init__(self) -> None:
        self._parts: list[tuple[Places, Places, Floats32]] = []
        self._held = 0

    def add(self, asked: Places, others: Places, near: Floats32) -> None:
        """Take in pairs of some pictures."""
        self._parts.append((asked, others, near))
        self._held += len(near)
        if self._held > _PAIRS:
            self._settle()

    def pairs(self) -> tuple[Places, Floats32]:
        """(p, 2) the pairs, and how near they are."""
        self._settle()
        asked, others, near = self._parts[0]
        return np.stack([asked, others], axis=1), near

    def _settle(self) -> None:
        none = np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32)
        parts = [none, *self._parts]
        asked = np.concatenate([part[0] for part in parts])
        others = np.concatenate([part[1] for part in parts])
        near = np.concatenate([part[2] for part in parts])
        kept = _few(asked, near, others)
        self._parts = [(asked[kept], others[kept], near[kept])]
        self._held = 0


def _middles(codes: npt.NDArray[np.int8]) -> Floats32:
    """(m, 64) the middles of cells, of length 1."""
    m = int(np.clip(len(codes) // SIZE, 1, MOST_CELLS))
    random = generator(0, "near duplicates", "cells")
    some = np.sort(random.choice(len(codes), min(len(codes), m * _DRAWN), replace=False))
    drawn = _unit(codes[some, 0])
    middles = drawn[np.sort(random.choice(len(drawn), m, replace=False))]
    nearest = np.concatenate([(drawn[at : at + _BLOCK] @ middles.T).argmax(axis=1)
                              for at in range(0, len(drawn), _BLOCK)])  # fmt: skip
    order = np.argsort(nearest, kind="stable")
    held, begins = np.unique(nearest[order], return_index=True)
    sums = np.add.reduceat(drawn[order], begins, axis=0)
    middles[held] = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return middles


def _cells(codes: npt.NDArray[np.int8], middles: Floats32, most: int, progress: Progress) -> Places:
    """(n, most) the cells whose middles are nearest to each row, the nearest first."""
    most = min(most, len(middles))
    found = np.empty((len(codes), most), dtype=np.int32)
    for begin in range(0, len(codes), _BLOCK):
        alike = _unit(codes[begin : begin + _BLOCK]) @ middles.T
        every = np.arange(len(alike))
        for place in range(most):
            nearest = alike.argmax(axis=1)
            found[begin : begin + _BLOCK, place] = nearest
            alike[every, nearest] = -np.inf
        progress.tick(0, len(codes), "gathering like pictures")
    return found


def _by_cell(cells: Places, m: int) -> tuple[Places, Ints]:
    """The rows cell by cell, rising in each, and where each cell begins; a row in each of its."""
    begins = np.append(0, np.cumsum(np.bincount(cells.ravel(), minlength=m)))
    order = np.argsort(cells.ravel(), kind="stable") // cells.shape[1]
    return order.astype(np.int32), begins


def _of_cell(
    codes: npt.NDArray[np.int8], asked: Places, pool: Places, known: Floats32, gathered: _Gathered
) -> None:
    """Gather the near pairs of pictures and those of a cell.

    Args:
        codes: (n, 2, 64), those of all pictures.
        asked: The pictures that look here.
        pool: The pictures of the cell, by their whole and by their inner part.
        known: (m, 64) the codes of those.
        gathered: Where the pairs go, as places in `codes`.
    """
    for begin in range(0, len(asked) if len(pool) else 0, _ROWS):
        part = asked[begin : begin + _ROWS]
        alike = _unit(codes[part, 0]) @ known.T
        places, columns = _near_places(alike, pool)
        values, others = alike[places, columns], pool[columns]
        kept = others != part[places]
        places, values, others = places[kept], values[kept], others[kept]
        kept = _few(places, values, others)
        if len(kept):
            gathered.add(part[places[kept]], others[kept], values[kept])


def _near_places(alike: Floats32, pool: Places) -> tuple[Ints, Ints]:
    """The rows and columns of what is near; of thousands those that may be looked at."""
    is_near = alike >= NEAR
    if np.count_nonzero(is_near) > CROWDED * len(alike):
        most = min(2 * (TRIED + 1), alike.shape[1] - 1)  # each is there twice, and finds itself
        nearest = np.argpartition(-alike, most, axis=1)[:, :most]
        most = min(2 * (FIRST + 1), alike.shape[1] - 1)
        order = np.where(is_near, pool, pool.max() + 1)
        first = np.argpartition(order, most, axis=1)[:, :most]
        chosen = np.zeros_like(is_near)
        np.put_along_axis(chosen, np.concatenate([nearest, first], axis=1), True, axis=1)
        is_near &= chosen
    places, columns = np.divmod(np.flatnonzero(is_near), alike.shape[1])
    return places, columns


def _few(places: Ints | Places, values: Floats32, others: Places) -> Ints:
    """Of the pairs of each place those that are looked at: the nearest and the first."""
    chosen = []
    for order, most in (
        (np.lexsort((others, -values, places)), TRIED),
        (np.lexsort((others, places)), FIRST),
    ):
        begins = np.searchsorted(places[order], places[order])
        chosen.append(order[np.arange(len(order)) - begins < most])
    return np.unique(np.concatenate(chosen))


def _unit(codes: npt.NDArray[np.int8]) -> Floats32:
    return codes.astype(np.float32) / np.float32(127)
