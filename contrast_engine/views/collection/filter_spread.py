"""How a number is spread over images, counted at round places that a range can end at."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from contrast_engine.arrays import Bools, Floats

STEPS = 120
"""About so many places an end of a range can be dragged to: each is a round number."""

TAILS = (0.5, 99.5)
STRETCHED = 3.0
"""Where all numbers span so many times what these percentiles do, the places span only those."""


@dataclass(frozen=True)
class Spread:
    """How a number is spread over images, at places that rise evenly.

    Args:
        places: Round numbers; smaller and larger ones are there only where `is_cut`.
        below, upto: For each place how many images that pass all other conditions have a smaller
            number, and a smaller or the same.
        all_below, all_upto: The same of all images.
        known, absent: How many of those that pass all other conditions have a number, and none.
        all_known: How many of all images have one.
        is_cut: Whether there are numbers below the first place or above the last.
    """

    places: tuple[float, ...]
    below: tuple[int, ...]
    upto: tuple[int, ...]
    all_below: tuple[int, ...]
    all_upto: tuple[int, ...]
    known: int
    absent: int
    all_known: int
    is_cut: bool


def spread(values: Floats, left: Bools) -> Spread | None:
    """The spread of some numbers; None where there is none.

    Args:
        values: (n,) a number of each image, NaN where there is none.
        left: (n,) whether each image passes all other conditions.
    """
    every = np.sort(values[np.isfinite(values)])
    if not len(every):
        return None
    some = np.sort(values[left & np.isfinite(values)])
    low, high = float(every[0]), float(every[-1])
    inner = [float(end) for end in np.percentile(every, TAILS)]
    is_cut = inner[0] < inner[1] and high - low > STRETCHED * (inner[1] - inner[0])
    places = _round_places(*(inner if is_cut else (low, high)))
    return Spread(
        tuple(places.tolist()),
        below=_counted(some, places, "left"),
        upto=_counted(some, places, "right"),
        all_below=_counted(every, places, "left"),
        all_upto=_counted(every, places, "right"),
        known=len(some),
        absent=int(np.count_nonzero(left)) - len(some),
        all_known=len(every),
        is_cut=bool(is_cut),
    )


def _round_places(low: float, high: float) -> Floats:
    """Round numbers at even distances that enclose two numbers."""
    span = (high - low) or abs(high) or 1.0
    power = 10.0 ** np.floor(np.log10(span / STEPS))
    step = power * next(m for m in (1, 2, 5, 10) if m * power * STEPS >= span)
    first, last = int(np.floor(low / step)), int(np.ceil(high / step))
    digits = max(0, -int(np.floor(np.log10(step) + 1e-9)))
    places: Floats = np.round(np.arange(first, max(last, first + 1) + 1) * step, digits)
    return places


def _counted(rising: Floats, places: Floats, side: Literal["left", "right"]) -> tuple[int, ...]:
    return tuple(int(n) for n in np.searchsorted(rising, places, side))
