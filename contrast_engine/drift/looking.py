"""When a stream is looked at, and how much each look may claim.

Looked at often enough, any test raises an alarm by chance. So the looks are fixed beforehand, at
numbers of images and not when somebody asks, and share one budget: the k-th may raise a false
alarm with probability 0.05 / (k (k + 1)), which sums to 0.05 over any number of looks, however
they depend on each other.
"""

import itertools
from collections.abc import Iterator

FALSE_ALARMS = 0.05
"""Share of streams without drift in which any look ever raises an alarm."""

WINDOW = 1000
"""Latest images that a look compares with the reference."""

FIRST = (100, 200, 400, 700, WINDOW)
STEP = 500
"""The first looks, in images since the model changed, then one every so many."""


def looks() -> Iterator[int]:
    """The numbers of images after which the stream is looked at, without end."""
    return itertools.chain(FIRST, itertools.count(WINDOW + STEP, STEP))


def due(images: int) -> tuple[int, ...]:
    """The looks that are due after so many images."""
    return tuple(itertools.takewhile(lambda at: at <= images, looks()))


def next_look(images: int) -> int:
    """After how many images the next look is due."""
    return next(at for at in looks() if at > images)


def significance(look: int) -> float:
    """The p up to which the look after so many images may raise an alarm.

    Source: alpha spending, Lan & DeMets 1983; docs/methods.md#drift.

    Raises:
        ValueError: There is no look after so many images.
    """
    place = due(look)
    if not place or place[-1] != look:
        raise ValueError(f"the stream is not looked at after {look} images")
    k = len(place)
    return FALSE_ALARMS / (k * (k + 1))
