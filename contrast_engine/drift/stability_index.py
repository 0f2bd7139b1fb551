"""The population stability index: how much the shares of ten bins have changed."""

import numpy as np

from contrast_engine.arrays import Floats

BINS = 10

SMALL, LARGE = 0.1, 0.25
"""The rule of thumb of credit scoring: below the first little, above the second much."""


def stability_index(reference: Floats, new: Floats) -> tuple[float, float]:
    """PSI of one feature, and what it would be on average without drift.

    Bins are cut at the reference's quantiles. A value that a tenth of the reference shares has a
    bin of its own, so there may be fewer than ten, or more.

    Args:
        reference: (n,) values.
        new: (m,) values.

    Source: Siddiqi 2006; Yurdakul & Naranjo 2020; docs/methods.md#drift.
    Deviates: half an image is added to every bin, so that an empty one is not infinite.
    """
    cuts = _cuts(reference)
    counts = np.stack([_counted(values, cuts) for values in (reference, new)])
    counts = counts[:, counts.any(axis=0)]
    bins = counts.shape[1]
    p, q = (counts + 0.5) / (counts.sum(axis=1, keepdims=True) + 0.5 * bins)
    index = float(((q - p) * np.log(q / p)).sum())
    return index, (bins - 1) * (1 / len(reference) + 1 / len(new))


def _cuts(reference: Floats) -> Floats:
    """Upper ends of all bins but the last: quantiles, and both sides of a shared value."""
    values, counts = np.unique(reference, return_counts=True)
    shared = values[counts * BINS >= len(reference)]
    quantiles = np.quantile(reference, np.arange(1, BINS) / BINS, method="inverted_cdf")
    cuts: Floats = np.unique(np.concatenate([quantiles, shared, np.nextafter(shared, -np.inf)]))
    return cuts


def _counted(values: Floats, cuts: Floats) -> Floats:
    found: Floats = np.bincount(np.searchsorted(cuts, values), minlength=len(cuts) + 1).astype(
        float
    )
    return found
