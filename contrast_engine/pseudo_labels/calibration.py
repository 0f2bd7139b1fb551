"""Does a stated probability mean what it says? Reliability, and sets that keep a promise."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints, Json

LEVEL = 0.9
"""How often a set of labels is to hold the true one."""

ENOUGH = 20
"""Randomly chosen labels that a promise needs at least (own choice)."""

_BINS = 10


@dataclass(frozen=True)
class Sets:
    """Sets of labels that hold the true one as often as promised.

    Args:
        threshold: A label is in an image's set when its probability is at least this.
        is_ordered: A set is then one stretch of the labels, gaps filled.
        level: What is promised.
        coverage: How often the sets held the true label of randomly chosen images, each set
            made without that image.
        n: How many randomly chosen labels of different pictures the promise rests on.
    """

    threshold: float
    is_ordered: bool
    level: float
    coverage: float
    n: int

    def members(self, probability: Floats) -> Bools:
        """(..., k) which labels are in the set of each row of probabilities."""
        return _sets(probability, self.threshold, self.is_ordered)

    def unsure(self, probability: Floats) -> Bools:
        """True where the set is not exactly one label."""
        unsure: Bools = self.members(probability).sum(axis=-1) != 1
        return unsure


def conformal(
    codes: Ints, held_out: Floats, *, is_ordered: bool, level: float = LEVEL
) -> Sets | str:
    """Sets of labels from randomly chosen labelled images, or why they are refused.

    The score of an image is 1 - the probability of its label from models that never saw it; the
    threshold leaves ceil((n + 1) level) / n of the scores within.

    Source: Vovk, Gammerman & Shafer 2005; scores across folds as in Vovk 2015.
    Deviates: the folds' models stand for the final one, which has seen a little more.

    Args:
        codes: (m,) labels of the randomly chosen images, of nearly one picture one only.
        held_out: (repeats, m, k) what models said that had not seen them.
        is_ordered: The labels have an order.
        level: What is promised.
    """
    n = len(codes)
    if n < ENOUGH:
        return (
            f"no error rate is promised: that needs at least {ENOUGH} labels of randomly drawn"
            f" images, there are {n}; images chosen for being typical or doubtful are not like"
            " the rest (label some of the random strategy)"
        )
    own = held_out[:, np.arange(n), codes].mean(axis=0)  # (m,) mean over repeats
    hits = []
    for left_out in range(n):
        threshold = _threshold(np.delete(own, left_out), level)
        rows = _sets(held_out[:, left_out], threshold, is_ordered)
        hits.append(rows[:, codes[left_out]].mean())
    return Sets(_threshold(own, level), is_ordered, level, float(np.mean(hits)), n)


def reliability(codes: Ints, held_out: Floats, shares: Floats | None = None) -> Json:
    """Held-out probabilities of the chosen label beside how often it was correct.

    Gives `ece`, the mean gap of the two weighted by the number of labels, and the `bins` with
    their mean `probability`, `accuracy` and number `n` of labels.

    Source: Guo et al. 2017; ten bins of equal width.

    Args:
        codes: (m,) true labels.
        held_out: (repeats, m, k) what models said that had not seen them.
        shares: (m,) how much each label counts; 1 where not given.
    """
    weight = np.tile(np.ones(len(codes)) if shares is None else shares, len(held_out))
    best = held_out.max(axis=2).ravel()
    right = (held_out.argmax(axis=2) == codes).ravel()
    place = np.minimum((best * _BINS).astype(int), _BINS - 1)
    bins, ece = [], 0.0
    for number in np.unique(place):
        inside = place == number
        own = weight[inside]
        n = float(own.sum())
        probability, accuracy = (float((of[inside] * own).sum() / n) for of in (best, right))
        ece += abs(probability - accuracy) * (n / weight.sum())
        bins.append({"probability": probability, "accuracy": accuracy,
                     "n": n / len(held_out)})  # fmt: skip
    return {"ece": float(ece), "bins": bins}


def as_json(reliable: Json, sets: Sets | str) -> Json:
    """Calibration as details and command line give it."""
    if isinstance(sets, str):
        return {**reliable, "coverage": None, "level": LEVEL, "n": None, "refused": sets}
    return {
        **reliable, "coverage": sets.coverage, "level": sets.level, "n": sets.n, "refused": "",
    }  # fmt: skip


def sizes(sets: Sets, probability: Floats, labels: Sequence[str]) -> dict[str, int]:
    """How many images have a set of each size, 0..k."""
    counts = np.bincount(sets.members(probability).sum(axis=1), minlength=len(labels) + 1)
    return {str(size): int(count) for size, count in enumerate(counts)}


def _threshold(own: Floats, level: float) -> float:
    n = len(own)
    rank = int(np.ceil((n + 1) * level))
    if rank > n:
        return 0.0  # too few to leave any label out
    return float(np.sort(own)[n - rank])


def _sets(probability: Floats, threshold: float, is_ordered: bool) -> Bools:
    inside: Bools = probability >= threshold
    if not is_ordered:
        return inside
    from_below = np.logical_or.accumulate(inside, axis=-1)
    from_above = np.logical_or.accumulate(inside[..., ::-1], axis=-1)[..., ::-1]
    stretch: Bools = from_below & from_above
    return stretch
