"""Maximum mean discrepancy: whether two samples differ in any way, all features together."""

from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.drift.different import distances
from contrast_engine.randomness import generator

PERMUTATIONS = 200


@dataclass(frozen=True, eq=False)
class Discrepancy:
    """How different two samples are.

    Args:
        value: Unbiased MMD squared; about 0 without a difference.
        p: Share of permutations that reach it, at least 1 / (permutations + 1).
        fitted_p: p from a curve through the permutations, for looks that may claim less than
            1 / (permutations + 1) can show.
        typical: (m,) how much more each new image is like the new ones than like the reference.
    """

    value: float
    p: float
    fitted_p: float
    typical: Floats


def mean_discrepancy(reference: Floats, new: Floats, seed: int = 0) -> Discrepancy:
    """MMD squared of (n, d) and (m, d) rows with its permutation test.

    The kernel is exp(-distance^2 / (2 s^2)), s the median distance of all rows.

    Source: Gretton et al. 2012, eq. 3 and section 2.3 (witness function); the tail as a Pearson
    type III curve, Josse et al. 2008; docs/methods.md#drift.
    """
    both, n = np.concatenate([reference, new]), len(reference)
    distance = distances(both)
    scale = float(np.median(distance[np.triu_indices(len(both), 1)])) or 1.0
    kernel = np.exp(-0.5 * (distance / scale) ** 2)
    np.fill_diagonal(kernel, 0.0)
    order = generator(seed, "drift", "permutations")
    is_reference = np.zeros((len(both), PERMUTATIONS + 1))
    is_reference[:n, 0] = 1
    for column in range(1, PERMUTATIONS + 1):
        is_reference[order.permutation(len(both))[:n], column] = 1
    found = _discrepancies(kernel, is_reference)
    observed, others = float(found[0]), found[1:]
    p = (1 + int((others >= observed - 1e-15).sum())) / (PERMUTATIONS + 1)
    return Discrepancy(observed, p, _fitted(observed, others, p), _typical(kernel, n))


def _discrepancies(kernel: Floats, is_reference: Floats) -> Floats:
    """MMD squared of each way (columns) to split the rows; the kernel's diagonal is 0."""
    n, m = is_reference[:, 0].sum(), (1 - is_reference[:, 0]).sum()
    within = (is_reference * (kernel @ is_reference)).sum(axis=0)
    across = kernel.sum(axis=1) @ is_reference - within
    beyond = kernel.sum() - within - 2 * across
    found: Floats = within / (n * (n - 1)) + beyond / (m * (m - 1)) - 2 * across / (n * m)
    return found


def _fitted(observed: float, others: Floats, p: float) -> float:
    """The p by the curve, only where no permutation reached the observed value."""
    from scipy.stats import pearson3, skew

    spread = float(others.std())
    if p > 1 / PERMUTATIONS or spread <= 0:
        return p
    away = (observed - float(others.mean())) / spread
    return min(p, float(pearson3.sf(away, max(float(skew(others)), 0.0))))


def _typical(kernel: Floats, n: int) -> Floats:
    new = len(kernel) - n
    typical: Floats = kernel[n:, n:].sum(axis=1) / max(new - 1, 1) - kernel[n:, :n].mean(axis=1)
    return typical
