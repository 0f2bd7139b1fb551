"""Do the features agree with scores that people gave, and order amounts within a content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import NotEnoughData
from contrast_engine.validation.best_of_many import corrected_p
from contrast_engine.validation.correlation import ranks, spearman
from contrast_engine.validation.intervals import (
    Interval,
    Statistic,
    cluster_bootstrap,
    codes,
    mean_of,
    spearman_of,
)

MOST = 3
"""Features in a combination: few enough for a dozen contents (own choice)."""


@dataclass(frozen=True)
class ScoreCorrelation:
    """How far one feature, or a combination, follows the scores across all contents.

    Args:
        measure: Its name.
        rho: Spearman correlation with the scores; None where the feature does not vary.
        low, high: Its 95 % interval over contents; -1 to 1 where they are too few.
        n: How many images.
        contents: How many contents they show.
        p: Share of permutations in which any of the features reaches as much; None for one alone.
    """

    measure: str
    rho: float | None
    low: float | None
    high: float | None
    n: int
    contents: int = 0
    p: float | None = None


def score_correlations(
    values: Mapping[str, Floats], scores: Floats, contents: Sequence[str] = (), seed: int = 0
) -> tuple[ScoreCorrelation, ...]:
    """Rank correlation of every feature with the scores, the closest first whatever its sign.

    Args:
        values: (n,) each.
        scores: (n,) what people gave.
        contents: (n,) what each image shows; without them every image is a content of its own.
        seed: Draws contents and permutes scores.
    """
    of = contents or [str(row) for row in range(len(scores))]
    p = corrected_p(values, scores, of, seed)
    found = [_scored(n, column, scores, of, p[n], seed) for n, column in values.items()]
    return tuple(sorted(found, key=lambda f: -abs(f.rho or 0.0)))


def order_of_amount(
    values: Floats, amounts: Floats, contents: Sequence[str], seed: int = 0
) -> Interval:
    """The mean over contents of the rank correlation of a feature with known amounts."""
    of = np.array(contents)
    names = sorted(set(contents))
    each = [spearman(values[of == name], amounts[of == name]) or 0.0 for name in names]
    return cluster_bootstrap(mean_of(np.array(each)), names, seed=seed)


def median_shift(
    changed: Floats, references: Floats, contents: Sequence[str], seed: int = 0
) -> Interval:
    """The median of `shift` with its interval over contents."""
    moved = _moved(changed, references)
    found = cluster_bootstrap(_median_of(moved), contents, seed=seed, bounds=(0.0, np.inf))
    return Interval(shift(changed, references)[0], found.low, found.high, found.contents)


def shift(changed: Floats, references: Floats) -> tuple[float, float]:
    """Median and maximum of what a change moves, over the range of the references.

    Args:
        changed: (n, 2) value of the changed picture and of its own reference.
        references: Values of all references; their largest less their smallest is the range.
    """
    moved = _moved(changed, references)
    return float(np.median(moved)), float(moved.max())


def best_combination(
    values: Mapping[str, Floats], scores: Floats, contents: Sequence[str], seed: int = 0
) -> tuple[ScoreCorrelation, dict[str, int]]:
    """How features chosen and weighed on the other contents alone predict every content.

    Up to three features by forward selection, least squares on ranks of the features. Nothing
    about a content's scores is seen before it is predicted.

    Returns:
        How the predictions follow the scores, and how often each feature was chosen.

    Raises:
        NotEnoughData: There are fewer than three contents.
    """
    of, names = np.array(contents), [n for n, v in values.items() if np.ptp(v) > 0]
    if len(set(contents)) < 3:
        raise NotEnoughData(
            f"choosing without a content's own scores needs 3 contents, got {len(set(contents))}"
        )
    columns = np.column_stack([ranks(values[name]) / len(scores) for name in names])
    predicted, chosen_how_often = np.zeros(len(scores)), dict.fromkeys(names, 0)
    for content in sorted(set(contents)):
        seen = of != content
        chosen = _forward(columns[seen], scores[seen])
        predicted[~seen] = _fitted(
            columns[seen][:, chosen], scores[seen], columns[~seen][:, chosen]
        )
        for place in chosen:
            chosen_how_often[names[place]] += 1
    often = {name: n for name, n in chosen_how_often.items() if n}
    return _scored("combination", predicted, scores, contents, None, seed), often


def _scored(
    name: str, values: Floats, scores: Floats, contents: Sequence[str], p: float | None, seed: int
) -> ScoreCorrelation:
    rho, n, g = spearman(values, scores), len(scores), int(codes(contents).max()) + 1
    if rho is None:
        return ScoreCorrelation(name, None, None, None, n, g)
    found = cluster_bootstrap(spearman_of(values, scores), contents, seed=seed)
    return ScoreCorrelation(name, rho, found.low, found.high, n, g, p)


def _moved(changed: Floats, references: Floats) -> Floats:
    moved: Floats = np.abs(changed[:, 0] - changed[:, 1])
    return moved / max(float(np.ptp(references)), 1e-12)


def _median_of(values: Floats) -> Statistic:
    order = np.argsort(values, kind="stable")

    def statistic(counts: Floats) -> Floats:
        below = np.cumsum(counts[:, order], axis=1)
        middle = (below >= below[:, -1:] / 2).argmax(axis=1)
        found: Floats = values[order][middle]
        return found

    return statistic


def _forward(columns: Floats, scores: Floats) -> list[int]:
    chosen: list[int] = []
    for _ in range(min(MOST, columns.shape[1])):
        left = [c for c in range(columns.shape[1]) if c not in chosen]
        errors = []
        for c in left:
            inputs = columns[:, [*chosen, c]]
            errors.append(float(np.square(scores - _fitted(inputs, scores, inputs)).sum()))
        chosen.append(left[int(np.argmin(errors))])
    return chosen


def _fitted(inputs: Floats, scores: Floats, at: Floats) -> Floats:
    ones = np.ones((len(inputs), 1))
    weights = np.linalg.lstsq(np.hstack([inputs, ones]), scores, rcond=None)[0]
    fitted: Floats = np.hstack([at, np.ones((len(at), 1))]) @ weights
    return fitted
