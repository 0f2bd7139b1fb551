"""How many images speak for themselves: bursts, scenes and runs of like images count once."""

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints

_PART = 0.7
"""Nearer than this part of what independent neighbours are apart: nearly one picture."""

_SHARE = 20
"""How far independent neighbours are apart is read from the 1/20 nearest and from twice as many,
so that bursts of fewer images than that do not decide it."""

_SLACK = 0.15
"""Part of an image by which rows may still depend on each other."""

_ALIKE = 0.2
"""Autocorrelation below which neighbours are of one kind, as in a sorted folder, and no burst."""

_SAME = 1e-18
"""Spread that is rounding."""

_FARTHEST = 25
"""Images over which likeness in order is followed."""


def different(values: Floats) -> Ints:
    """The rows of (n, d) values of which none is nearly the same as another, in order.

    Of each group that near neighbours link, the first row stays. What is near is measured in each
    place anew, against how far apart neighbours there would be if all rows were independent:
    independent rows lose few, and as many where they lie close as where they lie far apart.

    Source: single linkage; local scales of Zelnik-Manor & Perona 2004; docs/methods.md#drift.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    if len(values) < _SHARE:
        return np.arange(len(values))
    _, group = connected_components(csr_array(_links(values)), directed=False)
    first: Ints = np.sort(np.unique(group, return_index=True)[1])
    return first


def spacing(values: Floats) -> int:
    """Every how many-th row of a stream counts, so that what counts is nearly independent.

    1 + 2 times the sum of the autocorrelations, mean over the columns, up to the first that may
    be chance; less what is left of them beyond 25 images, which is no burst but a change.

    Args:
        values: (n, d) in the order in which they came.

    Source: effective sample size; Geyer 1992; docs/methods.md#drift.
    """
    n, total = len(values), 1.0
    if not n:
        return 1
    centred = values - values.mean(axis=0)
    spread = (centred**2).mean(axis=0)
    differs = spread > _SAME * (1 + values.max(axis=0) ** 2)
    centred = centred[:, differs] / np.sqrt(spread[differs])
    if not differs.any():
        return 1  # a camera that is stuck: there is nothing in which images could be alike
    far = min(_FARTHEST, n // 4)
    alike = np.array([(centred[lag:] * centred[:-lag]).mean() for lag in range(1, 2 * far + 1)])
    # what is as alike far apart is no burst: the stream has changed, and that is to be found
    lasting = max(float(alike[far:].mean()), 0.0) if far else 0.0
    for near in alike[:far] - lasting:
        if near < max(_ALIKE, 2 / np.sqrt(n)):  # what one column alone would be off by chance
            break
        total += 2 * float(near)
    return int(np.ceil(total - _SLACK))


def _links(values: Floats) -> Bools:
    """(n, n) which rows are nearly one picture."""
    distance = distances(values)
    k = max(2, len(values) // _SHARE)
    ordered = np.partition(distance, (k, 2 * k), axis=1)
    at_k, at_2k = ordered[:, k], ordered[:, 2 * k]
    is_clear = (at_k > 0) & (at_2k > at_k)
    if not is_clear.any():
        return np.zeros(distance.shape, dtype=np.bool_)
    # k neighbours fill a ball of radius r ~ k^(1/dimensions), so the nearest is that much nearer
    growth = np.median(np.log(at_2k[is_clear] / at_k[is_clear]))
    dimensions = float(np.clip(np.log(2) / growth, 2, 20))
    radius = np.sqrt(_PART * at_k * k ** (-1 / dimensions))
    linked: Bools = distance < np.outer(radius, radius)
    return linked


def distances(values: Floats, others: Floats | None = None) -> Floats:
    """(n, m) Euclidean distances of rows."""
    from scipy.spatial.distance import cdist

    return np.asarray(cdist(values, values if others is None else others), dtype=np.float64)
