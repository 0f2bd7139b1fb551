"""The nearest images of each image, by the rows of a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.progress import SILENT, Progress
from contrast_engine.vectors import ImageId, Vectors

_AT_ONCE = 1 << 24
"""Distances that are held at a time, 128 MB."""


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The nearest images of those that have a place in a space.

    Args:
        space: Where distances are measured, in words.
        rows: (m,) the rows of the table that have neighbours.
        near: (m, k) the rows nearest to each, nearest first, itself left out.
        distances: (m, k) how far they are.
    """

    space: str
    rows: Ints
    near: Ints
    distances: Floats

    @cached_property
    def place(self) -> dict[int, int]:
        """Where the neighbours of a row of the table stand."""
        return {row: place for place, row in enumerate(self.rows.tolist())}


def neighbours(
    vectors: Vectors,
    space: str,
    ids: Sequence[ImageId],
    count: int,
    progress: Progress = SILENT,
) -> Neighbours:
    """The `count` images nearest to each, among those of a table; exact, equal ones by row.

    Args:
        vectors: The space; Euclidean.
        space: The space in words.
        ids: The images of the table, one per row; those that the space lacks have no neighbours.
        count: How many at most; fewer where there are fewer.
        progress: Told how far it is.
    """
    rows = np.array([row for row, image in enumerate(ids) if image in vectors.rows], dtype=np.int64)
    values = vectors.values[[vectors.rows[ids[row]] for row in rows]]  # (m, d)
    m, k = len(rows), max(0, min(count, len(rows) - 1))
    near, distances = np.zeros((m, k), dtype=np.int64), np.zeros((m, k))
    squares = np.square(values).sum(axis=1)
    size = max(1, _AT_ONCE // max(m, 1))
    for first in range(0, m if k else 0, size):
        progress.tick(first, m, "neighbours")
        block = np.arange(first, min(first + size, m))
        apart = squares[block, None] + squares - 2 * (values[block] @ values.T)  # (b, m)
        apart[np.arange(len(block)), block] = np.inf
        # one more than asked for, since rounding may order those at the edge otherwise
        chosen = np.argpartition(apart, min(k, m - 1), axis=1)[:, : min(k + 1, m - 1)]
        exact = np.sqrt(np.square(values[chosen] - values[block, None]).sum(axis=2))
        order = np.lexsort((chosen, exact), axis=1)[:, :k]
        near[block] = np.take_along_axis(chosen, order, axis=1)
        distances[block] = np.take_along_axis(exact, order, axis=1)
    return Neighbours(space, rows, rows[near] if m else near, distances)
