"""Groups that the clusters cut across: a valley along a column or a main axis."""

import numpy as np

from contrast_engine.arrays import Bools, Floats
from contrast_engine.validation import valleys
from contrast_engine.validation.valley_windows import deepest_windows

COLUMNS, AXES = 64, 8
"""Columns up to which each is looked along, and how many main axes are."""

SMALL = 0.05
"""Share of the rows that a side of such a valley holds at least (own choice)."""


def chance_along_an_axis(seen: Floats, unseen: Floats) -> tuple[float, float]:
    """Chance and depth, in the unseen rows, of the valley that the seen ones show; 1 for none."""
    side = split_along_an_axis(seen)
    return (
        (1.0, 1.0)
        if side is None
        else valleys.between(seen, unseen, side, ~side, np.zeros_like(side))
    )


def split_along_an_axis(values: Floats) -> Bools | None:
    """The rows on one side of the deepest valley along a column or a main axis, if there is one.

    Finds groups that the clusters cut across, because other columns vary more.
    """
    n, d = values.shape
    if n < 2 * valleys.PIECE:
        return None
    main = np.linalg.svd(values - values.mean(axis=0), full_matrices=False)[2][:AXES]
    axes = np.vstack([np.eye(d), main]) if d <= COLUMNS else main
    best, most = None, 0.0
    for place in axes @ values.T:
        low, high = np.quantile(place, [0.05, 0.95])
        if high - low < 1e-12:
            continue
        place = (place - low) / (high - low)
        found = deepest_windows(place, 0.5 * float(place.std()) * n**-0.2)
        if found is None or found[1] <= most:
            continue
        side = place < found[0][1] + found[0][3] / 2
        if min(side.mean(), 1 - side.mean()) >= SMALL:
            best, most = side, found[1]
    return best
