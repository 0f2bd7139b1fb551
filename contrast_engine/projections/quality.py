"""How far a map can be believed: are neighbours on it neighbours in the space, and back?"""

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.randomness import generator
from contrast_engine.vectors import Vectors


def trustworthiness(
    space: Vectors, map: Vectors, *, n_neighbors: int = 15, sample: int = 3000, seed: int = 0
) -> tuple[float, int]:
    """Share of map neighbours that are real: 1 when there is no false neighbour.

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
    """Share of real neighbours that the map shows: 1 when no neighbour is missing.

    The same as `trustworthiness` with the roles of space and map exchanged.

    Source: Venna & Kaski 2001.
    """
    return _kept(map, space, n_neighbors, sample, seed)


def neighbourhood(n: int, n_neighbors: int = 15) -> int:
    """The size of neighbourhoods among `n` images: less than half of them."""
    return min(n_neighbors, max(n - 1, 0) // 2)


def false_neighbours_of_each(space: Vectors, map: Vectors, **how: int) -> Floats:
    """How far away the false neighbours of each image are in the space: 0 none, 1 the farthest.

    The share that this image takes from `trustworthiness`: where all images are judged, the mean
    over them is 1 minus that.

    Args:
        space: The rows the map was made from.
        map: Points of the same images.
        how: `n_neighbors`, `sample`, `seed` as in `trustworthiness`: each image is judged among
            the images of the sample; `most` images (20,000) are judged, drawn by `seed`.

    Returns:
        (n,) in the order of `map`, NaN for images that were not judged.

    Source: the summands of Venna & Kaski 2001.
    """
    return _of_each(space, map, map, **how)


def missing_neighbours_of_each(space: Vectors, map: Vectors, **how: int) -> Floats:
    """How far the missing neighbours of each image are from it on the map: 0 none, 1 the farthest.

    The same as `false_neighbours_of_each` with the roles of space and map exchanged: `continuity`.
    """
    return _of_each(map, space, map, **how)


def _kept(
    reference: Vectors, shown: Vectors, n_neighbors: int, sample: int, seed: int
) -> tuple[float, int]:
    ids = _drawn(reference.images, sample, seed)
    n, k = len(ids), neighbourhood(len(ids), n_neighbors)
    if n < 3:
        return 1.0, n
    far = _false_neighbours(reference.take(ids).values, shown.take(ids).values, k)
    return float(1 - far.mean()), n


def _drawn(known: ImageSet, sample: int, seed: int) -> ImageSet:
    """All images, or a seeded sample of so many, in the order of their ids."""
    if len(known) <= sample:
        return known
    drawn = generator(seed, "map", "quality").choice(len(known), sample, replace=False)
    return ImageSet(known.numbers[np.sort(drawn)])


def _of_each(
    reference: Vectors,
    shown: Vectors,
    map: Vectors,
    n_neighbors: int = 15,
    sample: int = 3000,
    seed: int = 0,
    most: int = 20_000,
) -> Floats:
    among = _drawn(map.images, sample, seed)
    k = neighbourhood(len(among), n_neighbors)
    if len(among) < 3:
        return np.zeros(len(map))
    others = _drawn(map.images - among, most - len(among), seed)
    judged = ImageIds(np.concatenate([among.numbers, others.numbers]))
    far = _false_neighbours(reference.take(judged).values, shown.take(judged).values, k, len(among))
    values = np.full(len(map), np.nan)
    values[map.places(judged)] = far
    return values


def _false_neighbours(reference: Floats, shown: Floats, k: int, m: int | None = None) -> Floats:
    """Say how far the ranks of each row's shown neighbours exceed `k`, as a share of the most.

    Args:
        reference: (n, d) rows in which ranks are counted.
        shown: (n, e) rows in which the `k` neighbours are looked for.
        k: Size of a neighbourhood.
        m: The first `m` rows are those among which ranks and neighbours are counted; all if None.
    """
    n = len(reference)
    m = n if m is None else m
    shares = np.empty(n)
    for begin in range(0, n, 500):
        rows = np.arange(begin, min(begin + 500, n))
        far = _distances(reference, rows, m)  # (b, m)
        seen = _distances(shown, rows, m)  # (b, m)
        own = rows[rows < m]
        far[own - begin, own] = -1.0  # each row is its own nearest: rank 0
        seen[own - begin, own] = np.inf
        near = np.argpartition(seen, k - 1, axis=1)[:, :k]  # (b, k)
        reach = np.take_along_axis(far, near, axis=1)
        far.sort(axis=1)
        for row, limits, at in zip(far, reach, rows, strict=True):
            others = m - 1 if at < m else m
            ranks = np.searchsorted(row, limits) + others - (m - 1)  # 1 is the nearest other row
            most = k * (2 * others + 1 - 3 * k) / 2
            shares[at] = np.maximum(ranks - k, 0).sum() / most
    return shares


def _distances(values: Floats, rows: Ints, m: int) -> Floats:
    """Squared Euclidean distances of some rows to the first `m`, (b, m)."""
    squares = np.square(values).sum(axis=1)
    distances: Floats = squares[rows, None] + squares[:m] - 2 * values[rows] @ values[:m].T
    return np.maximum(distances, 0)
