"""A complexity score that uses no human number: how many parts a picture has."""

from collections.abc import Mapping

import numpy as np

PARTS = (
    "regions", "coarse_regions", "coarse_shift_8_regions", "coarse_blobs", "coarse_stable_areas",
)  # fmt: skip
"""Counts that are averaged: even regions at two sizes, those of the mean shift, blobs, and areas
that stay one part over a range of thresholds. Five ways to count, none of which is right alone."""

MANY = 1000
"""A typical count of parts at which the score reaches 100 (own choice; it changes no order)."""


def parts_score(measured: Mapping[str, float]) -> float:
    """Complexity 0..100: the logarithm of how many parts a picture has, of five ways to count.

    100 mean ln(1 + n) / ln(1 + 1000), held within 0..100: 0 without parts, 100 at a thousand. No
    other picture and no score of a person enters, so one picture has the same score in every
    collection.

    Args:
        measured: What `measure_complexity` gives.

    Source: number of parts as complexity, Oliva et al. 2004; docs/methods.md#label-free-complexity
    (own form).
    """
    counts = np.log1p([measured[name] for name in PARTS])
    return float(np.clip(100 * counts.mean() / np.log1p(MANY), 0, 100))
