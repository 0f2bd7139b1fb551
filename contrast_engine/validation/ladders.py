"""The ladder table: does a feature follow a change of known strength, photograph by photograph."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import NotEnoughData
from contrast_engine.features import feature_names, features
from contrast_engine.images import LinearImage
from contrast_engine.perturb import Ladder, contrast_ladders, ladder
from contrast_engine.validation.contents import contents_of, recognised
from contrast_engine.validation.correlation import spearman
from contrast_engine.validation.intervals import cluster_bootstrap, mean_of

STEPS = 6


@dataclass(frozen=True)
class LadderResult:
    """How one feature follows one ladder.

    Args:
        measure: Its name.
        ladder: Name of the change.
        rho: Mean over photographs of the rank correlation of strength and value, -1 to 1; a
            photograph on which the feature does not move counts 0.
        low, high: 95 % interval of that mean, over photographs; -1 to 1 of too few.
        n: How many photographs.
        contents: How many different pictures these show.
    """

    measure: str
    ladder: str
    rho: float
    low: float
    high: float
    n: int
    contents: int = 0


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
    followed, seen = [], []
    for image in photographs:
        followed.append([_follow(image.rgb, one, names) for one in ladders])
        seen.append(recognised(image))
    if not followed:
        raise NotEnoughData("the ladder table needs at least one photograph, got none")
    found = np.array(followed)  # (photographs, ladders, features)
    files = [str(number) for number in range(len(seen))]
    contents = contents_of(files, [""] * len(seen), dict(zip(files, seen, strict=True))).of
    return tuple(
        _mean(name, one.perturbation, found[:, column, place], contents)
        for place, name in enumerate(names)
        for column, one in enumerate(ladders)
    )


def _follow(rgb: Floats, one: Ladder, names: Sequence[str]) -> list[float]:
    steps = [LinearImage(changed) for changed in one.climb(rgb)]
    strength = np.array(one.strengths) * (-1 if one.perturbation == "gamma" else 1)
    values = {name: np.array([features[name].measure(step) for step in steps]) for name in names}
    return [spearman(strength, values[name]) or 0.0 for name in names]


def _mean(measure: str, name: str, found: Floats, contents: Sequence[str]) -> LadderResult:
    mean = cluster_bootstrap(mean_of(found), contents)
    return LadderResult(
        measure, name, mean.value, mean.low, mean.high, len(found), contents=mean.contents
    )
