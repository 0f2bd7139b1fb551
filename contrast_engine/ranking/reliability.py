"""How far a ranking can be trusted, and how many answers that takes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.randomness import generator
from contrast_engine.ranking.bradley_terry import PairAnswer, answers, matched_posterior
from contrast_engine.vectors import ImageId

MEANS = 0.8
"""Share of pairs of images in the right order from which on a ranking means something."""

NEEDED = (2.5, 6.0)
"""Answers an image until then: images far apart, and images that are hardly told apart."""

_DRAWS = 200
_SHOWN = 2000


@dataclass(frozen=True)
class Reliability:
    """What share of all pairs of images a ranking puts in the right order; half is guessing.

    Args:
        answers: How many it rests on.
        images: How many are ranked.
        right: The expected share,
        low, high: and its 95 % interval.
        needed: From so many to so many answers it takes until `MEANS` of them are.
    """

    answers: int
    images: int
    right: float
    low: float
    high: float
    needed: tuple[int, int]

    @property
    def is_enough(self) -> bool:
        """True if the ranking means something by the stated rule."""
        return self.right >= MEANS


def reliability(ids: Sequence[ImageId], judged: Sequence[PairAnswer]) -> Reliability:
    """How much of its order a ranking is expected to have right, from its own doubts.

    The share of pairs in the order of the most probable scores, over draws from the posterior
    under the prior that fits the answers best. Images that nobody compared count, so a ranking of
    a few pairs is near one half.

    Source: docs/methods.md#reliability-of-a-ranking.

    Args:
        ids: All images that are to be ranked, at least two.
        judged: The answers so far.
    """
    pairs, outcome = answers(ids, judged)
    score, covariance = matched_posterior(len(ids), pairs, outcome)
    shares = _shares(score, covariance)
    low, high = np.quantile(shares, [0.025, 0.975])
    few, many = (round(len(ids) * each, -1) for each in NEEDED)
    return Reliability(
        len(outcome), len(ids), float(shares.mean()), float(low), float(high), (int(few), int(many))
    )


def _shares(score: Floats, covariance: Floats) -> Floats:
    """(draws,) share of pairs whose order of drawn scores is that of the most probable ones."""
    rng = generator(0, "ranking", "reliability")
    one, two = np.triu_indices(len(score), 1)
    if len(one) > _SHOWN:
        some = rng.choice(len(one), _SHOWN, replace=False)
        one, two = one[some], two[some]
    drawn = rng.multivariate_normal(score, covariance, _DRAWS, method="cholesky")  # (draws, n)
    given = score[one] - score[two]
    agrees = np.sign(drawn[:, one] - drawn[:, two]) == np.sign(given)
    # two images with the same score are put in the right order every second time
    shares: Floats = np.where(given == 0, 0.5, agrees).mean(axis=1)
    return shares
