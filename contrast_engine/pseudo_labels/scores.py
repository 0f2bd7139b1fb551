"""How right held-out predictions are, with intervals over pictures (never over folds)."""

from dataclasses import asdict, dataclass

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints, Json
from contrast_engine.randomness import generator

_DRAWS = 4000
_Z = 1.959963984540054  # two-sided 95 %


@dataclass(frozen=True)
class Scores:
    """Held-out accuracy and kappa with 95 % intervals, and the accuracy of the answered part.

    Args:
        accuracy: Share of labels predicted right by models that did not see them.
        kappa: Cohen's kappa, quadratic weights when the labels are ordered.
        n: Number of labels, those of nearly one picture counted once.
        chance: Accuracy of always saying the commonest label.
        answered: Share of the labels the model would have answered.
        answered_accuracy: Accuracy on those; None when it would have answered none.
    """

    accuracy: float
    accuracy_low: float
    accuracy_high: float
    kappa: float
    kappa_low: float
    kappa_high: float
    n: int
    chance: float
    answered: float
    answered_accuracy: float | None = None
    answered_low: float | None = None
    answered_high: float | None = None

    def as_json(self) -> Json:
        """The scores by name."""
        return asdict(self)


def confusion(codes: Ints, predicted: Ints, k: int, shares: Floats | None = None) -> Floats:
    """(k, k) counts of true against predicted, averaged over repeats.

    Args:
        codes: (m,) true classes.
        predicted: (repeats, m) predicted classes.
        k: Number of classes.
        shares: (m,) how much each label counts; 1 where not given.
    """
    cells = (codes[None, :] * k + predicted).ravel()
    each = np.tile(np.ones(len(codes)) if shares is None else shares, len(predicted))
    counts = np.bincount(cells, weights=each, minlength=k * k).reshape(k, k)
    table: Floats = counts / len(predicted)
    return table


def kappa(table: Floats, *, is_ordered: bool) -> Floats:
    """Cohen's kappa of (..., k, k) tables: 1 - observed over expected disagreement.

    Disagreement is 1 for any wrong label, or the squared distance when the labels are ordered.

    Source: Cohen 1960; Cohen 1968 for the weights.
    """
    k = table.shape[-1]
    steps = np.abs(np.subtract.outer(np.arange(k), np.arange(k))).astype(np.float64)
    cost = steps**2 if is_ordered else (steps > 0).astype(np.float64)
    share = table / table.sum(axis=(-2, -1), keepdims=True)
    by_chance = share.sum(axis=-1)[..., :, None] * share.sum(axis=-2)[..., None, :]
    observed = (cost * share).sum(axis=(-2, -1))
    expected = (cost * by_chance).sum(axis=(-2, -1))
    result: Floats = 1 - observed / expected
    return result


def kappa_interval(table: Floats, *, is_ordered: bool, seed: int) -> tuple[float, float]:
    """95 % interval of kappa from a Dirichlet posterior of the table's cells.

    Deviates: a bootstrap of a perfect table never leaves 1; one prior label spread over all
    cells keeps the interval honest for few labels (own choice). The point value stays inside.
    """
    rng = generator(seed, "pseudo_labels", "kappa")
    cells = rng.gamma(table.ravel() + 1 / table.size, size=(_DRAWS, table.size))
    drawn = kappa(cells.reshape(_DRAWS, *table.shape), is_ordered=is_ordered)
    low, high = np.quantile(drawn, [0.025, 0.975])
    value = float(kappa(table, is_ordered=is_ordered))
    return min(float(low), value), max(float(high), value)


def wilson(right: float, n: float) -> tuple[float, float]:
    """95 % interval of a share: `right` of `n` (Wilson 1927), never outside 0..1."""
    share = right / n
    scale = 1 + _Z**2 / n
    middle = (share + _Z**2 / (2 * n)) / scale
    half = _Z * np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2)) / scale
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def score(
    codes: Ints,
    probability: Floats,
    answers: Bools,
    *,
    is_ordered: bool,
    seed: int,
    shares: Floats | None = None,
) -> Scores:
    """Score held-out predictions, every picture counted once.

    Labels of nearly one picture share its weight, so intervals rest on the number of pictures:
    their means vary no more than single labels would.

    Args:
        codes: (m,) true classes.
        probability: (repeats, m, k) held-out probabilities.
        answers: (repeats, m) true where the model would have answered.
        is_ordered: Weigh kappa by the squared distance of the classes.
        seed: For the interval of kappa.
        shares: (m,) weight of each label, 1 over the number of labels of its picture; 1 where
            not given.
    """
    shares = np.ones(len(codes)) if shares is None else shares
    n, k = round(float(shares.sum())), probability.shape[2]
    predicted = probability.argmax(axis=2)
    right = predicted == codes[None, :]
    table = confusion(codes, predicted, k, shares)
    accuracy = _mean(right, shares)
    low, high = wilson(accuracy * n, n)
    kappa_low, kappa_high = kappa_interval(table, is_ordered=is_ordered, seed=seed)
    answered = _mean(answers, shares)
    part: tuple[float | None, ...] = (None, None, None)
    if answers.any():
        share = min(1.0, float(((right & answers) * shares).sum() / (answers * shares).sum()))
        part = (share, *wilson(share * answered * n, answered * n))
    return Scores(
        accuracy=accuracy,
        accuracy_low=low,
        accuracy_high=high,
        kappa=float(kappa(table, is_ordered=is_ordered)),
        kappa_low=kappa_low,
        kappa_high=kappa_high,
        n=n,
        chance=float(np.bincount(codes, weights=shares, minlength=k).max() / n),
        answered=answered,
        answered_accuracy=part[0],
        answered_low=part[1],
        answered_high=part[2],
    )


def _mean(which: Bools, shares: Floats) -> float:
    """Mean over (repeats, m), each label weighted by its share."""
    mean = (which * shares).sum() / (len(which) * shares.sum())
    return min(1.0, float(mean))  # thirds may add up to more
