"""Sums over all pixels in float64, whatever precision the pixels have; and exact percentiles."""

import cv2
import numpy as np

from contrast_engine.arrays import Real

_SAMPLE = 2048  # pixels looked at to guess where a percentile lies


def mean(plane: Real) -> float:
    """The mean of (h, w) pixels."""
    # Not by cv2.sumElems: its last bit depends on where in memory the pixels lie.
    return float(cv2.mean(plane)[0])


def energy(plane: Real) -> float:
    """The sum of squares of (h, w) pixels."""
    return float(cv2.norm(plane, cv2.NORM_L2SQR))


def total(plane: Real) -> float:
    """The sum of absolute values of (h, w) pixels."""
    return float(cv2.norm(plane, cv2.NORM_L1))


def spread(plane: Real) -> float:
    """The population standard deviation of (h, w) pixels, taken about their mean."""
    return float(np.sqrt(energy(plane - mean(plane)) / plane.size))


def percentile(plane: Real, share: float) -> float:
    """What `numpy.percentile` gives at 100 * share, sooner."""
    flat = plane.ravel()
    place = share * (flat.size - 1)
    rank = int(np.floor(place))
    ranks = (rank, min(rank + 1, flat.size - 1))
    # A few pixels tell roughly where to look; only those beyond are sorted. Where the guess cut
    # too close, all of them are, so the answer is exact either way.
    sample = np.sort(flat[:: flat.size // _SAMPLE + 1])
    if share < 0.5:
        part = flat[flat <= sample[min(int((2 * share + 0.01) * sample.size), sample.size - 1)]]
        before = 0
    else:
        part = flat[flat >= sample[int((2 * share - 1.01) * sample.size)]]
        before = flat.size - part.size
    if not (before <= ranks[0] and ranks[1] < before + part.size):
        part, before = flat, 0
    inside = [one - before for one in ranks]
    low, high = np.partition(part, sorted(set(inside)))[inside]
    return float(low + (place - rank) * (high - low))
