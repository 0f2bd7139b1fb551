"""Where along a line is the emptiest place between two hills? Three windows of one width."""

import numpy as np

from contrast_engine.arrays import Floats, Ints

WIDTHS = (1 / 3, 1 / 4, 1 / 6, 1 / 10)
"""Widths of the windows that are compared, in distances of the two means."""

STEPS = 60
"""Places of a window between the two means."""

_MARGIN = max(WIDTHS) / 2
_BINS = np.linspace(-_MARGIN, 1 + _MARGIN, 4 * STEPS + 1)
_EACH = _BINS[1] - _BINS[0]
_PLACES = np.linspace(0, 1, STEPS + 1)


def deepest_windows(
    place: Floats, smooth: float
) -> tuple[tuple[float, float, float, float], float] | None:
    """The three windows whose middle one is emptiest for its neighbours, counts smoothed.

    Args:
        place: The rows in the tube, along its axis.
        smooth: Standard deviation of the kernel; Silverman's rule of thumb.
    """
    from scipy.ndimage import gaussian_filter1d

    counted = np.diff(_up_to_each(place)).astype(np.float64)
    below = np.concatenate(
        [[0.0], np.cumsum(gaussian_filter1d(counted, max(smooth / _EACH, 0.1), truncate=3))]
    )
    best, most = None, 0.0
    for width in WIDTHS:
        begins = _PLACES - width / 2
        counts = np.interp(begins + width, _BINS, below) - np.interp(begins, _BINS, below)
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


def _up_to_each(place: Floats) -> Ints:
    """How many rows lie before each edge, those on the last one with them: a histogram's sums."""
    order = np.sort(place)
    found = order.searchsorted(_BINS, "left")
    found[-1] = order.searchsorted(_BINS[-1], "right")
    return found


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
