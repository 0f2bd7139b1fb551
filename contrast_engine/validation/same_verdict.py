"""Would the verdict be the same if everything that was drawn were drawn again?"""

from collections.abc import Callable, Hashable, Sequence

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.results import Verdict
from contrast_engine.validation.intervals import DRAWS, drawn_counts, mean_of

SURE = 0.9
"""Share of draws from which a verdict is said without a word about chance (own choice)."""


def same_verdict(values: Floats, judge: Callable[[float], Verdict], seed: int = 0) -> float:
    """How probably the verdict on the mean of as many new repetitions is the same.

    Args:
        values: (n,) what each repetition gave; they are independent given the images.
        judge: From the mean to the verdict.
        seed: Draws the repetitions.
    """
    now = judge(float(values.mean()))
    means = means_again(values, range(len(values)), seed).tolist()
    return float(np.mean([judge(mean) == now for mean in means]))


def means_again(values: Floats, contents: Sequence[Hashable], seed: int = 0) -> Floats:
    """(draws,) means of values (n,) as another run would give them.

    The doubt counts twice: this mean is not the true one, and the next will not be either.

    Source: Goodman 1992 on the probability of replication; docs/methods.md#same-verdict.
    """
    counts = drawn_counts(contents, seed, 2 * DRAWS)
    drawn = mean_of(values)(counts) - values.mean()
    again: Floats = values.mean() + drawn[:DRAWS] + drawn[DRAWS:]
    return again


def same_words(share: float) -> str:
    """How sure a verdict is of the draws, in one sentence."""
    said = f"Drawn again, {share:.0%} of the runs give the same verdict"
    return f"{said}." if share >= SURE else f"{said}: it is at the limit."
