"""Groups that the clusters cut across: a valley along a column or a main axis."""

from collections.abc import Iterator

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.validation import valleys
from contrast_engine.validation.halves import valleys_of_pairs
from contrast_engine.validation.joined_clusters import bottleneck
from contrast_engine.validation.valley_windows import deepest_windows
from contrast_engine.validation.valleys import HINT

COLUMNS, AXES = 64, 8
"""Columns up to which each is looked along, and how many main axes are."""

SMALL = 0.05
"""Share of the rows that a side of such a valley holds at least (own choice)."""


NARROW = (0.5, 0.25)
"""Smoothing of the counts along an axis, in standard deviations at n = 1: wide for two groups,
narrow for many in a row."""


def chance_along_an_axis(seen: Floats, unseen: Floats) -> tuple[float, float]:
    """Chance and depth, in the unseen rows, of valleys that the seen ones show; 1 for none.

    The parts of the axis are joined wherever no valley parts them, and two have to remain.

    Args:
        seen: (n, d) rows that place the valleys.
        unseen: (m, d) rows that are counted.
    """
    found = parts_along_an_axis(seen)
    if found is None:
        return 1.0, 1.0
    chance, ratio = valleys_of_pairs(seen, unseen, *found)
    k = len(chance)
    return bottleneck(chance), float(ratio[~np.eye(k, dtype=np.bool_)].min())


def parts_along_an_axis(values: Floats) -> tuple[Ints, Floats] | None:
    """(n,) parts between valleys along the axis with the deepest one, and that (d,) axis.

    Finds groups that the clusters cut across, because other columns vary more. Axes are the
    columns and the main axes; None where none shows a valley.
    """
    n, d = values.shape
    if n < 2 * valleys.PIECE:
        return None
    main = np.linalg.svd(values - values.mean(axis=0), full_matrices=False)[2][:AXES]
    axes = np.vstack([np.eye(d), main]) if d <= COLUMNS else main
    best, most = None, 0.0
    for axis in axes:
        cut = _deepest(values @ axis)
        if cut is not None and cut[1] > most:
            best, most = axis, cut[1]
    if best is None:
        return None
    place = values @ best
    cuts = np.sort(list(_cuts(place, max(valleys.PIECE, round(SMALL * n)))))
    return (np.searchsorted(cuts, place).astype(np.int64), best) if len(cuts) else None


def _cuts(place: Floats, fewest: int) -> Iterator[float]:
    """Where the valleys along an axis are: the deepest one, then those on either side of it."""
    cut = _deepest(place) if len(place) >= 2 * fewest else None
    if cut is None or cut[1] < HINT:
        return
    low, high = place[place < cut[0]], place[place >= cut[0]]
    if min(len(low), len(high)) >= fewest:
        yield cut[0]
        yield from _cuts(low, fewest)
        yield from _cuts(high, fewest)


def _deepest(place: Floats) -> tuple[float, float] | None:
    """The middle of the deepest valley along an axis and its deviance, if there is one."""
    low, high = np.quantile(place, [0.05, 0.95])
    if high - low < 1e-12:
        return None
    scaled = (place - low) / (high - low)
    smooth = float(scaled.std()) * len(place) ** -0.2
    found = [deepest_windows(scaled, narrow * smooth) for narrow in NARROW]
    windows, depth = max((f for f in found if f is not None), key=lambda f: f[1], default=(None, 0))
    if windows is None:
        return None
    return low + (windows[1] + windows[3] / 2) * (high - low), depth
