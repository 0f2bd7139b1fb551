"""Contrast issues: six things that can be wrong with a photograph's contrast, each with a score.

A score lies in 0..1, low is worse, and depends on the picture alone; only the threshold below
which it counts as an issue follows the collection. The columns are named as CleanVision's are.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from contrast_engine.arrays import Bools, Floats
from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.vectors import ImageId, Vectors

WORST = 5.0
"""The percentile of a collection's scores that an issue's threshold starts at (own choice)."""

WIDEST_SPREAD = 50.0  # of L*: half black, half white
STRONGEST_CAST = 100.0  # in a*b*: pure red is at 104


@dataclass(frozen=True)
class Issue:
    """One thing that can be wrong, and the score that shows it.

    Args:
        name: Its name in columns and commands.
        title: Its name on a page.
        summary: What is wrong with such a picture.
        rule: How the score follows from the features.
        ceiling: From this score on it is no issue, whatever the collection is like.
        score: The score of every row, 0..1, low is worse.
    """

    name: str
    title: str
    summary: str
    rule: str
    ceiling: float
    score: Callable[[Vectors], Floats]

    @property
    def columns(self) -> tuple[str, str]:
        """The two columns of a table: the flag and the score."""
        return f"is_{self.name}_issue", f"{self.name}_score"


@dataclass(frozen=True, eq=False)
class FlaggedImages:
    """One issue in a collection.

    Args:
        issue: Which.
        ids: The images, one per score.
        scores: (n,) their scores.
        threshold: A score below it is an issue.
        is_usual: Whether the threshold is the one that follows from the collection.
    """

    issue: Issue
    ids: tuple[ImageId, ...]
    scores: Floats
    threshold: float
    is_usual: bool

    @property
    def flags(self) -> Bools:
        """Whether each image has the issue."""
        flags: Bools = self.scores < self.threshold
        return flags

    @cached_property
    def score_of(self) -> dict[ImageId, float]:
        """The score of each image."""
        return dict(zip(self.ids, self.scores.tolist(), strict=True))

    @property
    def images(self) -> tuple[ImageId, ...]:
        """The images that have the issue, the worst first."""
        rows = np.flatnonzero(self.flags)
        return tuple(self.ids[r] for r in sorted(rows, key=lambda r: (self.scores[r], self.ids[r])))


def find_issues(
    features: Vectors,
    thresholds: Mapping[str, float] | None = None,
    beside: Sequence[tuple[Issue, Vectors]] = (),
) -> tuple[FlaggedImages, ...]:
    """Look for every issue in a table of features, and for some in tables of their own.

    Args:
        features: One column per feature; `sigma_l`, `u_dr`, `clip_shadows`, `clip_highlights`,
            `chroma_mean` and `hue_diversity` are read.
        thresholds: Own thresholds by issue; the others follow from the collection.
        beside: Issues that no feature shows, each with the table it is read from, which may lack
            images; they come last.

    Raises:
        NotEnoughData: There is no image.
        OptionError: There is no such issue, or a threshold is outside 0..1.
        UnknownName: A feature is missing.
    """
    given = dict(thresholds or {})
    asked = [*((issue, features) for issue in ISSUES.values()), *beside]
    known = [issue.name for issue, _ in asked]
    for name, value in given.items():
        if name not in known:
            raise OptionError(f"no issue {name!r}; there are: {', '.join(known)}")
        if not 0 <= value <= 1:
            raise OptionError(f"the threshold of {name} must be from 0 to 1, got {value:g}")
    if not len(features):
        raise NotEnoughData("issues are looked for in measured images, there are none; measure")
    found = []
    for issue, table in asked:
        if not len(table):
            continue
        scores = np.clip(issue.score(table), 0.0, 1.0)
        usual = usual_threshold(issue, scores)
        threshold = given.get(issue.name, usual)
        found.append(FlaggedImages(issue, table.ids, scores, threshold, threshold == usual))
    return tuple(found)


def usual_threshold(issue: Issue, scores: Floats) -> float:
    """The 5th percentile of the scores, or the issue's ceiling where that is lower."""
    worst = math.floor(1000 * float(np.percentile(scores, WORST))) / 1000  # as a slider shows it
    return min(worst, issue.ceiling)


def cast(features: Vectors) -> Floats:
    """The length of the mean (a*, b*), in units of C*: how far the mean is from grey.

    hue_diversity is 1 - |sum C* e^(ih)| / sum C*, so chroma_mean times what it lacks of 1 is it.
    """
    return features.column("chroma_mean") * (1 - features.column("hue_diversity"))


_ALL = (
    Issue(
        "low_contrast",
        "Low contrast",
        "Light and dark differ little over the whole picture.",
        "sigma_l / 50: spread of lightness, over the widest there can be",
        0.47,  # 23.6 / 50, the median of photographs
        lambda v: v.column("sigma_l") / WIDEST_SPREAD,
    ),
    Issue(
        "high_contrast",
        "High contrast",
        "Light and dark differ harshly: hard sun, flash, or strong processing.",
        "1 - sigma_l / 50",
        0.53,
        lambda v: 1 - v.column("sigma_l") / WIDEST_SPREAD,
    ),
    Issue(
        "clipped_shadows",
        "Clipped shadows",
        "Part of the picture is plain black, without detail.",
        "1 - clip_shadows: share of pixels that are not black",
        0.99,
        lambda v: 1 - v.column("clip_shadows"),
    ),
    Issue(
        "clipped_highlights",
        "Clipped highlights",
        "Part of the picture is plain white, without detail.",
        "1 - clip_highlights: share of pixels that are not white",
        0.99,
        lambda v: 1 - v.column("clip_highlights"),
    ),
    Issue(
        "flat",
        "Flat",
        "Blacks are not black or whites not white: the tones fill only part of the scale.",
        "u_dr: share of the lightness scale between 1st and 99th percentile",
        0.91,  # the median of photographs
        lambda v: v.column("u_dr"),
    ),
    Issue(
        "colour_cast",
        "Colour cast",
        "The colours lean to one side. A picture of one coloured thing does so too.",
        "1 - chroma_mean (1 - hue_diversity) / 100: distance of the mean colour from grey",
        0.9,
        lambda v: 1 - cast(v) / STRONGEST_CAST,
    ),
)
ISSUES: dict[str, Issue] = {issue.name: issue for issue in _ALL}
"""Every issue that features show, by its name."""
