"""The directions of largest spread, and the images along one of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.vectors import ImageId


@dataclass(frozen=True, eq=False)
class PrincipalAxes:
    """The directions of largest spread.

    Args:
        mean: (d,) of the rows.
        axes: (r, d) unit directions, widest first, each with its largest loading positive.
        variances: (r,) along each axis.
    """

    mean: Floats
    axes: Floats
    variances: Floats

    def scores(self, values: Floats, n_axes: int = 2) -> Floats:
        """(n, n_axes) coordinates in the units of the rows; a missing axis is all 0."""
        scores = (values - self.mean) @ self.axes[:n_axes].T
        return np.pad(scores, ((0, 0), (0, n_axes - scores.shape[1])))


def principal_axes(values: Floats) -> PrincipalAxes:
    """Principal axes of (n, d) rows by singular value decomposition."""
    mean = values.mean(axis=0)
    _, singular, axes = np.linalg.svd(values - mean, full_matrices=False)
    return PrincipalAxes(mean, signed(axes), singular**2 / max(len(values) - 1, 1))


def participation_ratio(variances: Floats) -> float:
    """How many directions share the spread: 1 for one, d for d equal ones, 0 for none."""
    squares = float(np.square(variances).sum())
    return float(variances.sum()) ** 2 / squares if squares > 0 else 0.0


def signed(axes: Floats) -> Floats:
    """The directions, each turned so that its largest loading is positive."""
    largest = np.abs(axes).argmax(axis=1)
    signed: Floats = axes * np.where(axes[np.arange(len(axes)), largest] < 0, -1.0, 1.0)[:, None]
    return signed


def along(scores: Floats, ids: Sequence[ImageId], k: int = 12) -> tuple[tuple[ImageId, float], ...]:
    """Pick images from one end of an axis to the other, evenly spread over their ranks.

    Args:
        scores: (n,) of the images on the axis.
        ids: Their ids.
        k: How many; all of them where there are fewer.
    """
    order = sorted(range(len(ids)), key=lambda row: (scores[row], ids[row]))
    picked = np.linspace(0, len(order) - 1, min(k, len(order))).round().astype(int)
    return tuple((ids[order[at]], float(scores[order[at]])) for at in picked)
