"""How sure the first tier of a cascade must be, chosen and judged on labels held back."""

from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Bools, Floats, Json
from contrast_engine.pseudo_labels.folds import Folds

STEPS = 24
"""Thresholds that are tried between the first tier's own and certainty."""

LOSS = 0.01
"""Accuracy that a threshold may cost on the labels it is chosen on (own choice)."""

NEVER = 1.5
"""A threshold that no answer reaches: everything is handed on."""

_Z = 1.959963984540054  # two-sided 95 %


@dataclass(frozen=True, eq=False)
class HeldOut:
    """What models said about labels they had not seen, in both tiers and the same folds.

    Args:
        sureness: (repeats, m) of the first tier's answers.
        is_far: (repeats, m) too far from what it had seen to be answered.
        first: (repeats, m) whether the first tier was right.
        then: (repeats, m) whether the second was.
        shares: (m,) weight of each label, those of nearly one picture counted once.
    """

    sureness: Floats
    is_far: Bools
    first: Bools
    then: Bools
    shares: Floats

    def settled(self, sureness: float) -> Bools:
        """(repeats, m) which answers of the first tier stand."""
        settled: Bools = (self.sureness >= sureness) & ~self.is_far
        return settled


def choose(held: HeldOut, own: float, seen: Bools) -> float:
    """The lowest threshold from which on no higher one costs more than `LOSS`; else `NEVER`.

    Args:
        held: Answers to labels held back.
        own: Sureness from which the first tier answers on its own; never below that.
        seen: (m,) the labels that may be looked at.
    """
    weight = held.shares * seen
    total = float(weight.sum()) * len(held.first)
    chosen = NEVER
    gap = held.then.astype(np.float64) - held.first
    for sureness in np.linspace(own, 1.0, STEPS)[::-1]:
        settled = held.settled(float(sureness)) * weight
        if float((gap * settled).sum()) > LOSS * total:
            break
        if settled.any():  # of answers surer than any that was checked nothing is known
            chosen = float(sureness)
    return chosen


def judged(held: HeldOut, own: float, folds: Folds) -> Json:
    """Accuracy of the cascade, each label judged with a threshold chosen without its fold.

    Gives `accuracy` with `low` and `high`, that of the second tier alone as `full`, the paired
    `difference` with `difference_low` and `difference_high`, `handed_on` among labels, and n.

    Source: the interval of the difference is Agresti and Min's (2005) for matched pairs.

    Args:
        held: Answers to labels held back.
        own: Sureness from which the first tier answers on its own.
        folds: How labels were held back.
    """
    stands = np.zeros((len(folds), held.first.shape[1]))
    for fold, hidden in enumerate(folds.held_out):
        part = folds.repeats * fold // len(folds)
        sureness = choose(_of_repeat(held, part), own, ~hidden)
        stands[fold] = held.settled(sureness)[part]
    settled = folds.assemble(stands) > 0
    right = np.where(settled, held.first, held.then)
    n = float(held.shares.sum())
    better, worse = (
        float((which * held.shares).sum() / len(which))
        for which in (right & ~held.then, ~right & held.then)
    )
    low, high = paired_interval(better, worse, n)
    accuracy, full, handed = (_mean(which, held.shares) for which in (right, held.then, ~settled))
    return {
        "accuracy": accuracy, "full": full, "difference": (better - worse) / n,
        "difference_low": low, "difference_high": high, "handed_on_of_labels": handed,
        "n": round(n),
    }  # fmt: skip


def paired_interval(better: float, worse: float, n: float) -> tuple[float, float]:
    """95 % interval of a difference of matched shares, by Agresti and Min (2005).

    Args:
        better: Pairs in which only the first was right.
        worse: Pairs in which only the second was.
        n: Pairs.
    """
    difference = (better - worse) / (n + 2)
    spread = better + worse + 1 - (better - worse) ** 2 / (n + 2)
    half = _Z * float(np.sqrt(spread)) / (n + 2)
    return max(-1.0, difference - half), min(1.0, difference + half)


def _of_repeat(held: HeldOut, repeat: int) -> HeldOut:
    own = slice(repeat, repeat + 1)
    return HeldOut(
        held.sureness[own], held.is_far[own], held.first[own], held.then[own], held.shares
    )


def _mean(which: Bools, shares: Floats) -> float:
    return min(1.0, float((which * shares).sum() / (len(which) * shares.sum())))
