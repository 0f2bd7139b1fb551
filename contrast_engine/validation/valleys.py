"""Is there a valley of density between neighbouring clusters, in images that did not place it?"""

from collections.abc import Callable, Iterator

import numpy as np

from contrast_engine.arrays import Bools, Floats
from contrast_engine.validation.valley_paths import Path, path, places_along

SHALLOW = 0.5
"""Density at the bottom over that of the lower hill from which on a dent is no gap (own choice):
round groups have a deeper valley from 3.4 of their deviations apart."""

PIECE = 8
"""Rows a piece of a cluster has on average at least, where a way round is looked for,"""

PIECES = 6
"""and how many pieces it has at most (own choices)."""

FACING = 3
"""Pairs of facing pieces that are tried as a way round (own choice)."""

HINT = 1.0
"""Deviance among the rows that place a path below which they show no valley (own choice)."""

FEW = 4
"""Rows on the lower hill from which on the ratio says something (own choice)."""

DOUBTFUL = 0.05
"""Chance above which a valley is not looked into further."""


def chance(values: Floats, along: Path) -> tuple[float, float]:
    """Probability of so deep a valley by chance, and its density over that of the lower hill.

    The windows are equally wide and in one order, so wherever density has one hill, the middle
    one is expected to hold at least as many as the emptier of the others: a binomial tail for
    either hill, of which the larger counts (Berger 1982). With fewer than
    `FEW` rows on the lower hill there is no ratio (nan).

    Args:
        values: (m, d) rows that took no part in finding the path.
        along: The path.
    """
    from scipy.stats import binom

    place, away = places_along(values, along.through, along.axis, along.start, along.length)
    place = np.sort(place[away <= along.radius])
    *starts, width = along.windows
    left, valley, right = (
        int(np.searchsorted(place, begin + width) - np.searchsorted(place, begin))
        for begin in starts
    )
    hill = min(left, right)
    p = float(binom.cdf(valley, valley + hill, 0.5))
    return p, valley / hill if hill >= FEW else np.nan


def between(
    seen: Floats,
    unseen: Floats,
    one: Bools,
    other: Bools,
    third: Bools,
    also: Floats | None = None,
    cut: Callable[[Floats, Bools], list[Bools]] | None = None,
) -> tuple[float, float]:
    """`chance` of a valley between clusters; 1 where it is shallow or there is a way round.

    A straight tube between the means of two long pieces of a curve leaves it. So both clusters
    are cut into small pieces, and one pair of facing pieces without a valley joins them.

    Args:
        seen: (n, d) rows that place pieces and windows.
        unseen: (m, d) other rows, counted in them.
        one: (n,) the rows of the first cluster among `seen`.
        other: The same of the other.
        third: The same of all further clusters.
        also: (d,) one more axis to look along.
        cut: What cuts a cluster into pieces, where that was done before; else `pieces`.
    """
    along = path(seen, one, other, third, also)
    if along is None:
        return 1.0, 1.0
    p, ratio = chance(unseen, along)
    if p > DOUBTFUL or ratio >= SHALLOW:
        return (1.0 if ratio >= SHALLOW else p), ratio
    near, far = ((cut or pieces)(seen, cluster) for cluster in (one, other))
    around = max(_ratios(seen, unseen, (near, far), third, along.axis), default=0.0)
    return (1.0, around) if around >= SHALLOW else (p, ratio)


def _ratios(
    seen: Floats, unseen: Floats, cut: tuple[list[Bools], list[Bools]], third: Bools, axis: Floats
) -> Iterator[float]:
    """The density in the valley between each pair of facing pieces, over that of their hills."""
    from scipy.spatial.distance import cdist

    near, far = cut
    apart = cdist(*(np.array([seen[piece].mean(axis=0) for piece in side]) for side in cut))
    for facing in np.argsort(apart, axis=None, kind="stable")[:FACING]:
        i, j = np.unravel_index(facing, apart.shape)
        along = path(seen, near[int(i)], far[int(j)], third, axis)
        ratio = 1.0 if along is None else chance(unseen, along)[1]
        if not np.isnan(ratio):
            yield ratio
        elif along is not None and along.depth < HINT:
            yield 1.0  # too few rows to count, and those that placed it show no valley either


def pieces(values: Floats, cluster: Bools) -> list[Bools]:
    """A cluster cut into up to `PIECES` parts of at least `PIECE` rows on average.

    Places far from each other (Gonzalez 1985), moved to the means of their rows four times.
    """
    from scipy.spatial.distance import cdist

    rows = np.flatnonzero(cluster)
    own, k = values[rows], min(PIECES, len(rows) // PIECE)
    if k < 2:
        return [cluster]
    places = [own.mean(axis=0)]
    while len(places) < k:
        places.append(own[int(cdist(own, np.array(places)).min(axis=1).argmax())])
    means = np.array(places)
    for _ in range(4):
        part = cdist(own, means).argmin(axis=1)
        means = np.array([own[part == i].mean(axis=0) for i in np.unique(part)])
    part = cdist(own, means).argmin(axis=1)
    found = []
    for number in np.unique(part):
        piece = np.zeros(len(values), dtype=np.bool_)
        piece[rows[part == number]] = True
        found.append(piece)
    return found
