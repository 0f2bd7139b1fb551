"""One kind of issue, and the images of a collection that have it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from contrast_engine.arrays import Bools, Floats
from contrast_engine.by_image import ByImage
from contrast_engine.imageset import ImageIds
from contrast_engine.vectors import ImageId, Vectors

Whose = Literal["calibrated", "collection", "chosen", "given"]
"""Where a threshold comes from: calibration, the collection's worst share, a decision, a call."""


@dataclass(frozen=True)
class Issue:
    """One thing that can be wrong, and the number that shows it.

    Args:
        name: Its name in columns and commands.
        title: Its name on a page.
        summary: What is wrong with such a picture.
        rule: How the score follows from what is measured.
        words: What the number says of a picture, with {} where it stands.
        digits: How many digits after the point are worth saying.
        worst, best: Numbers that have the scores 0 and 1.
        limit: The number beyond which it is an issue, whatever the collection is like.
        reason: Where that limit comes from.
        measure: The number of every row.
    """

    name: str
    title: str
    summary: str
    rule: str
    words: str
    digits: int
    worst: float
    best: float
    limit: float
    reason: str
    measure: Callable[[Vectors], Floats]

    @property
    def columns(self) -> tuple[str, str]:
        """The two columns of a table: the flag and the score."""
        return f"is_{self.name}_issue", f"{self.name}_score"

    @property
    def threshold(self) -> float:
        """The calibrated limit as a score: a score below it is an issue."""
        return self.score_at(self.limit)

    @property
    def is_low(self) -> bool:
        """Whether a low number is the bad end."""
        return self.worst < self.best

    def score(self, table: Vectors) -> Floats:
        """The score of every row, 0..1, low is worse."""
        share = (self.measure(table) - self.worst) / (self.best - self.worst)
        scores: Floats = np.clip(share, 0.0, 1.0)
        return scores

    def score_at(self, number: float) -> float:
        """The score of a number."""
        return float(np.clip((number - self.worst) / (self.best - self.worst), 0.0, 1.0))

    def number(self, score: float) -> float:
        """The number that has a score."""
        return self.worst + score * (self.best - self.worst)

    def numbers(self, scores: Floats) -> Floats:
        """The numbers that have some scores."""
        found: Floats = self.worst + scores * (self.best - self.worst)
        return found

    def said(self, score: float) -> str:
        """What a score says of a picture, with its number."""
        return self.words.format(f"{self.number(score):.{self.digits}f}")

    def limit_said(self, threshold: float) -> str:
        """What a threshold asks for, with its number."""
        than = "less than" if self.is_low else "more than"
        return self.words.format(f"{than} {self.number(threshold):.{self.digits}f}")


@dataclass(frozen=True, eq=False)
class FlaggedImages:
    """One issue in a collection.

    Args:
        issue: Which.
        ids: The images, one per score.
        scores: (n,) their scores.
        threshold: A score below it is an issue.
        whose: Where the threshold comes from.
    """

    issue: Issue
    ids: Sequence[ImageId]
    scores: Floats
    threshold: float
    whose: Whose = "calibrated"

    def __repr__(self) -> str:
        flagged = int(np.count_nonzero(self.flags))
        return f"FlaggedImages({self.issue.title}: {flagged:,} of {len(self.ids):,} images)"

    @property
    def is_usual(self) -> bool:
        """Whether the threshold is the calibrated one."""
        return self.threshold == self.issue.threshold

    @property
    def flags(self) -> Bools:
        """Whether each image has the issue."""
        flags: Bools = self.scores < self.threshold
        return flags

    @cached_property
    def score_of(self) -> Mapping[ImageId, float]:
        """The score of each image."""
        ids, scores = ImageIds.of(self.ids), self.scores
        return ByImage(ids, scores.tolist, lambda row: float(scores[row]))

    @cached_property
    def images(self) -> ImageIds:
        """The images that have the issue, the worst first."""
        rows, numbers = np.flatnonzero(self.flags), ImageIds.of(self.ids).numbers
        order = np.lexsort((numbers[rows], self.scores[rows]))
        return ImageIds(numbers[rows[order]])

    def said(self, image: ImageId) -> str:
        """What its score says of an image, in words."""
        return self.issue.said(self.score_of[image])
