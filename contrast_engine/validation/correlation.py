"""Rank correlation with its interval, also with other features held constant."""

import numpy as np

from contrast_engine.arrays import Floats

_Z = 1.959963984540054  # two-sided 95 %


def ranks(values: Floats) -> Floats:
    """Ranks 1..n of (n,) values, ties sharing their mean."""
    _, position, counts = np.unique(values, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(counts) - (counts - 1) / 2
    ranked: Floats = mean_rank[position]
    return ranked


def spearman(one: Floats, two: Floats, given: Floats | None = None) -> float | None:
    """Spearman's rank correlation, of what `given` (n, q) does not explain where it is given.

    None where one side does not vary. Partial: both sides' ranks less their least-squares fit
    on the ranks of `given`.
    """
    sides = np.column_stack([ranks(one), ranks(two)])
    start = sides - sides.mean(axis=0)
    left = start
    if given is not None:
        others = np.column_stack([ranks(column) for column in given.T])
        others = others - others.mean(axis=0)
        left = start - others @ np.linalg.lstsq(others, start, rcond=None)[0]
    size, before = (left**2).sum(axis=0), (start**2).sum(axis=0)
    if (size <= 1e-12 * np.maximum(before, 1e-300)).any():
        return None
    return float(np.clip((left[:, 0] @ left[:, 1]) / np.sqrt(size[0] * size[1]), -1, 1))


def fisher_interval(r: float, n: int, given: int = 0) -> tuple[float, float]:
    """95 % interval of a Spearman correlation of n images, `given` features held constant.

    tanh(atanh r +- 1.96 se) with se = sqrt((1 + r^2 / 2) / (n - 3 - given)).

    Source: Bonett & Wright 2000; docs/methods.md#rank-correlation.
    """
    if n - 3 - given < 1:
        return -1.0, 1.0
    middle = np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12))
    half = _Z * np.sqrt((1 + r**2 / 2) / (n - 3 - given))
    return float(np.tanh(middle - half)), float(np.tanh(middle + half))
