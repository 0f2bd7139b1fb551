"""A straight tube from one cluster to another, along which density is counted."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Bools, Floats
from contrast_engine.validation.valley_windows import deepest_windows

INSIDE = 0.8
"""Share of a cluster within the tube along which density is compared (own choice)."""

SCARCE = 25
"""Rows of a cluster below which none can be spared: the tube holds all, and a quarter more room
for others of the kind (own choice)."""

DENSE = 50
"""Places looked at for the densest crossing between two clusters."""


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
    away = places_along(values, through, axis, start, length)[1]
    is_scarce = min(int(one.sum()), int(other.sum())) < SCARCE
    share, room = (1.0, 1.25) if is_scarce else (INSIDE, 1.0)
    radius = room * max(float(np.quantile(away[side], share)) for side in (one, other))
    inside = away <= radius
    spread = np.sqrt(np.mean([place[side & inside].var() for side in (one, other)]))
    best = deepest_windows(place[inside], 1.06 * float(spread) * max(int(inside.sum()), 1) ** -0.2)
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


def places_along(
    values: Floats, through: Floats, axis: Floats, start: float, length: float
) -> tuple[Floats, Floats]:
    """(n,) place of each row along the axis, 0 and 1 at the means, and its distance from it."""
    along = values @ axis
    offset = values - through
    square = np.einsum("ij,ij->i", offset, offset) - np.square(offset @ axis)
    return (along - start) / length, np.sqrt(np.maximum(square, 0))
