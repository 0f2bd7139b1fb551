"""Do the features agree with scores that people gave, and order amounts within a content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import NotEnoughData
from contrast_engine.validation.correlation import fisher_interval, ranks, spearman

MOST = 3
"""Features in a combination: few enough for a dozen contents (own choice)."""


@dataclass(frozen=True)
class ScoreCorrelation:
    """How far one feature, or a combination, follows the scores across all contents.

    Args:
        measure: Its name.
        rho: Spearman correlation with the scores; None where the feature does not vary.
        low, high: Its 95 % interval, as if every image were of another content.
        n: How many images.
    """

    measure: str
    rho: float | None
    low: float | None
    high: float | None
    n: int


def score_correlations(
    values: Mapping[str, Floats], scores: Floats
) -> tuple[ScoreCorrelation, ...]:
    """Rank correlation of every feature with the scores, the closest first whatever its sign."""
    found = [_scored(name, column, scores) for name, column in values.items()]
    return tuple(sorted(found, key=lambda f: -abs(f.rho or 0.0)))


def order_of_amount(values: Floats, amounts: Floats, contents: Sequence[str]) -> float:
    """The mean over contents of the rank correlation of a feature with known amounts."""
    of = np.array(contents)
    groups = [of == content for content in sorted(set(contents))]
    return float(np.mean([spearman(values[g], amounts[g]) or 0.0 for g in groups]))


def shift(changed: Floats, references: Floats) -> tuple[float, float]:
    """Median and maximum of what a change moves, over the range of the references.

    Args:
        changed: (n, 2) value of the changed picture and of its own reference.
        references: Values of all references; their largest less their smallest is the range.
    """
    moved = np.abs(changed[:, 0] - changed[:, 1]) / max(float(np.ptp(references)), 1e-12)
    return float(np.median(moved)), float(moved.max())


def best_combination(
    values: Mapping[str, Floats], scores: Floats, contents: Sequence[str]
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
    return _scored("combination", predicted, scores), often


def _scored(name: str, values: Floats, scores: Floats) -> ScoreCorrelation:
    rho = spearman(values, scores)
    low, high = (None, None) if rho is None else fisher_interval(rho, len(scores))
    return ScoreCorrelation(name, rho, low, high, len(scores))


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
