"""Outliers with their reasons, duplicates in groups, similar images with their distance."""

from collections.abc import Iterable
from dataclasses import dataclass

from contrast_engine.anomalies import FEWEST, Anomaly, Judge, anomalies
from contrast_engine.features import core_names
from contrast_engine.steps.structure.duplicates import DuplicateGroup
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


@dataclass(frozen=True)
class Duplicates:
    """Images that are one picture.

    Args:
        images: Their ids; one where the files are the very same bytes.
        words: How much they are the same.
    """

    images: tuple[ImageId, ...]
    words: str


def outliers(measured: Vectors, by: Judge = "both") -> tuple[Outlier, ...]:
    """The measured images, most unlike the rest first; none where there are too few."""
    if len(measured) < FEWEST:
        return ()
    core = measured.select([name for name in core_names() if name in measured.columns])
    return tuple(
        Outlier(found.image, _why(found), found.distance, found.isolation)
        for found in anomalies(core, by)
    )


def duplicates(found: Iterable[DuplicateGroup]) -> tuple[Duplicates, ...]:
    """Groups of duplicates in words."""
    return tuple(Duplicates(group.images, _sameness(group)) for group in found)


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


def _sameness(group: DuplicateGroup) -> str:
    if group.paths:
        return "The same file twice: " + ", ".join(group.paths)
    words = f"{len(group.images)} images of nearly one picture"
    if group.apart is None:
        return words
    return (
        f"{words}; their contrast lies up to {group.apart:.1f} apart "
        f"(two images drawn at random: {group.usual:.1f})"
    )
