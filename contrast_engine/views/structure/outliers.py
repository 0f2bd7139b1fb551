"""Outliers with their reasons, similar images with their distance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from contrast_engine.anomalies import FEWEST, Anomaly, Judge, anomalies
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress
from contrast_engine.steps.structure.outliers import core_columns
from contrast_engine.steps.structure.similar import SimilarImages
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.collection.feature_overview import feature_title


@dataclass(frozen=True)
class Outlier:
    """An image unlike the rest, and why, in words.

    Args:
        image: The image.
        words: The features in which it is unlike the rest.
        distance, isolation: How far out it is by either method, as in `Anomaly`.
    """

    image: ImageId
    words: str
    distance: float
    isolation: float


class Outliers(Sequence[Outlier]):
    """Images unlike the rest, most unlike first, each put in words when it is asked for."""

    def __init__(self, found: Sequence[Anomaly]) -> None:
        self._found = found

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, at: int) -> Outlier: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Outlier, ...]: ...
    def __getitem__(self, at: int | slice) -> Outlier | tuple[Outlier, ...]:
        if isinstance(at, slice):
            return tuple(_said(one) for one in self._found[at])
        return _said(self._found[at])


def outliers(
    measured: Vectors, by: Judge = "both", progress: Progress = SILENT
) -> Sequence[Outlier]:
    """The measured images, most unlike the rest first; none where there are too few."""
    if len(measured) < FEWEST:
        return ()
    progress = paced(progress, f"outliers {by}", len(measured), "loading the features")
    return Outliers(anomalies(core_columns(measured), by, progress=progress))


def _said(found: Anomaly) -> Outlier:
    return Outlier(found.image, _why(found), found.distance, found.isolation)


def distances(found: SimilarImages) -> dict[ImageId, str]:
    """The distance of each image that was found, in words."""
    return {image: f"{distance:.2f}" for image, distance in found.near}


def _why(found: Anomaly) -> str:
    if not found.reasons:
        return "an unusual combination of usual values"
    return "; ".join(
        f"{feature_title(reason.feature).partition(' (')[0]} {abs(reason.deviations):.1f} "
        f"deviations {'below' if reason.deviations < 0 else 'above'} the rest"
        for reason in found.reasons
    )
