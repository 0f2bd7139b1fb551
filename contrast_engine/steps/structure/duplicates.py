"""find_duplicates: files of the same bytes, and images that show nearly the same picture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from contrast_engine.anomalies import fingerprint
from contrast_engine.arrays import Floats, Ints
from contrast_engine.duplicates import (
    MANY,
    Agreement,
    Overlays,
    Signatures,
    grouped,
    grouped_many,
    signatures,
)
from contrast_engine.duplicates.verification import BLACK, WHITE
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.randomness import generator
from contrast_engine.steps.structure.near_copies import near_copies
from contrast_engine.steps.structure.near_table import Pictures, near_table
from contrast_engine.steps.structure.spaces import space
from contrast_engine.store import Workspace
from contrast_engine.store.collection import ImageRow
from contrast_engine.vectors import ImageId, Vectors

GREY, COLOURED = 2.0, 8.0
"""Mean chroma in code values below which a picture is grey, and above which it has colours."""

MOST_APART = 500
"""Images of a group among which the two that lie farthest apart are looked for."""

FLAT = 1.0
"""Below this spread of its code values a thumbnail has no shapes to recognise it by."""

_KNOWN: dict[tuple[str, ImageId], tuple[int, Floats] | None] = {}
_MOST_KNOWN = 50_000  # about 100 MB


@dataclass(frozen=True)
class Member:
    """How one image of a group differs from the one that is kept.

    Args:
        image: The image.
        stops: How much lighter it is where neither is clipped; None where it was not laid over it.
        size: Its width and height over those of the kept one, the mean of both.
        cropped: The largest share of a side that either lacks at an edge; None as for `stops`.
        density: Bytes per pixel over those of the kept one.
        is_grey: It has lost its colours, or the kept one has.
    """

    image: ImageId
    stops: float | None
    size: float
    cropped: float | None
    density: float
    is_grey: bool


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
    signing.tick(0, len(ids), "learning what pictures look like")
    found = signatures(copies)
    rows_of = grouped(found, copies, comparing)
    every, groups = np.arange(len(ids)), []
    for done, rows in enumerate(rows_of):
        describing.tick(done, len(rows_of), "describing the groups")
        groups.append(_described(workspace, _Seen(found, ids, every), rows))
    describing.tick(1, 1, "described")
    return groups


def _near_of_many(
    workspace: Workspace, ids: ImageIds, progress: Progress
) -> list[tuple[tuple[ImageId, ...], tuple[Member, ...]]]:
    first, second, third = in_parts(progress, 50, 40, 10)
    pictures = Pictures(workspace, ids)
    with threadpool_limits(limits=1):  # small products: threads that wait for each other cost more
        there, kept = near_table(workspace, pictures, first)
        every = grouped_many(kept, lambda rows: pictures.of(there[rows]), second)
    groups = []
    for done, rows in enumerate(every):
        third.tick(done, len(every), "describing the groups")
        numbers = np.array(rows)
        _, firsts, of = np.unique(kept.prints[numbers], return_index=True, return_inverse=True)
        found = signatures(pictures.of(there[numbers[firsts]]))
        seen = _Seen(found, ImageIds(ids.numbers[there[numbers]]), of.reshape(-1))
        groups.append(_described(workspace, seen, tuple(range(len(rows)))))
    return groups


class _Seen:
    """The signatures of some images, and how they agree; of equal pictures it is seen once.

    Args:
        found: The signatures.
        ids: The images.
        of: (n,) which signature is that of each image.
    """

    def __init__(self, found: Signatures, ids: Sequence[ImageId], of: Ints) -> None:
        self.found, self.ids, self.of = found, ids, of
        self._overlays = Overlays(found)
        self._known: dict[tuple[int, int], Agreement | None] = {}

    def agreement(self, kept: int, row: int) -> Agreement | None:
        """How the pictures of two rows agree; None for one without shapes."""
        one, other = int(self.of[kept]), int(self.of[row])
        if (one, other) not in self._known:
            _, starts = self._overlays.coarse(one, np.array([other]))
            is_plain = self.found.is_plain[other]
            self._known[one, other] = (
                None if is_plain else self._overlays.fine(one, other, starts[0])
            )
        return self._known[one, other]


def _described(
    workspace: Workspace, seen: _Seen, rows: tuple[int, ...]
) -> tuple[tuple[ImageId, ...], tuple[Member, ...]]:
    first, *rest = sorted(rows, key=lambda row: _worth(workspace, seen, row))
    members = tuple(_member(workspace, seen, first, row) for row in rest)
    return tuple(seen.ids[row] for row in (first, *rest)), members


def _worth(workspace: Workspace, seen: _Seen, row: int) -> tuple[int, float, float, str]:
    """Smallest for the image to keep: pixels, clipped share in per cent, compression, name."""
    facts = workspace.images.facts(seen.ids[row])
    tones = seen.found.tones[seen.of[row]]
    clipped = np.mean((tones <= BLACK) | (tones >= WHITE))
    return -facts.width * facts.height, round(float(clipped), 2), -_density(facts), facts.path


def _member(workspace: Workspace, seen: _Seen, kept: int, row: int) -> Member:
    best, other = (workspace.images.facts(seen.ids[place]) for place in (kept, row))
    agrees = seen.agreement(kept, row)
    is_laid = agrees is not None and agrees.is_one_picture
    colours = sorted(float(seen.found.chroma[seen.of[place]]) for place in (kept, row))
    sizes = other.width * other.height / max(best.width * best.height, 1)
    return Member(
        image=seen.ids[row],
        stops=agrees.stops if agrees and is_laid else None,
        size=float(np.sqrt(sizes)),
        cropped=max(map(abs, agrees.edges)) if agrees and is_laid else None,
        density=_density(other) / max(_density(best), 1e-9),
        is_grey=colours[0] < GREY and colours[1] > COLOURED,
    )


def _density(facts: ImageRow) -> float:
    """Bytes per pixel."""
    return facts.bytes / max(facts.width * facts.height, 1)


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
