"""The most similar images: exact search in the space itself, never on the map."""

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Floats
from contrast_engine.vectors import ImageId, Vectors


def nearest(
    space: Vectors, of: ImageId | npt.ArrayLike, k: int = 10
) -> tuple[tuple[ImageId, float], ...]:
    """The `k` images nearest to one image, or to one row of the same space.

    Args:
        space: Where distances are Euclidean, for example quantile-scaled features.
        of: An image of `space`, which is not its own neighbour, or (d,) values.
        k: How many to give; fewer come back when there are fewer.

    Returns:
        (image, distance), nearest first, equal distances in the order of their ids.

    Raises:
        UnknownName: The image has no row in `space`.
    """
    is_image = isinstance(of, str)
    row = space.take([ImageId(of)]).values[0] if isinstance(of, str) else np.asarray(of, float)
    distances = np.sqrt(np.square(space.values - row).sum(axis=1))  # (n,)
    others = np.arange(len(space))
    if is_image:
        others = np.delete(others, space.rows[ImageId(str(of))])
    k = min(k, len(others))
    if k <= 0:
        return ()
    near = others[distances[others] <= _kth_smallest(distances[others], k)]
    order = sorted(near, key=lambda r: (distances[r], space.ids[r]))[:k]
    return tuple((space.ids[r], float(distances[r])) for r in order)


def _kth_smallest(values: Floats, k: int) -> float:
    return float(np.partition(values, k - 1)[k - 1])
