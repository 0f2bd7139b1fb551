"""The most similar images: exact search in the space itself, never on the map."""

import numpy as np
import numpy.typing as npt

from contrast_engine.neighbours.exact import up_to_kth
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
    own = ImageId(of) if isinstance(of, str) else None
    row = np.asarray(of, float) if own is None else space.take([own]).values[0]
    most = min(max(k, 0) + (own is not None), len(space))
    if most <= (own is not None):
        return ()
    rows, distances = up_to_kth(space.values, row, most)
    pairs = ((space.ids[int(r)], float(d)) for r, d in zip(rows, distances, strict=True))
    return tuple(sorted((p for p in pairs if p[0] != own), key=lambda p: (p[1], p[0]))[:k])
