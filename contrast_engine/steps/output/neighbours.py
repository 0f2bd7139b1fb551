"""The nearest images of each image, by the rows of a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.imageset import ImageIds
from contrast_engine.neighbours import graph
from contrast_engine.progress import SILENT, Progress
from contrast_engine.vectors import ImageId, Vectors

_AT_ONCE = 1 << 22
"""Candidates that are held at a time."""


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The nearest images of those that have a place in a space.

    Args:
        space: Where distances are measured, in words.
        rows: (m,) the rows of the table that have neighbours.
        near: (m, k) the rows nearest to each, nearest first, itself left out.
        distances: (m, k) how far they are.
        search: How they were found, in words: exact, or with which recall.
    """

    space: str
    rows: Ints
    near: Ints
    distances: Floats
    search: str = "exact"

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
    """The `count` images nearest to each, among those of a table; equal ones by row.

    Of more than 20,000 images approximately, as `graph` searches, with the recall in words.

    Args:
        vectors: The space; Euclidean.
        space: The space in words.
        ids: The images of the table, one per row; those that the space lacks have no neighbours.
        count: How many at most; fewer where there are fewer.
        progress: Told how far it is.
    """
    at = vectors.places(ImageIds.of(ids))
    rows = np.flatnonzero(at >= 0)
    values = vectors.values[at[rows]]  # (m, d)
    k = max(0, min(count, len(rows) - 1))
    if not k:
        return Neighbours(space, rows, *_none(len(rows)))
    different, of = np.unique(values, axis=0, return_inverse=True)
    of = of.reshape(-1)
    found = graph(different, k, progress=progress)
    near, distances = _of_every_row(of, found.rows, found.distances, k)
    return Neighbours(space, rows, rows[near], distances, found.words)


def _none(m: int) -> tuple[Ints, Floats]:
    return np.zeros((m, 0), dtype=np.int64), np.zeros((m, 0))


def _of_every_row(of: Ints, near: Ints, far: Floats, k: int) -> tuple[Ints, Floats]:
    """(m, k) nearest rows and distances, from those of the different rows.

    Args:
        of: (m,) which different row each row is equal to.
        near: (g, q) the different rows nearest to each.
        far: (g, q) how far they are.
        k: How many; fewer than m.
    """
    m, g = len(of), len(near)
    order = np.argsort(of, kind="stable")  # equal rows together, rising
    sizes = np.bincount(of, minlength=g)
    begins = np.cumsum(sizes) - sizes
    c = min(int(sizes.max()), k + 1)  # of equal rows more are never needed
    place = np.arange(c)
    copies = np.where(place < sizes[:, None], order[np.minimum(begins[:, None] + place, m - 1)], -1)
    near = np.column_stack([np.arange(g), near])  # (g, 1 + q), its own copies first
    far = np.column_stack([np.zeros(g), far])
    found, distances = np.empty((m, k), dtype=np.int64), np.empty((m, k))
    step = max(1, _AT_ONCE // (near.shape[1] * c))
    for begin in range(0, m, step):
        part = np.arange(begin, min(begin + step, m))
        rows = copies[near[of[part]]].reshape(len(part), -1)  # (b, (1 + q) c)
        away = np.repeat(far[of[part]], c, axis=1)
        away[(rows < 0) | (rows == part[:, None])] = np.inf
        chosen = np.lexsort((rows, away), axis=1)[:, :k]
        found[part] = np.take_along_axis(rows, chosen, axis=1)
        distances[part] = np.take_along_axis(away, chosen, axis=1)
    return found, distances
