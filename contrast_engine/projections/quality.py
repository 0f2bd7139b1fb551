"""How far a map can be believed: are neighbours on it neighbours in the space, and back?"""

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.randomness import generator
from contrast_engine.vectors import Vectors


def trustworthiness(
    space: Vectors, map: Vectors, *, n_neighbors: int = 15, sample: int = 3000, seed: int = 0
) -> tuple[float, int]:
    """Share of map neighbours that are real: 1 when no stranger was put among them.

    About 0.5 for points thrown at random. Images pushed in among the `n_neighbors` nearest on
    the map count by how far down they stand in the space.

    Args:
        space: The rows the map was made from.
        map: Points of the same images.
        n_neighbors: Size of a neighbourhood, made smaller by `neighbourhood` if need be.
        sample: Above so many images a seeded sample stands for all; its size is returned.
        seed: Draws the sample.

    Returns:
        The value and how many images it rests on. With fewer than 3 it is 1: nobody can be
        misplaced.

    Source: Venna & Kaski 2001.
    """
    return _kept(space, map, n_neighbors, sample, seed)


def continuity(
    space: Vectors, map: Vectors, *, n_neighbors: int = 15, sample: int = 3000, seed: int = 0
) -> tuple[float, int]:
    """Share of real neighbours that the map shows: 1 when none was torn away.

    The same as `trustworthiness` with the roles of space and map exchanged.

    Source: Venna & Kaski 2001.
    """
    return _kept(map, space, n_neighbors, sample, seed)


def neighbourhood(n: int, n_neighbors: int = 15) -> int:
    """Give the size of neighbourhoods among `n` images: less than half of them."""
    return min(n_neighbors, max(n - 1, 0) // 2)


def _kept(
    reference: Vectors, shown: Vectors, n_neighbors: int, sample: int, seed: int
) -> tuple[float, int]:
    ids = sorted(reference.ids)
    if len(ids) > sample:
        drawn = generator(seed, "map", "quality").choice(len(ids), sample, replace=False)
        ids = [ids[row] for row in np.sort(drawn)]
    n, k = len(ids), neighbourhood(len(ids), n_neighbors)
    if n < 3:
        return 1.0, n
    strangers = _strangers(reference.take(ids).values, shown.take(ids).values, k)
    return float(1 - 2 * strangers / (n * k * (2 * n - 3 * k - 1))), n


def _strangers(reference: Floats, shown: Floats, k: int) -> float:
    """Sum over all shown neighbours of how far their rank in the reference exceeds `k`."""
    total = 0.0
    for begin in range(0, len(reference), 500):
        block = slice(begin, begin + 500)
        far = _distances(reference, block)  # (b, n)
        seen = _distances(shown, block)  # (b, n)
        own = np.arange(len(seen))
        seen[own, own + begin] = np.inf
        near = np.argpartition(seen, k - 1, axis=1)[:, :k]  # (b, k)
        reach = np.take_along_axis(far, near, axis=1)
        far.sort(axis=1)
        for row, limits in zip(far, reach, strict=True):
            ranks = np.searchsorted(row, limits)  # 1 is the nearest other image, 0 is itself
            total += float(np.maximum(ranks - k, 0).sum())
    return total


def _distances(values: Floats, block: slice) -> Floats:
    """Squared Euclidean distances of a block of rows to all, (b, n)."""
    squares = np.square(values).sum(axis=1)
    distances: Floats = squares[block, None] + squares - 2 * values[block] @ values.T
    return np.maximum(distances, 0)
