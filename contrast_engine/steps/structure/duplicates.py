"""find_duplicates: files of the same bytes, and images that show nearly the same picture."""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from contrast_engine.anomalies import fingerprint, near_duplicates
from contrast_engine.arrays import Floats
from contrast_engine.randomness import generator
from contrast_engine.steps.structure.spaces import space
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId, Vectors

FLAT = 1.0
"""Below this spread of its code values a thumbnail has no shapes to recognise it by."""

_KNOWN: dict[tuple[str, ImageId], tuple[int, Floats] | None] = {}
_MOST_KNOWN = 50_000  # about 100 MB


@dataclass(frozen=True)
class DuplicateGroup:
    """Images that are one picture.

    Args:
        images: Their ids; one where the files are the very same bytes.
        paths: The files of the same bytes; empty for near duplicates.
        apart: How far they lie apart in the space of the features at most; None for fewer than
            two measured images.
        usual: Median distance of two images of the collection drawn at random.
    """

    images: tuple[ImageId, ...]
    paths: tuple[str, ...]
    apart: float | None
    usual: float


def find_duplicates(workspace: Workspace) -> tuple[DuplicateGroup, ...]:
    """The groups of duplicates of a collection: exact ones first, then near ones.

    Near duplicates are told by the thumbnails, so no file is opened.

    Raises:
        NotEnoughData: Nothing was measured yet.
    """
    collection = workspace.images
    vectors = space(workspace).vectors
    usual = _usual_distance(vectors)
    same = [
        DuplicateGroup((image,), tuple(file.path for file in collection.of[image]), None, usual)
        for image in collection.ids
        if len(collection.of[image]) > 1
    ]
    near = near_duplicates(*recognised(workspace, collection.ids))
    return (
        *same,
        *(DuplicateGroup(group, (), _apart(vectors, group), usual) for group in near),
    )


def recognised(
    workspace: Workspace, images: Iterable[ImageId]
) -> tuple[dict[ImageId, int], dict[ImageId, Floats]]:
    """Fingerprints and (16, 16) pictures of those images that have shapes to recognise them by.

    Each is read from its thumbnail once in a process, so that asking again costs next to nothing.

    Args:
        workspace: With the thumbnails.
        images: Which images; one without a thumbnail, or a flat one, is left out.
    """
    hashes, pictures = {}, {}
    for image in images:
        seen = _print(workspace, image)
        if seen is not None:
            hashes[image], pictures[image] = seen
    return hashes, pictures


def _print(workspace: Workspace, image: ImageId) -> tuple[int, Floats] | None:
    place = (str(workspace.root), image)
    if place not in _KNOWN:
        data = workspace.thumbs.get(image)
        if data is None:
            return None  # it may come
        grey = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[place] = (
            (fingerprint(_shrunk(grey, (9, 8))), _shrunk(grey, (16, 16)))
            if grey is not None and float(grey.std()) >= FLAT
            else None
        )
    return _KNOWN[place]


def _shrunk(grey: cv2.typing.MatLike, size: tuple[int, int]) -> Floats:
    small = cv2.resize(grey.astype(np.float64), size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float64)


def _usual_distance(vectors: Vectors, pairs: int = 2000) -> float:
    """Median distance of two different images drawn at random."""
    rows = generator(0, "doubles", "pairs").integers(len(vectors), size=(pairs, 2))
    rows = rows[rows[:, 0] != rows[:, 1]]
    apart = vectors.values[rows[:, 0]] - vectors.values[rows[:, 1]]
    return float(np.median(np.sqrt(np.square(apart).sum(axis=1)))) if len(rows) else 0.0


def _apart(vectors: Vectors, group: tuple[ImageId, ...]) -> float | None:
    values = vectors.take([image for image in group if image in vectors.rows]).values
    if len(values) < 2:
        return None
    return float(np.sqrt(np.square(values[:, None] - values).sum(axis=2)).max())
