"""Unusual images with their reasons in words, doubles in groups, and what is like a new file."""

from dataclasses import dataclass

import cv2
import numpy as np

from contrast_engine.anomalies import (
    FEWEST,
    Anomaly,
    Judge,
    anomalies,
    fingerprint,
    near_duplicates,
)
from contrast_engine.arrays import Floats
from contrast_engine.errors import ContrastError
from contrast_engine.features import core_names
from contrast_engine.randomness import generator
from contrast_engine.steps import space
from contrast_engine.steps.structure.similar import SimilarImages, most_similar
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.collection.feature_overview import feature_title
from contrast_engine.views.input_checks import sentence

FLAT = 1.0
"""Below this spread of its code values a thumbnail has no shapes to recognise it by."""


@dataclass(frozen=True)
class Outlier:
    """An image unlike the rest, and why, in words.

    Args:
        image: The image.
        words: The measures in which it is unlike the rest.
        distance, isolation: How far out it is by either judge, as in `Anomaly`.
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
    """Rank the measured images, most unlike the rest first; none where there are too few."""
    if len(measured) < FEWEST:
        return ()
    core = measured.select([name for name in core_names() if name in measured.columns])
    return tuple(
        Outlier(found.image, _why(found), found.distance, found.isolation)
        for found in anomalies(core, by)
    )


def duplicates(workspace: Workspace) -> tuple[Duplicates, ...]:
    """Group files of the same bytes, and images that show nearly the same picture."""
    collection = workspace.images
    same = [
        Duplicates(
            (image,), "The same file twice: " + ", ".join(f.path for f in collection.of[image])
        )
        for image in collection.ids
        if len(collection.of[image]) > 1
    ]
    vectors = space(workspace).vectors
    usual = _usual_distance(vectors)
    near = near_duplicates(*_looks(workspace))
    return (*same, *(Duplicates(group, _spread(vectors, group, usual)) for group in near))


def similar_to(
    workspace: Workspace, of: ImageId | bytes, on: str, k: int = 24
) -> tuple[SimilarImages | None, str]:
    """The images most like one of the collection or a file, or None and why not."""
    try:
        return most_similar(workspace, of, on=on, k=k), ""
    except ContrastError as error:
        return None, sentence(str(error))


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


def _looks(workspace: Workspace) -> tuple[dict[ImageId, int], dict[ImageId, Floats]]:
    """Fingerprints and small pictures of all images that have shapes to recognise them by."""
    hashes, pictures = {}, {}
    for image in workspace.images.ids:
        data = workspace.thumbs.get(image)
        if data is None:
            continue
        grey = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
        if grey is not None and float(grey.std()) >= FLAT:
            hashes[image] = fingerprint(_shrunk(grey, (9, 8)))
            pictures[image] = _shrunk(grey, (16, 16))
    return hashes, pictures


def _shrunk(grey: cv2.typing.MatLike, size: tuple[int, int]) -> Floats:
    small = cv2.resize(grey.astype(np.float64), size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float64)


def _usual_distance(vectors: Vectors, pairs: int = 2000) -> float:
    """Median distance of two different images drawn at random."""
    rows = generator(0, "doubles", "pairs").integers(len(vectors), size=(pairs, 2))
    rows = rows[rows[:, 0] != rows[:, 1]]
    apart = vectors.values[rows[:, 0]] - vectors.values[rows[:, 1]]
    return float(np.median(np.sqrt(np.square(apart).sum(axis=1)))) if len(rows) else 0.0


def _spread(vectors: Vectors, group: tuple[ImageId, ...], usual: float) -> str:
    values = vectors.take([image for image in group if image in vectors.rows]).values
    words = f"{len(group)} images of nearly one picture"
    if len(values) < 2:
        return words
    apart = np.sqrt(np.square(values[:, None] - values).sum(axis=2)).max()
    return (
        f"{words}; their contrast lies up to {apart:.1f} apart "
        f"(two images drawn at random: {usual:.1f})"
    )
