"""The ladder table: does a feature follow a change of known strength, photograph by photograph."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import NotEnoughData
from contrast_engine.features import feature_names, features
from contrast_engine.images import LinearImage
from contrast_engine.perturb import Ladder, contrast_ladders, ladder
from contrast_engine.validation.correlation import spearman

STEPS = 6


@dataclass(frozen=True)
class LadderResult:
    """How one feature follows one ladder.

    Args:
        measure: Its name.
        ladder: Name of the change.
        rho: Mean over photographs of the rank correlation of strength and value, -1 to 1; a
            photograph on which the feature does not move counts 0.
        low, high: 95 % interval of that mean, over photographs.
        n: How many photographs.
    """

    measure: str
    ladder: str
    rho: float
    low: float
    high: float
    n: int


def table_ladders() -> tuple[Ladder, ...]:
    """The five ladders of the table: three known directions, two that features dispute.

    Source: docs/methods.md#ladders. Gamma rises where its exponent falls, from 2.2 to 0.45.
    """
    return (
        *contrast_ladders(STEPS),
        ladder("gamma", np.geomspace(0.45, 2.2, STEPS).tolist()),
        ladder("clahe", np.geomspace(1.0, 8.0, STEPS).tolist()),
    )


def run_ladder(
    photographs: Iterable[LinearImage], ladders: Sequence[Ladder], measures: Sequence[str] = ()
) -> tuple[LadderResult, ...]:
    """How each feature follows every ladder, climbed with every photograph.

    Args:
        photographs: Held one at a time.
        ladders: The changes, each at rising strengths.
        measures: Features to follow; all if none is named.

    Raises:
        NotEnoughData: There is no photograph.
        UnknownName: There is no such feature.
    """
    names = tuple(measures) or feature_names()
    followed = [[_follow(image.rgb, one, names) for one in ladders] for image in photographs]
    if not followed:
        raise NotEnoughData("the ladder table needs at least one photograph, got none")
    found = np.array(followed)  # (photographs, ladders, features)
    return tuple(
        _mean(name, one.perturbation, found[:, column, place])
        for place, name in enumerate(names)
        for column, one in enumerate(ladders)
    )


def _follow(rgb: Floats, one: Ladder, names: Sequence[str]) -> list[float]:
    steps = [LinearImage(changed) for changed in one.climb(rgb)]
    strength = np.array(one.strengths) * (-1 if one.perturbation == "gamma" else 1)
    values = {name: np.array([features[name].measure(step) for step in steps]) for name in names}
    return [spearman(strength, values[name]) or 0.0 for name in names]


def _mean(measure: str, name: str, found: Floats) -> LadderResult:
    n, mean = len(found), float(found.mean())
    half = 1.96 * float(found.std(ddof=1)) / n**0.5 if n > 1 else 2.0
    return LadderResult(measure, name, mean, max(mean - half, -1.0), min(mean + half, 1.0), n)
