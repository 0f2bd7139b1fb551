"""Is there a valley of density between neighbouring clusters, in images that did not place it?"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Bools, Floats

SHALLOW = 0.5
"""Density at the bottom over that of the lower hill from which on a dent is no gap (own choice):
round groups have a deeper valley from 3.4 of their deviations apart."""

WIDTHS = (1 / 3, 1 / 4, 1 / 6, 1 / 10)
"""Widths of the windows that are compared, in distances of the two means."""

STEPS = 60
"""Places of a window between the two means."""

INSIDE = 0.8
"""Share of a cluster within the tube along which density is compared (own choice)."""

SCARCE = 25
"""Rows of a cluster below which none can be spared: the tube holds all, and a quarter more room
for others of the kind (own choice)."""

DENSE = 50
"""Places looked at for the densest crossing between two clusters."""

PIECE = 8
"""Rows a piece of a cluster has on average at least, where a way round is looked for,"""

PIECES = 6
"""and how many pieces it has at most (own choices)."""

FACING = 3
"""Pairs of facing pieces that are tried as a way round (own choice)."""

FEW = 4
"""Rows on the lower hill from which on the ratio says something (own choice)."""

DOUBTFUL = 0.05
"""Chance above which a valley is not looked into further."""

COLUMNS, AXES = 64, 8
"""Columns up to which each is looked along, and how many main axes are."""

SMALL = 0.05
"""Share of the rows that a side of such a valley holds at least (own choice)."""


@dataclass(frozen=True, eq=False)
class Path:
    """A straight tube from one cluster to another, and three windows across it.

    Args:
        through: (d,) a place on its axis: the densest crossing between the clusters.
        axis: (d,) of length 1.
        start, length: Where the first mean lies along the axis, and how far it is to the other.
        radius: Rows further from the axis are not counted.
        windows: Beginning of the left hill, of the valley and of the right hill, and their
            width, all as shares of `length`.
        depth: Deviance of the counts among the rows that placed the windows.
    """

    through: Floats
    axis: Floats
    start: float
    length: float
    radius: float
    windows: tuple[float, float, float, float]
    depth: float


def path(
    values: Floats, one: Bools, other: Bools, third: Bools, also: Floats | None = None
) -> Path | None:
    """The tube between two clusters along which the valley looks deepest; None where none is.

    The axis is that of the means or Fisher's discriminant, whichever shows more. The tube keeps
    most of either cluster, around the densest place between them, so that a curve bends out of
    it instead of piling up at its ends.

    Args:
        values: (n, d) rows, those of no or another cluster included.
        one: (n,) the rows of the first cluster.
        other: The same of the other.
        third: The rows of further clusters: a tube through one of them tells of that one.
        also: (d,) one more axis to look along.
    """
    if not (one.any() and other.any()):
        return None
    axes = [*_axes(values[one], values[other]), *([] if also is None else [also])]
    found = [_along(values, one, other, third, axis) for axis in axes]
    return max((p for p in found if p is not None), key=lambda p: p.depth, default=None)


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

    place, away = _places(values, along.through, along.axis, along.start, along.length)
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
    seen: Floats, unseen: Floats, one: Bools, other: Bools, third: Bools
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
    """
    along = path(seen, one, other, third)
    if along is None:
        return 1.0, 1.0
    p, ratio = chance(unseen, along)
    if p > DOUBTFUL or ratio >= SHALLOW:
        return (1.0 if ratio >= SHALLOW else p), ratio
    around = max(_ratios(seen, unseen, (one, other), third, along.axis), default=0.0)
    return (1.0, around) if around >= SHALLOW else (p, ratio)


def _ratios(
    seen: Floats, unseen: Floats, pair: tuple[Bools, Bools], third: Bools, axis: Floats
) -> Iterator[float]:
    """The density in the valley between each pair of facing pieces, over that of their hills."""
    from scipy.spatial.distance import cdist

    near, far = (pieces(seen, cluster) for cluster in pair)
    apart = cdist(*(np.array([seen[piece].mean(axis=0) for piece in side]) for side in (near, far)))
    for facing in np.argsort(apart, axis=None, kind="stable")[:FACING]:
        i, j = np.unravel_index(facing, apart.shape)
        along = path(seen, near[int(i)], far[int(j)], third, axis)
        ratio = 1.0 if along is None else chance(unseen, along)[1]
        if not np.isnan(ratio):
            yield ratio


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


def split_along_an_axis(values: Floats) -> Bools | None:
    """The rows on one side of the deepest valley along a column or a main axis, if there is one.

    Finds groups that the clusters cut across, because other columns vary more.
    """
    n, d = values.shape
    if n < 2 * PIECE:
        return None
    main = np.linalg.svd(values - values.mean(axis=0), full_matrices=False)[2][:AXES]
    axes = np.vstack([np.eye(d), main]) if d <= COLUMNS else main
    best, most = None, 0.0
    for place in axes @ values.T:
        low, high = np.quantile(place, [0.05, 0.95])
        if high - low < 1e-12:
            continue
        place = (place - low) / (high - low)
        found = _windows(place, 0.5 * float(place.std()) * n**-0.2)
        if found is None or found[1] <= most:
            continue
        side = place < found[0][1] + found[0][3] / 2
        if min(side.mean(), 1 - side.mean()) >= SMALL:
            best, most = side, found[1]
    return best


