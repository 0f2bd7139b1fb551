"""Two models on the same images: is one better, by how much, and could it be chance?"""

from collections.abc import Sequence

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.randomness import generator

PERMUTATIONS, RESAMPLES = 10_000, 2000
_AT_ONCE = 4_000_000  # numbers in memory while drawing: 32 MB


def swap_p(difference: Floats, pictures: Ints, seed: int) -> float:
    """Two-sided p of a paired permutation test of a mean difference.

    In each of 10,000 permutations the predictions of the two models are swapped or not, for all
    images of nearly one picture together.

    Args:
        difference: (n,) loss of one model less that of the other.
        pictures: (n,) images of nearly one picture share a number, 0 up.
        seed: Draws the permutations.

    Source: Good 2005, chapter 3; docs/validation.md#downstream.
    """
    each = np.bincount(pictures, weights=difference)
    each = each[np.abs(each) > 1e-12 * max(float(np.abs(difference).sum()), 1e-300)]
    if not len(each):
        return 1.0
    random, reached = generator(seed, "paired", "swaps"), 0
    observed = abs(float(each.sum())) * (1 - 1e-9)
    for part in _parts(PERMUTATIONS, len(each)):
        signs = random.integers(0, 2, (part, len(each)), dtype=np.int8) * 2.0 - 1.0
        reached += int((np.abs(signs @ each) >= observed).sum())
    return (1 + reached) / (1 + PERMUTATIONS)


def resampled(sums: Floats, pictures: Ints, seed: int) -> Floats:
    """(RESAMPLES, q) sums over pictures drawn anew with replacement.

    Args:
        sums: (n, q) what is to be summed over images.
        pictures: (n,) images of nearly one picture share a number, and are drawn together.
        seed: Draws the pictures.
    """
    each = np.column_stack([np.bincount(pictures, weights=column) for column in sums.T])
    random, found = generator(seed, "paired", "bootstrap"), []
    even = np.full(len(each), 1 / len(each))
    for part in _parts(RESAMPLES, len(each)):
        found.append(random.multinomial(len(each), even, size=part) @ each)
    return np.concatenate(found)


def holm(p: Sequence[float]) -> tuple[float, ...]:
    """Each p corrected for having made all of the comparisons.

    Source: Holm 1979.
    """
    corrected, most = [0.0] * len(p), 0.0
    for place, at in enumerate(sorted(range(len(p)), key=lambda at: p[at])):
        most = max(most, min(1.0, (len(p) - place) * p[at]))
        corrected[at] = most
    return tuple(corrected)


def _parts(total: int, width: int) -> list[int]:
    size = max(1, min(total, _AT_ONCE // max(width, 1)))
    return [min(size, total - start) for start in range(0, total, size)]
