"""Looking for every issue in what is measured of a collection."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.issues.issue import FlaggedImages, Issue, Whose
from contrast_engine.issues.kinds import ISSUES
from contrast_engine.vectors import Vectors

WORST = 5.0
"""Percent of a collection that are its worst unless another share is given (own choice)."""


def find_issues(
    features: Vectors,
    thresholds: Mapping[str, float] | None = None,
    beside: Sequence[tuple[Issue, Vectors]] = (),
    *,
    worst: Mapping[str, float] | None = None,
) -> tuple[FlaggedImages, ...]:
    """Look for every issue in a table of features, and for some in tables of their own.

    Args:
        features: One column per feature; `sigma_l`, `lum_contrast`, `mean_y`, `u_dr`,
            `clip_shadows`, `clip_highlights`, `chroma_mean` and `hue_diversity` are read.
        thresholds: Own thresholds by issue, as scores; the others are the calibrated ones.
        beside: Issues that no feature shows, each with the table it is read from, which may lack
            images; they come last.
        worst: Percent of the collection that count as its worst, by issue, instead of a threshold.

    Raises:
        NotEnoughData: There is no image.
        OptionError: There is no such issue, a threshold is outside 0..1 or a share outside 0..100.
        UnknownName: A feature is missing.
    """
    given, shares = dict(thresholds or {}), dict(worst or {})
    asked = [*((issue, features) for issue in ISSUES.values()), *beside]
    known = [issue.name for issue, _ in asked]
    _check(given, known, 1, "the threshold of {} must be from 0 to 1, got {:g}")
    _check(shares, known, 100, "the worst share for {} must be from 0 to 100 %, got {:g}")
    if not len(features):
        raise NotEnoughData("issues are looked for in measured images, there are none; measure")
    found = []
    for issue, table in asked:
        if not len(table):
            continue
        scores, whose, threshold = issue.score(table), _whose(issue, given, shares), issue.threshold
        if whose == "given":
            threshold = given[issue.name]
        elif whose == "collection":
            threshold = worst_threshold(scores, shares[issue.name])
        found.append(FlaggedImages(issue, table.ids, scores, threshold, whose))
    return tuple(found)


def worst_threshold(scores: Floats, share: float = WORST) -> float:
    """The threshold that at most this percent of the scores are below."""
    return math.floor(1000 * float(np.percentile(scores, share))) / 1000  # as a slider shows it


def _whose(issue: Issue, given: Mapping[str, float], shares: Mapping[str, float]) -> Whose:
    if issue.name in given:
        return "given"
    return "collection" if issue.name in shares else "calibrated"


def _check(values: Mapping[str, float], known: Sequence[str], most: float, words: str) -> None:
    for name, value in values.items():
        if name not in known:
            raise OptionError(f"no issue {name!r}; there are: {', '.join(known)}")
        if not 0 <= value <= most:
            raise OptionError(words.format(name, value))
