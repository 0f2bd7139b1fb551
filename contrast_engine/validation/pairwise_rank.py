"""Do the features order images as annotators do? Against scores from pairs that people compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.errors import NotEnoughData
from contrast_engine.pseudo_labels.scores import wilson
from contrast_engine.ranking import PairAnswer, rank
from contrast_engine.validation.best_of_many import corrected_p
from contrast_engine.validation.correlation import fisher_interval, spearman
from contrast_engine.vectors import ImageId, Vectors

ENOUGH = 20
"""Answers below which nothing is said about any feature (own choice)."""


@dataclass(frozen=True)
class RankCorrelation:
    """How far one feature agrees with annotators.

    Args:
        measure: Its name.
        rho: Spearman correlation with the scores of the compared images, None where the
            feature does not vary,
        low, high: and its 95 % interval, which counts the images but not the doubt in scores.
        n: How many images were compared.
        right: Share of the decided answers whose order the feature gives as well (a pair
            with equal values counts half),
        right_low, right_high: and its 95 % interval. The consistency of people with
            themselves is the most a feature can reach.
        judgements: How many decided answers that rests on.
        p: Share of permutations in which any of these features agrees as far, in either direction.
    """

    measure: str
    rho: float | None
    low: float | None
    high: float | None
    n: int
    right: float | None
    right_low: float | None
    right_high: float | None
    judgements: int
    p: float | None = None


def rank_correlations(
    features: Vectors, judged: Sequence[PairAnswer]
) -> tuple[RankCorrelation, ...]:
    """Rank correlation of every feature with the scores from people's answers, best first.

    Source: Bonett & Wright 2000 for the interval; docs/methods.md#features-against-comparisons.

    Args:
        features: One column per feature, or a model's score.
        judged: Answers; those about images that were not measured are left out.

    Raises:
        NotEnoughData: There are fewer than `ENOUGH` answers about measured images.
    """
    known = [j for j in judged if j.left in features.rows and j.right in features.rows]
    if len(known) < ENOUGH:
        raise NotEnoughData(
            f"features are correlated with people's scores from {ENOUGH} comparisons on, there are"
            f" {len(known)}; compare more pairs"
        )
    ids = sorted({image for j in known for image in (j.left, j.right)})
    scores, compared = rank(ids, known).score, features.take(ids)
    p = corrected_p(
        {name: compared.column(name) for name in features.columns}, np.asarray(scores), ids
    )
    found = []
    for name in features.columns:
        values = compared.column(name)
        rho = spearman(values, scores)
        low, high = (None, None) if rho is None else fisher_interval(rho, len(ids))
        value = dict(zip(ids, values, strict=True))
        right, decided = _right(known, value)
        share = right / decided if decided else None
        least, most = wilson(right, decided) if decided else (None, None)
        found.append(
            RankCorrelation(
                name,
                rho,
                low,
                high,
                len(ids),
                share,
                least,
                most,
                judgements=decided,
                p=None if rho is None else p[name],
            )
        )
    return tuple(sorted(found, key=lambda f: -(f.rho if f.rho is not None else -2.0)))


def _right(judged: Sequence[PairAnswer], value: Mapping[ImageId, float]) -> tuple[float, int]:
    right, decided = 0.0, 0
    for one in judged:
        if one.answer == "tie":
            continue
        winner, loser = (one.left, one.right)[:: 1 if one.answer == "left" else -1]
        decided += 1
        right += 0.5 if value[winner] == value[loser] else float(value[winner] > value[loser])
    return right, decided