def _axes(one: Floats, other: Floats) -> Iterator[Floats]:
    """The direction of the means, and Fisher's with as much shrinkage as the rows are few."""
    apart = other.mean(axis=0) - one.mean(axis=0)
    length = float(np.linalg.norm(apart))
    if length < 1e-12:
        return
    yield apart / length
    n, d = len(one) + len(other), len(apart)
    if d == 1:
        return
    rest = np.vstack([one - one.mean(axis=0), other - other.mean(axis=0)])
    within = rest.T @ rest / n
    mean = np.trace(within) / d
    if mean <= 0:
        return
    shrink = min(1.0, d / n)
    fisher = np.linalg.solve((1 - shrink) * within + (shrink + 1e-9) * mean * np.eye(d), apart)
    yield fisher / np.linalg.norm(fisher)


def _along(values: Floats, one: Bools, other: Bools, third: Bools, axis: Floats) -> Path | None:
    start = float((values[one] @ axis).mean())
    length = float((values[other] @ axis).mean()) - start
    if length < 1e-12:
        return None
    place = (values @ axis - start) / length
    through = _crossing(values[~third], place[~third])
    away = _places(values, through, axis, start, length)[1]
    is_scarce = min(int(one.sum()), int(other.sum())) < SCARCE
    share, room = (1.0, 1.25) if is_scarce else (INSIDE, 1.0)
    radius = room * max(float(np.quantile(away[side], share)) for side in (one, other))
    inside = away <= radius
    spread = np.sqrt(np.mean([place[side & inside].var() for side in (one, other)]))
    best = _windows(place[inside], 1.06 * float(spread) * max(int(inside.sum()), 1) ** -0.2)
    return None if best is None else Path(through, axis, start, length, radius, *best)


def _crossing(values: Floats, place: Floats) -> Floats:
    """The densest place between the two means: a valley has to be one there as well."""
    from scipy.spatial.distance import cdist

    order = np.argsort(np.abs(place - 0.5), kind="stable")
    between = order[: max(int((np.abs(place - 0.5) <= 0.2).sum()), min(8, len(order)))]
    looked = between[:: max(1, len(between) // DENSE)]
    near = max(3, len(values) // 50)
    apart = cdist(values[looked], values)
    reach = np.partition(apart, min(near, apart.shape[1] - 1), axis=1)[
        :, min(near, apart.shape[1] - 1)
    ]
    densest = values[looked[int(reach.argmin())]]
    nearest = np.argsort(cdist(densest[None], values[between])[0], kind="stable")[:5]
    mean: Floats = values[between[nearest]].mean(axis=0)
    return mean


def _places(
    values: Floats, through: Floats, axis: Floats, start: float, length: float
) -> tuple[Floats, Floats]:
    """(n,) place of each row along the axis, 0 and 1 at the means, and its distance from it."""
    along = values @ axis
    offset = values - through
    square = np.einsum("ij,ij->i", offset, offset) - np.square(offset @ axis)
    return (along - start) / length, np.sqrt(np.maximum(square, 0))


def _windows(
    place: Floats, smooth: float
) -> tuple[tuple[float, float, float, float], float] | None:
    """The three windows whose middle one is emptiest for its neighbours, counts smoothed.

    Args:
        place: The rows in the tube, along its axis.
        smooth: Standard deviation of the kernel; Silverman's rule of thumb.
    """
    from scipy.ndimage import gaussian_filter1d

    margin = max(WIDTHS) / 2
    bins = np.linspace(-margin, 1 + margin, 4 * STEPS + 1)
    each = bins[1] - bins[0]
    counted = np.histogram(place, bins)[0].astype(np.float64)
    below = np.concatenate(
        [[0.0], np.cumsum(gaussian_filter1d(counted, max(smooth / each, 0.1), truncate=3))]
    )
    best, most = None, 0.0
    steps = np.linspace(0, 1, STEPS + 1)
    for width in WIDTHS:
        begins = steps - width / 2
        counts = np.interp(begins + width, bins, below) - np.interp(begins, bins, below)
        gap = int(np.ceil(width * STEPS - 1e-9))  # steps after which two windows do not overlap
        left = np.maximum.accumulate(counts)[: len(begins) - 2 * gap]
        right = np.maximum.accumulate(counts[::-1])[::-1][2 * gap :]
        depths = _deviance(counts[gap : len(begins) - gap], np.minimum(left, right))
        at = _middle(depths)
        if depths[at] > most:
            most = float(depths[at])
            first = int(counts[: at + 1].argmax())
            last = at + 2 * gap + int(counts[at + 2 * gap :].argmax())
            best = float(begins[first]), float(begins[at + gap]), float(begins[last]), width
    return None if best is None else (best, most)


def _middle(depths: Floats) -> int:
    """The middle of the places around the deepest that are nearly as deep: far from both hills."""
    deepest = int(depths.argmax())
    shallow = np.flatnonzero(depths < 0.9 * depths[deepest])
    before, after = shallow[shallow < deepest], shallow[shallow > deepest]
    low = int(before[-1]) + 1 if len(before) else 0
    high = int(after[0]) - 1 if len(after) else len(depths) - 1
    return (low + high) // 2


def _deviance(valley: Floats, hill: Floats) -> Floats:
    """Binomial deviance of a valley from its hill; 0 where it is no lower."""
    from scipy.special import xlogy

    half = np.maximum(valley + hill, 1e-12) / 2
    found: Floats = xlogy(valley, valley / half) + xlogy(hill, hill / half)
    return np.where(valley < hill, found, 0.0)
