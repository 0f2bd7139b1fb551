"""Which images are unlike the rest and why, and what groups of look-alikes are made with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, overload

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints
from contrast_engine.describe import ALIKE, correlations
from contrast_engine.errors import NotEnoughData
from contrast_engine.imageset import ImageIds
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.randomness import derived_seed
from contrast_engine.vectors import ImageId, Vectors

FEWEST = 8
"""Images without which nothing can be said to be unusual."""

FAR = 3.0
"""Robust deviations from the median that are worth naming (three sigmas of a normal)."""

REASONS = 3

WINSOR = 3.5
"""Deviations at which values are cut off before it is learnt which features go together."""

ABSURD = 20.0
"""Deviations at which a value is cut off: one must not count for more than all others."""

AT_A_TIME = 5_000
"""Images after which it is said how far the ranking is."""

Judge = Literal["both", "distance", "isolation"]
"""Who ranks what is unlike the rest."""

_NORMAL = 1.4826
"""Median absolute deviation times this is the standard deviation of a normal distribution."""


@dataclass(frozen=True)
class Reason:
    """One feature in which an image is unlike the rest.

    Args:
        feature: Its name.
        deviations: How far from the median of all images, in robust standard deviations; the
            sign says on which side.
    """

    feature: str
    deviations: float


@dataclass(frozen=True)
class Anomaly:
    """How unlike the rest one image is.

    Args:
        image: The image.
        distance: Mahalanobis distance to the median over the root of the number of features; 1
            is usual.
        isolation: Score of an isolation forest, 0 to 1; about 0.5 is usual, 1 cut off at once.
        reasons: The features it is farthest out in, farthest first, each saying something new.
    """

    image: ImageId
    distance: float
    isolation: float
    reasons: tuple[Reason, ...]


class Anomalies(Sequence[Anomaly]):
    """All images by how unlike the rest they are; what is said of one is made when asked for.

    Args:
        ids: The images, most unlike first.
        distance, isolation: (n,) as in `Anomaly`.
        columns: The features.
        which: (n, 3) the features of the reasons, -1 for none.
        deviations: (n, 3) how far out each image is in those.
    """

    def __init__(
        self, ids: ImageIds, distance: Floats, isolation: Floats, columns: Sequence[str],
        which: Ints, deviations: Floats,
    ) -> None:  # fmt: skip
        self.ids, self.columns = ids, tuple(columns)
        self.distance, self.isolation = distance, isolation
        self.which, self.deviations = which, deviations

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, at: int) -> Anomaly: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Anomaly, ...]: ...
    def __getitem__(self, at: int | slice) -> Anomaly | tuple[Anomaly, ...]:
        if isinstance(at, slice):
            return tuple(self[row] for row in range(*at.indices(len(self))))
        reasons = tuple(
            Reason(self.columns[column], float(far))
            for column, far in zip(self.which[at].tolist(), self.deviations[at], strict=True)
            if column >= 0
        )
        return Anomaly(self.ids[at], float(self.distance[at]), float(self.isolation[at]), reasons)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Anomalies)
            and (self.ids, self.columns) == (other.ids, other.columns)
            and all(
                np.array_equal(getattr(self, name), getattr(other, name))
                for name in ("distance", "isolation", "which", "deviations")
            )
        )

    def __hash__(self) -> int:
        return hash((self.ids.images, self.columns))


def anomalies(
    vectors: Vectors, by: Judge = "both", *, seed: int = 0, progress: Progress = SILENT
) -> "Anomalies":
    """Rank all images by how unlike the rest they are, most unlike first.

    The distance to the centre takes into account which features go together, so it finds what
    lies far out and what goes against the rest; an isolation forest knows no shape and finds what
    few cuts set apart. On ten images planted among a thousand, three of twenty features four
    deviations off, the distance finds 9 to 10 in the first twenty, the forest 3 to 5.

    Args:
        vectors: Features in their own units.
        by: "distance", "isolation", or "both" for the better of their two ranks.
        seed: Of the forest.
        progress: Told on the way.

    Raises:
        NotEnoughData: There are fewer than 8 images.

    Source: Mahalanobis 1936, its covariance shrunk after Ledoit & Wolf 2004 and made of
    winsorised robust deviations (Rousseeuw & Croux 1993); Liu, Ting & Zhou 2008 (forest).
    """
    if len(vectors) < FEWEST:
        raise NotEnoughData(
            f"what is unusual can be told from {FEWEST} images on, got {len(vectors)}; add images"
        )
    by_id = vectors.take(vectors.images)  # the answer must not hang on the order of a scan
    out = deviations(by_id.values)
    measuring, scoring, saying = in_parts(progress, 1, 8, 8)
    measuring.tick(0, len(out), "measuring how far each image is from all")
    distance = _distance(out)
    isolation = _isolation(out, seed, scoring)
    judged = {"distance": distance, "isolation": isolation}
    ranks = np.array([_ranks(judged[name]) for name in judged if by in {name, "both"}])
    # what either of the two finds is found: a mean would hide what only one can see
    order = np.lexsort((-ranks.sum(axis=0), -ranks.max(axis=0)))
    alike = np.abs(correlations(by_id.values)) > ALIKE
    which, by_how_much = _reasons(out, alike, saying)
    return Anomalies(
        ImageIds(by_id.numbers[order]), distance[order], isolation[order], by_id.columns,
        which[order], by_how_much[order],
    )  # fmt: skip


def deviations(values: Floats) -> Floats:
    """(n, d) deviations from each column's median, in robust standard deviations.

    Where more than half of the images share one value, the mean deviation takes the place of the
    median one; a constant column is 0.
    """
    away = values - np.median(values, axis=0)
    spread = _NORMAL * np.median(np.abs(away), axis=0)
    spread = np.where(spread > 0, spread, np.sqrt(np.pi / 2) * np.abs(away).mean(axis=0))
    found: Floats = away / np.where(spread > 0, spread, np.inf)
    return found


def chains(ids: Sequence[ImageId], alike: Callable[[int], Ints]) -> tuple[tuple[ImageId, ...], ...]:
    """Groups of images that are alike one to the next, largest first, those alone left out.

    Args:
        ids: The images, sorted.
        alike: The later rows that are like a row.
    """
    leader = np.arange(len(ids))
    for row in range(len(ids) - 1):
        for other in alike(row):
            first, last = sorted((leader[row], leader[other]))
            if first < last:
                leader[leader == last] = first
    groups: dict[int, list[ImageId]] = {}
    for image, first in zip(ids, leader.tolist(), strict=True):
        groups.setdefault(first, []).append(image)
    found = [tuple(group) for group in groups.values() if len(group) > 1]
    return tuple(sorted(found, key=lambda group: (-len(group), group)))


def fingerprint(lightness: Floats) -> int:
    """64 bits that say where a picture gets lighter to the right, whatever its contrast.

    Args:
        lightness: (8, 9) picture, shrunk to that size by area.

    Source: the difference hash of Krawetz 2013.
    """
    rising: Bools = lightness[:, 1:] > lightness[:, :-1]
    return int.from_bytes(np.packbits(rising).tobytes(), "big")


def centred_unit(picture: Floats) -> Floats:
    """The values of a picture, flat, of mean 0 and length 1: products are correlations."""
    centred = picture.ravel() - picture.mean()
    unit: Floats = centred / max(float(np.linalg.norm(centred)), 1e-12)
    return unit


def _distance(out: Floats) -> Floats:
    """Mahalanobis distance of (n, d) robust deviations to 0, over the root of d."""
    from sklearn.covariance import LedoitWolf

    usual = np.clip(out, -WINSOR, WINSOR)  # the outliers must not decide what is usual
    inverse = np.linalg.pinv(LedoitWolf().fit(usual).covariance_)
    far = np.clip(out, -ABSURD, ABSURD)
    found: Floats = np.sqrt(np.maximum((far @ inverse * far).mean(axis=1), 0))
    return found


def _isolation(out: Floats, seed: int, progress: Progress) -> Floats:
    from sklearn.ensemble import IsolationForest

    progress.tick(0, len(out), "drawing random cuts")
    forest = IsolationForest(n_estimators=200, random_state=derived_seed(seed, "anomalies"))
    forest.fit(out)
    found: Floats = np.empty(len(out))
    for start in range(0, len(out), AT_A_TIME):
        progress.tick(start, len(out), "looking for images that few cuts set apart")
        rows = slice(start, start + AT_A_TIME)
        found[rows] = -forest.score_samples(out[rows])
    return found


def _ranks(values: Floats) -> Floats:
    ranks: Floats = np.argsort(np.argsort(values, kind="stable"), kind="stable").astype(float)
    return ranks


def _reasons(out: Floats, alike: Bools, progress: Progress) -> tuple[Ints, Floats]:
    """(n, 3) the features each row is farthest out in, farthest first, -1 for none; and how far.

    A feature that is like one named before says nothing new.
    """
    which = np.full((len(out), REASONS), -1)
    by_how_much = np.zeros((len(out), REASONS))
    for start in range(0, len(out), AT_A_TIME):
        progress.tick(start, len(out), "saying why")
        some = out[start : start + AT_A_TIME]
        far = np.abs(some)
        every = np.arange(len(some))
        for place in range(REASONS):
            column = far.argmax(axis=1)
            is_far = far[every, column] >= FAR
            which[start + every[is_far], place] = column[is_far]
            by_how_much[start + every[is_far], place] = some[every, column][is_far]
            far[every, column] = 0
            far[alike[column]] = 0
    progress.tick(len(out), len(out), "saying why")
    return which, by_how_much
