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


def reliability(
    codes: Ints, held_out: Floats, shares: Floats | None = None, n_rest: int = 0
) -> Json:
    """Held-out probabilities of the chosen label beside how often it was correct.

    Gives `ece`, the mean gap of the two weighted by the number of labels, the `bins` with their
    mean `probability`, `accuracy` and number `n` of labels, and the `bias`: accuracy less stated
    probability, above 0 for a model that is right more often than it says, with `bias_low` and
    `bias_high`, its 95 % interval for the images without a label; None for fewer than two
    pictures.

    Source: Guo et al. 2017; ten bins of equal width. The interval is Student's for a further
    sample of `n_rest` images.

    Args:
        codes: (m,) true labels.
        held_out: (repeats, m, k) what models said that had not seen them.
        shares: (m,) how much each label counts; 1 where not given.
        n_rest: How many images have no label; 0 for any number.
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
    bias = _bias((right - best), weight, len(held_out), n_rest)
    return {"ece": float(ece), "bins": bins, **bias}


def direction(reliable: Json) -> str:
    """Whether probabilities are too low or too high, by how much, in a sentence; "" if unknown."""
    if reliable.get("bias_low") is None:
        return ""
    bias, low, high = (100 * reliable[name] for name in ("bias", "bias_low", "bias_high"))
    ends = f"95% interval {low:+.0f} to {high:+.0f}".replace("-", "\N{MINUS SIGN}")
    way = "under" if bias > 0 else "over"
    if low <= 0 <= high:
        return (
            f"The model looks {way}-confident by {abs(bias):.0f} points ({ends}), which may be "
            "chance."
        )
    more = "more" if bias > 0 else "less"
    return (
        f"The model is {way}-confident: it is right {abs(bias):.0f} points {more} often than it "
        f"says ({ends})."
    )


def optimism_words(found: Json | None) -> str:
    """How much too good scores are because labels were chosen; "" if they were drawn at random.

    Args:
        found: The optimism as it is stored.
    """
    if not found:
        return ""
    value, low, high = (100 * found[name] for name in ("value", "low", "high"))
    ends = f"95% interval {low:+.1f} to {high:+.1f}".replace("-", "\N{MINUS SIGN}")
    if low <= 0 <= high:
        return (
            f"Labels were chosen: accuracy on them may be too good by {max(value, 0):.1f} points "
            f"for the collection, or by none ({ends})."
        )
    way = "too good" if value > 0 else "too bad"
    return (
        f"Labels were chosen: accuracy on them is {way} by about {abs(value):.1f} points for the "
        f"collection ({ends})."
    )


def _bias(gaps: Floats, weight: Floats, repeats: int, n_rest: int) -> Json:
    """Mean gap and its interval; a repeat is no further label, so it narrows nothing."""
    from scipy.special import stdtrit

    n = float(weight.sum()) / repeats
    mean = float((gaps * weight).sum() / weight.sum())
    if round(n) < 2:
        return {"bias": mean, "bias_low": None, "bias_high": None}
    spread = float((np.square(gaps - mean) * weight).sum() / weight.sum()) * n / (n - 1)
    error = np.sqrt(spread * (1 / n + (1 / n_rest if n_rest else 0.0)))
    half = float(stdtrit(n - 1, 0.975) * error)
    return {"bias": mean, "bias_low": mean - half, "bias_high": mean + half}


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
