"""find_duplicates: files of the same bytes, and images that show nearly the same picture."""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from contrast_engine.anomalies import fingerprint
from contrast_engine.arrays import Floats
from contrast_engine.duplicates import MANY, grouped, grouped_many, signatures
from contrast_engine.duplicates.verification import Edges
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.randomness import generator
from contrast_engine.steps.structure.copies_described import (
    Member,
    Seen,
    described,
    seen_of_many,
)
from contrast_engine.steps.structure.near_copies import near_copies
from contrast_engine.steps.structure.near_table import Pictures, near_table
from contrast_engine.steps.structure.spaces import space
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId, Vectors

MOST_APART = 500
"""Images of a group among which the two that lie farthest apart are looked for."""

FLAT = 1.0
"""Below this spread of its code values a thumbnail has no shapes to recognise it by."""

_KNOWN: dict[tuple[str, ImageId], tuple[int, Floats] | None] = {}
_MOST_KNOWN = 50_000  # about 100 MB


@dataclass(frozen=True)
class DuplicateGroup:
    """Images that are one picture.

    Args:
        images: Their ids, the one to keep first; one where the files are the very same bytes.
        paths: The files of the same bytes; empty for near duplicates.
        apart: How far they lie apart in the space of the features at most; None for fewer than
            two measured images.
        usual: Median distance of two images of the collection drawn at random.
        members: All but the first of near duplicates, and how they differ from it.
    """

    images: tuple[ImageId, ...]
    paths: tuple[str, ...]
    apart: float | None
    usual: float
    members: tuple[Member, ...] = ()


def find_duplicates(
    workspace: Workspace, *, progress: Progress = SILENT
) -> tuple[DuplicateGroup, ...]:
    """The groups of duplicates of a collection: exact ones first, then near ones.

    Near duplicates are told by the small copies that measuring leaves behind, so no file is opened.
    The first of a group is the one to keep: most pixels, then least clipped, then least
    compressed, then by name.

    Args:
        workspace: Where the images are.
        progress: Told after each part.

    Raises:
        NotEnoughData: Nothing was measured yet.
    """
    progress = paced(progress, "duplicates", workspace, "looking what is there")
    collection = workspace.images
    vectors = space(workspace).vectors
    usual = _usual_distance(vectors)
    same = [
        DuplicateGroup((image,), tuple(file.path for file in collection.of[image]), None, usual)
        for image in collection.in_several
    ]
    near = _near(workspace, progress)
    return (
        *same,
        *(
            DuplicateGroup(images, (), _apart(vectors, images), usual, members)
            for images, members in near
        ),
    )


def _near(
    workspace: Workspace, progress: Progress
) -> list[tuple[tuple[ImageId, ...], tuple[Member, ...]]]:
    """Groups of nearly one picture, the image to keep first, and how the others differ from it."""
    wanted = workspace.images.images  # the groups must not hang on the order of a scan
    if len(wanted) > MANY:
        return _near_of_many(workspace, ImageIds(wanted.numbers), progress)
    reading, signing, comparing, describing = in_parts(progress, 10, 30, 50, 10)
    ids, copies = near_copies(workspace, tuple(wanted), reading)
    if not ids:
        return []
    found = signatures(copies, progress=signing)
    groups = grouped(found, copies, comparing)
    seen = Seen(found, ids, np.arange(len(ids)))
    return described(workspace, ((seen, rows) for rows in groups), groups, describing)


def _near_of_many(
    workspace: Workspace, ids: ImageIds, progress: Progress
) -> list[tuple[tuple[ImageId, ...], tuple[Member, ...]]]:
    first, second, third = in_parts(progress, 50, 35, 15)
    pictures = Pictures(workspace, ids)
    overlays: dict[tuple[int, int], Edges] = {}
    with threadpool_limits(limits=1):  # small products: threads that wait for each other cost more
        there, kept = near_table(workspace, pictures, first)
        groups = grouped_many(kept, lambda rows: pictures.of(there[rows]), second, overlays)
        numbers = ids.numbers[there]
        seen = seen_of_many(kept, groups, numbers, lambda rows: pictures.of(there[rows]), overlays)
        return described(workspace, seen, groups, third)


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
    """The largest distance of two images of a group; no table of all pairs is made for it."""
    values = vectors.take(ImageSet.of(group) & vectors.images).values
    if len(values) < 2:
        return None
    if len(values) > MOST_APART:
        values = values[np.argsort(np.square(values - values.mean(axis=0)).sum(axis=1))]
        values = values[-MOST_APART:]  # the two that lie farthest apart are far from the middle
    return float(max(np.sqrt(np.square(values - one).sum(axis=1)).max() for one in values))
