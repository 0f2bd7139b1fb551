"""Approximate search: rows are gathered in cells, and looked for in the cells around their own."""

import numpy as np

from contrast_engine.arrays import Floats, Floats32, Ints
from contrast_engine.neighbours.exact import BLOCK, Frame, Rough, ranked
from contrast_engine.progress import SILENT, Progress
from contrast_engine.randomness import generator

SIZE = 256
"""Rows of a cell, about."""

CROWDED = 4
"""Times that a cell may be too large before it is cut: what nothing tells apart is one cell."""

AROUND = 32
"""Cells in which the neighbours of a cell's rows are looked for."""

_BLOCK = 4096  # rows that are given their cell at a time


def by_cells(
    rows: Floats, k: int, seed: int = 0, progress: Progress = SILENT, around: int = AROUND
) -> tuple[Ints, Floats]:
    """About the `k` nearest other rows of every row, as `among` gives them.

    Rows drawn at random are the middles of cells, moved once to the mean of what is nearest to
    them. The rows of a cell are held against those of the cells around it, exactly.

    Args:
        rows: (n, d), better all different.
        k: How many neighbours; at most all the others.
        seed: Draws the middles.
        progress: Told as cells are done.
        around: In how many cells a row is looked for; twice as many cost twice as much.
    """
    n, k = len(rows), min(k, len(rows) - 1)
    single = Frame.of(rows).single(rows)
    order, begins = _cells(single, seed, progress)
    inside = single[order]
    sums = np.add.reduceat(inside, begins[:-1], axis=0)
    middles = (sums / np.diff(begins)[:, None]).astype(np.float32)
    found, distances = np.empty((n, k), dtype=np.int64), np.empty((n, k))
    for cell in range(len(middles)):
        near = _around(middles, begins, cell, k, around)
        among = np.concatenate([np.arange(begins[c], begins[c + 1]) for c in near])
        known, numbers = Rough(inside[among]), order[among]
        step = max(1, BLOCK // len(among))
        for begin in range(begins[cell], begins[cell + 1], step):
            part = np.arange(begin, min(begin + step, begins[cell + 1]))
            own = np.searchsorted(among, part)
            places, columns = known.candidates(inside[part], k, own)
            mine = order[part]
            near_rows, far = ranked(rows, rows[mine], places, numbers[columns], k)
            found[mine], distances[mine] = near_rows, far
        progress.tick(int(begins[cell + 1]), n, "finding similar images")
    return found, distances


def _cells(rows: Floats32, seed: int, progress: Progress) -> tuple[Ints, Ints]:
    """All row numbers cell by cell, and where each cell begins in them."""
    m = max(1, len(rows) // SIZE)
    drawn = generator(seed, "neighbours", "cells").choice(len(rows), m, replace=False)
    cell = _nearest(rows, rows[np.sort(drawn)], progress)
    sizes = np.bincount(cell, minlength=m)
    sums = np.column_stack([np.bincount(cell, column, m) for column in rows.T])
    means = (sums / np.maximum(sizes, 1)[:, None])[sizes > 0].astype(np.float32)
    cell = _nearest(rows, means, progress)
    order = np.argsort(cell, kind="stable")
    ends = np.cumsum(np.bincount(cell))
    begins: list[int] = []
    for begin, end in zip(np.append(0, ends[:-1]).tolist(), ends.tolist(), strict=True):
        begins += range(begin, end, SIZE if end - begin > CROWDED * SIZE else SIZE * CROWDED)
    return order, np.append(begins, len(rows))


def _nearest(rows: Floats32, middles: Floats32, progress: Progress) -> Ints:
    """(n,) the middle nearest to each row."""
    squares = np.einsum("ij,ij->i", middles, middles)
    found = np.empty(len(rows), dtype=np.int64)
    for begin in range(0, len(rows), _BLOCK):
        part = slice(begin, begin + _BLOCK)
        apart = rows[part] @ middles.T
        apart *= -2
        apart += squares
        found[part] = apart.argmin(axis=1)
        progress.tick(0, len(rows), "gathering similar images")
    return found


def _around(middles: Floats32, begins: Ints, cell: int, k: int, least: int) -> Ints:
    """The cells nearest to a cell, its own among them, rising; more where they hold too few."""
    apart = np.square(middles - middles[cell]).sum(axis=1)
    apart[cell] = -1.0
    order = np.argsort(apart, kind="stable")
    held = np.cumsum(np.diff(begins)[order])
    enough = max(least, int(np.searchsorted(held, k + 1)) + 1)
    return np.sort(order[:enough])
