"""Would groups have been found, had there been any? Power by planting some of the same size."""

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints
from contrast_engine.randomness import generator
from contrast_engine.validation import valleys
from contrast_engine.validation.halves import ALPHA, MOST, SPLITS, combined
from contrast_engine.validation.valley_paths import path

PLANTED = 6.0
"""Distance in their own deviations of the groups that are planted to learn the power (own
choice): the density half way is then a fortieth of that at their means."""

PLANTINGS = 10
"""Times that is done."""

POWER = 0.8
"""Share of planted groups that must be found before their absence means something (Cohen 1988)."""

PLENTY = 250
"""Images of a planted group in half the collection from which on it is always found (measured)."""


def power(sizes: Ints, total: int, d: int, seed: int = 0) -> float:
    """Share of planted pairs of round groups, as large as the two largest clusters, that are found.

    Of a single cluster, or none, half the images make either group. Groups are planted where
    both halves know them, so this is the power of the test and not that of the clustering.

    Args:
        sizes: Images of each cluster.
        total: Images in all.
        d: Dimensions.
        seed: Draws the groups.
    """
    if np.count_nonzero(sizes) < 2:
        sizes = np.array([total // 2, total - total // 2])
    share = min(1.0, MOST / max(total, 1))
    two = [max(2, round(share * size / 2)) for size in np.sort(sizes)[-2:]]
    if min(two) >= PLENTY:
        return 1.0
    group = np.repeat([False, True], two)
    found = 0
    for planting in range(PLANTINGS):
        rng = generator(seed, "gaps", "planted", str(planting))
        values = rng.normal(size=(2 * len(group), d))
        values[len(group) :][group, 0] += PLANTED
        values[: len(group)][group, 0] += PLANTED
        both = np.tile(group, 2)
        ps = []
        for _ in range(SPLITS):
            rows = rng.permutation(len(both))
            halves = rows[: len(group)], rows[len(group) :]
            ps += [_straight(values[a], values[b], both[a]) for a, b in (halves, halves[::-1])]
        found += bool(combined(ps) <= ALPHA)
    return found / PLANTINGS


def _straight(seen: Floats, unseen: Floats, group: Bools) -> float:
    along = path(seen, ~group, group, np.zeros_like(group))
    return 1.0 if along is None else valleys.chance(unseen, along)[0]
