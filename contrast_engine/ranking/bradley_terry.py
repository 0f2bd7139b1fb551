"""Bradley-Terry: from "this one has more" to a score with an interval for every image."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.errors import OptionError
from contrast_engine.vectors import ImageId

_Z = 1.959963984540054  # two-sided 95 %
_STEPS = 100
_TOLERANCE = 1e-10
VARIANCES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Spreads of the scores that are compared."""

_USUAL, _WIDTH = 1.5, 1.2  # middle and log-deviation of what is believed of the variance at first
OUTCOMES = {"left": 1.0, "right": 0.0, "tie": 0.5}


@dataclass(frozen=True, slots=True)
class PairAnswer:
    """Which of two images a person found to have more contrast.

    Args:
        left, right: The images, on the sides where they were shown.
        answer: "left", "right" or "tie".
        who: The person.
    """

    left: ImageId
    right: ImageId
    answer: str
    who: str = "me"

    def __post_init__(self) -> None:
        if self.answer not in OUTCOMES:
            raise OptionError(f"an answer is one of {', '.join(OUTCOMES)}, got {self.answer!r}")


@dataclass(frozen=True, eq=False)
class Ranking:
    """Scores of images and how sure they are.

    Args:
        ids: One id per image.
        score: (n,) natural log odds; P(a has more than b) = 1 / (1 + exp(b - a)). Sums to 0.
        covariance: (n, n) of the scores.
        judgements: How many answers they rest on.
    """

    ids: tuple[ImageId, ...]
    score: Floats
    covariance: Floats
    judgements: int

    def __repr__(self) -> str:
        return f"Ranking({len(self.ids):,} images from {self.judgements:,} comparisons)"

    @cached_property
    def half_width(self) -> Floats:
        """(n,) half of each score's 95 % interval."""
        return np.asarray(_Z * np.sqrt(np.diag(self.covariance)))

    @cached_property
    def order(self) -> tuple[ImageId, ...]:
        """The images from most to least contrast, ties by id."""
        order = sorted(range(len(self.ids)), key=lambda r: (-self.score[r], self.ids[r]))
        return tuple(self.ids[row] for row in order)


def rank(ids: Sequence[ImageId], judged: Iterable[PairAnswer]) -> Ranking:
    """Every image the score that makes the answers most probable, with a N(0, 1) prior.

    The prior keeps scores finite where an image won or lost every time or was never compared; an
    image nobody compared has score 0 and the interval of the prior. The intervals come from the
    Fisher information at the maximum, the prior included. A tie counts as half a win and half a
    loss, which keeps the likelihood concave with one parameter per image; Davidson's (1970) extra
    parameter for the readiness to say "tie" would leave the order of the scores nearly the same.

    Source: Bradley & Terry 1952; docs/methods.md#bradley-terry-scores.

    Args:
        ids: The images to score.
        judged: Answers; those about images not in `ids` are left out.
    """
    pairs, outcome = answers(ids, judged)
    score, covariance = posterior(len(ids), pairs, outcome)
    return Ranking(tuple(ids), score, covariance, len(outcome))


def answers(ids: Sequence[ImageId], judged: Iterable[PairAnswer]) -> tuple[Ints, Floats]:
    """Answers about `ids` as rows (m, 2) and outcomes (m,), as `posterior` takes them."""
    row = {image: position for position, image in enumerate(ids)}
    known = [j for j in judged if j.left in row and j.right in row]
    pairs = np.array([(row[j.left], row[j.right]) for j in known], dtype=np.int64).reshape(-1, 2)
    return pairs, np.array([OUTCOMES[j.answer] for j in known])


def posterior(n: int, pairs: Ints, outcome: Floats, variance: float = 1.0) -> tuple[Floats, Floats]:
    """The most probable scores (n,) and their covariance (n, n), by Newton's method.

    Args:
        n: How many images.
        pairs: (m, 2) rows of the two images of each answer.
        outcome: (m,) 1 where the first has more, 0 where the second has, 0.5 for a tie.
        variance: Of the normal prior of the scores.
    """
    score = np.zeros(n)
    value = _log_posterior(score, pairs, outcome, variance)
    for _ in range(_STEPS):
        p = _first_wins(score, pairs)
        slope = _onto_images(n, pairs, outcome - p) - score / variance
        if np.abs(slope).max(initial=0) < _TOLERANCE:
            break
        step = np.linalg.solve(information(score, pairs, variance), slope)
        while (new := _log_posterior(score + step, pairs, outcome, variance)) < value:
            step = step / 2  # Newton overshoots where nearly all answers are foregone
            if np.abs(step).max() < _TOLERANCE:
                break
        score, value = score + step, new
    found = np.linalg.inv(information(score, pairs, variance))
    return score, np.asarray(found, dtype=np.float64)


def matched_posterior(n: int, pairs: Ints, outcome: Floats) -> tuple[Floats, Floats]:
    """Scores (n,) and covariance (n, n) under the prior that fits the answers best.

    Of `VARIANCES` the one with the largest evidence (Laplace), with a wide log-normal prior of
    its own, so that a few answers do not make all images alike or worlds apart.
    """
    best, found = -np.inf, (np.zeros(n), np.eye(n))
    for variance in VARIANCES:
        score, covariance = posterior(n, pairs, outcome, variance)
        evidence = (
            _log_posterior(score, pairs, outcome, variance)
            + 0.5 * np.linalg.slogdet(covariance)[1]
            - 0.5 * n * np.log(variance)
            - 0.5 * (np.log(variance / _USUAL) / _WIDTH) ** 2
        )
        if evidence > best:
            best, found = evidence, (score, covariance)
    return found


def information(score: Floats, pairs: Ints, variance: float = 1.0) -> Floats:
    """(n, n) Fisher information of the answers to these pairs, with that of the prior."""
    p = _first_wins(score, pairs)
    weight = p * (1 - p)
    n = len(score)
    found = np.eye(n) / variance
    one, two = pairs.T
    np.add.at(found, (one, one), weight)
    np.add.at(found, (two, two), weight)
    np.add.at(found, (one, two), -weight)
    np.add.at(found, (two, one), -weight)
    return found


def _first_wins(score: Floats, pairs: Ints) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * (score[pairs[:, 0]] - score[pairs[:, 1]]))))


def _onto_images(n: int, pairs: Ints, error: Floats) -> Floats:
    first = np.bincount(pairs[:, 0], error, minlength=n)
    return np.asarray(first - np.bincount(pairs[:, 1], error, minlength=n))


def _log_posterior(score: Floats, pairs: Ints, outcome: Floats, variance: float) -> float:
    apart = score[pairs[:, 0]] - score[pairs[:, 1]]
    likelihood = outcome * apart - np.logaddexp(0, apart)
    return float(likelihood.sum() - 0.5 * score @ score / variance)
