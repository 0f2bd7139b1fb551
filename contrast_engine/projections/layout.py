"""What every map starts from: distinct rows, principal axes, map columns."""

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.axes import principal_axes
from contrast_engine.errors import NotEnoughData
from contrast_engine.options import option
from contrast_engine.randomness import generator
from contrast_engine.vectors import Vectors

MAP_COLUMNS = ("map_x", "map_y", "map_z")


def components() -> int:
    """Declare the option that every map of this kind has: how many directions it has."""
    return option(2, "2 for a flat map, 3 for one that can be turned.", low=2, high=3)  # type: ignore[no-any-return]


def as_map(vectors: Vectors, points: Floats) -> Vectors:
    """(n, 2) or (n, 3) points named by the ids of `vectors`."""
    return Vectors(vectors.ids, points, MAP_COLUMNS[: points.shape[1]])


def distinct(vectors: Vectors, needed: int, method: str) -> tuple[Floats, Ints]:
    """The different rows, and for every image which of them is its own.

    Equal images get the same place on a map. The rows come back sorted by value, so a layout
    made from them cannot depend on the order in which images were scanned.

    Raises:
        NotEnoughData: There are fewer than `needed` different rows.
    """
    rows, of = np.unique(vectors.values, axis=0, return_inverse=True)
    if len(rows) < needed:
        raise NotEnoughData(
            f"{method} needs at least {needed} different images, got {len(rows)};"
            " add images or use pca"
        )
    return rows, of.reshape(-1)


def start(rows: Floats, width: float, seed: int, n_components: int = 2) -> Floats:
    """(n, n_components) principal coordinates, scaled to `width` and minimally shaken.

    Starting there makes a map keep the orientation of the PCA map. The shake (1e-4 of the
    width) frees points that are equal in all axes, which would otherwise never part.
    """
    points = principal_axes(rows).scores(rows, n_components)
    shake = generator(seed, "map", "start").normal(size=points.shape)
    return width * (points / max(float(np.abs(points).max()), 1e-12) + 1e-4 * shake)
