"""Which images a lasso holds, and where one image stands among all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints
from contrast_engine.errors import OptionError
from contrast_engine.imageset import ImageSet
from contrast_engine.randomness import generator
from contrast_engine.vectors import ImageId, Vectors

AT_ONCE = 16
"""Images whose distances to all others are held at once: 64 MB for half a million."""

AMONG = 20_000
"""Of more images than this a large selection is judged among a seeded draw of so many."""

LARGE = 1_000
"""Chosen images that must be in the draw, so that it says as much as the whole."""


def rows_in_polygon(
    map: Vectors,
    polygon: Sequence[tuple[float, float]],
    turn: Sequence[Sequence[float]] | None = None,
) -> Ints:
    """Rows of the points that lie inside a lasso, rising.

    Even-odd rule: a point is inside when a ray to its right crosses the outline an odd number
    of times, so a loop that crosses itself leaves a hole. Coordinates are rounded to float32
    first and the arithmetic is then done in float64 in exactly this order, which is what a
    browser holding a Float32Array computes: both sides agree on every point, also on the line.

    Args:
        map: Points in columns `map_x`, `map_y`.
        polygon: Corners of the lasso in map units, closed by itself; fewer than three hold nothing.
        turn: How a map with three directions was seen: what was right and what was up, (2, 3).

    Raises:
        OptionError: A corner is not a pair of finite numbers, or the turn not two directions.
    """
    corners = np.array([tuple(corner) for corner in polygon], dtype=np.float64)
    if not len(corners):
        return np.zeros(0, dtype=np.int64)
    if corners.shape != (len(corners), 2) or not np.isfinite(corners).all():
        raise OptionError("a polygon must be a list of (x, y) pairs of finite numbers")
    x, y = _seen(map, turn)
    (left, bottom), (right, top) = corners.min(axis=0), corners.max(axis=0)
    near = np.flatnonzero((x >= left) & (x <= right) & (y >= bottom) & (y <= top))
    x, y = x[near], y[near]  # what lies outside the box need not be asked edge by edge
    is_inside = np.zeros(len(near), dtype=np.bool_)
    for (xi, yi), (xj, yj) in zip(corners, np.roll(corners, 1, axis=0), strict=True):
        if yi == yj:  # a level edge is never crossed by a level ray
            continue
        rows = np.flatnonzero((yi > y) != (yj > y))
        with np.errstate(over="ignore"):  # infinity compares as it does in the browser
            is_inside[rows] ^= x[rows] < (xj - xi) * (y[rows] - yi) / (yj - yi) + xi
    return near[is_inside]


def _seen(map: Vectors, turn: Sequence[Sequence[float]] | None) -> tuple[Floats, Floats]:
    """Where the points of a map are on the screen, in map units, as the browser holds them."""
    names = ("map_x", "map_y", "map_z")[: 2 if turn is None else 3]
    columns = [map.column(name).astype(np.float32).astype(np.float64) for name in names]
    if turn is None:
        return columns[0], columns[1]
    rows = np.array(turn, dtype=np.float64)
    if rows.shape != (2, 3) or not np.isfinite(rows).all():
        raise OptionError("a turn must be two directions of three finite numbers")
    x, y, z = columns
    right, up = ((a * x + b * y + c * z).astype(np.float32) for a, b, c in rows)
    return right.astype(np.float64), up.astype(np.float64)


@dataclass(frozen=True)
class Togetherness:
    """How far some images are a neighbourhood of the space, and not only of a map.

    Args:
        share: Of the nearest images of a chosen one, the mean share that was chosen too.
        possible: The same for as many images around the middle of the chosen ones: what a true
            neighbourhood of that size and place has.
        chance: The same for as many images drawn at random, as it is to be expected.
        n: How many chosen images that rests on.
        among: How many images were there to be near: all of the space, or a draw.
    """

    share: float
    possible: float
    chance: float
    n: int
    among: int

    @property
    def is_neighbourhood(self) -> bool:
        """Whether it is nearer to a true neighbourhood than to a random draw (own choice)."""
        return self.share >= (self.possible + self.chance) / 2


def togetherness(
    space: Vectors, ids: Iterable[ImageId], *, n_neighbors: int = 10, sample: int = 100
) -> Togetherness | None:
    """How far chosen images lie together in the space; None where that says nothing.

    It says nothing of fewer than 3 images or of more than half of all. Above `sample` images a
    seeded sample of them is asked for its neighbours; above `AMONG` images in the space a large
    selection is judged among a draw of them.

    Raises:
        UnknownName: An id has no row.
    """
    values, chosen = space.values, _marked(space, ids)
    if len(space) > AMONG:
        drawn = generator(0, "selection", "among").choice(len(space), AMONG, replace=False)
        if np.count_nonzero(chosen[drawn]) >= LARGE:
            values, chosen = values[drawn], chosen[drawn]
    size = int(chosen.sum())
    if size < 3 or 2 * size > len(chosen):
        return None
    inside = values[chosen]
    to_middle = np.square(inside - inside.mean(axis=0)).sum(axis=1)
    centre = inside[to_middle.argmin()]
    ball = np.zeros_like(chosen)
    ball[np.argsort(np.square(values - centre).sum(axis=1), kind="stable")[:size]] = True
    k = min(n_neighbors, size - 1)
    share, possible = (_inward(values, group, k, sample) for group in (chosen, ball))
    chance = (size - 1) / (len(chosen) - 1)
    return Togetherness(share, possible, chance, min(size, sample), len(chosen))


def _marked(space: Vectors, ids: Iterable[ImageId]) -> Bools:
    """Whether the image of every row is among some."""
    wanted = ids if isinstance(ids, ImageSet) else tuple(ids)
    rows = space.rows_of(wanted)
    if len(rows) < len(wanted):
        space.take(wanted)  # says which one is not there
    marked = np.zeros(len(space), dtype=np.bool_)
    marked[rows] = True
    return marked


def _inward(values: Floats, group: Bools, k: int, sample: int) -> float:
    """Mean share of the `k` nearest images of a member that are members too."""
    rows = np.flatnonzero(group)
    if len(rows) > sample:
        rows = generator(0, "selection", "togetherness").choice(rows, sample, replace=False)
    squares = np.square(values).sum(axis=1)
    shares = []
    for block in np.array_split(rows, -(-len(rows) // AT_ONCE)):
        distances = squares - 2 * values[block] @ values.T  # (b, n), up to a constant
        distances[np.arange(len(block)), block] = np.inf
        shares.extend(group[np.argpartition(distances, k - 1, axis=1)[:, :k]].mean(axis=1))
    return float(np.mean(shares))


def percentiles(vectors: Vectors, image: ImageId) -> dict[str, float]:
    """The share of images, 0 to 100, below this one in each column; ties count half.

    Raises:
        UnknownName: The image has no row here.
    """
    return standing(vectors, vectors.row(image))


def standing(vectors: Vectors, values: Mapping[str, float]) -> dict[str, float]:
    """The share of images, 0 to 100, below these values in each column; ties count half."""
    own = np.array([values[name] for name in vectors.columns])
    below = (vectors.values < own).sum(axis=0) + (vectors.values == own).sum(axis=0) / 2
    shares = 100 * below / len(vectors)
    return dict(zip(vectors.columns, map(float, shares), strict=True))
