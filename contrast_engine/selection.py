"""Which images a drawn shape holds, and where one image stands among all."""

from collections.abc import Mapping, Sequence

import numpy as np

from contrast_engine.errors import OptionError
from contrast_engine.vectors import ImageId, Vectors


def in_polygon(map: Vectors, polygon: Sequence[tuple[float, float]]) -> tuple[ImageId, ...]:
    """Find the images whose point lies inside a drawn polygon.

    Even-odd rule: a point is inside when a ray to its right crosses the outline an odd number
    of times, so a loop that crosses itself leaves a hole. Coordinates are rounded to float32
    first and the arithmetic is then done in float64 in exactly this order, which is what a
    browser holding a Float32Array computes: both sides agree on every point, also on the line.

    Args:
        map: Points in columns `map_x`, `map_y`.
        polygon: Corners in map units, closed by itself; fewer than three hold nothing.

    Raises:
        OptionError: A corner is not a pair of finite numbers.
    """
    corners = np.array([tuple(corner) for corner in polygon], dtype=np.float64)
    if not len(corners):
        return ()
    if corners.shape != (len(corners), 2) or not np.isfinite(corners).all():
        raise OptionError("a polygon must be a list of (x, y) pairs of finite numbers")
    points = map.select(["map_x", "map_y"]).values.astype(np.float32).astype(np.float64)
    x, y = points.T
    is_inside = np.zeros(len(map), dtype=np.bool_)
    for (xi, yi), (xj, yj) in zip(corners, np.roll(corners, 1, axis=0), strict=True):
        if yi == yj:  # a level edge is never crossed by a level ray
            continue
        spans = (yi > y) != (yj > y)
        with np.errstate(over="ignore"):  # infinity compares as it does in the browser
            is_inside ^= spans & (x < (xj - xi) * (y - yi) / (yj - yi) + xi)
    return tuple(map.ids[row] for row in np.flatnonzero(is_inside))


def percentiles(vectors: Vectors, image: ImageId) -> dict[str, float]:
    """Give the share of images, 0 to 100, below this one in each column; ties count half.

    Raises:
        UnknownName: The image has no row here.
    """
    return standing(vectors, vectors.row(image))


def standing(vectors: Vectors, values: Mapping[str, float]) -> dict[str, float]:
    """Give the share of images, 0 to 100, below these values in each column; ties count half."""
    own = np.array([values[name] for name in vectors.columns])
    below = (vectors.values < own).sum(axis=0) + (vectors.values == own).sum(axis=0) / 2
    shares = 100 * below / len(vectors)
    return dict(zip(vectors.columns, map(float, shares), strict=True))
