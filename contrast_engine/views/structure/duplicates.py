"""Groups of duplicates in words: which is kept, how the others differ, and the rest as a table."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contrast_engine.steps.structure.copies_described import Member
from contrast_engine.steps.structure.duplicates import DuplicateGroup
from contrast_engine.store import Workspace
from contrast_engine.store.collection import file_name
from contrast_engine.vectors import ImageId

RULE = (
    "The best of a group is the one with the most pixels, then with the least clipped, then the "
    "least compressed, then the first by name."
)
SAME_FILE = "the same file"
TOGETHER = "alike through another of the group"
NO_CHANGE = "no difference to be seen"

_STOPS, _CROPPED, _SIZE, _DENSITY = 0.15, 0.015, 0.02, 0.25
"""What is named: stops, share of a side, parts of the size, of the bytes per pixel."""


@dataclass(frozen=True)
class Duplicates:
    """Images that are one picture.

    Args:
        images: Their ids, the one to keep first; one where the files are the very same bytes.
        words: How much they are the same.
        differences: How each image but the first differs from it, in words.
        files: How many files of the same bytes there are; 0 for near duplicates.
    """

    images: tuple[ImageId, ...]
    words: str
    differences: tuple[str, ...] = ()
    files: int = 0

    @property
    def kept(self) -> ImageId:
        """The best, by the rule."""
        return self.images[0]

    @property
    def rest(self) -> tuple[ImageId, ...]:
        """All but the best."""
        return self.images[1:]


def duplicates(found: Iterable[DuplicateGroup]) -> tuple[Duplicates, ...]:
    """Groups of duplicates in words."""
    return tuple(
        Duplicates(
            group.images,
            _sameness(group),
            tuple(difference(member) for member in group.members),
            len(group.paths),
        )
        for group in found
    )


def rest(groups: Iterable[Duplicates]) -> tuple[ImageId, ...]:
    """All images that are not the best of their group."""
    return tuple(dict.fromkeys(image for group in groups for image in group.rest))


def captions(workspace: Workspace, group: Duplicates, shown: int) -> dict[ImageId, str]:
    """The file names of the first images of a group."""
    return {image: name(workspace, image) for image in group.images[:shown]}


def said(workspace: Workspace, group: Duplicates, shown: int) -> str:
    """Which image of a group is the best, and how the first others differ from it."""
    parts = [f"Best: {name(workspace, group.kept)}"]
    pairs = zip(group.rest[: shown - 1], group.differences, strict=False)
    parts += [f"{name(workspace, image)}: {words}" for image, words in pairs]
    return "  ·  ".join(parts)


def name(workspace: Workspace, image: ImageId) -> str:
    """The name of an image's file."""
    return file_name(workspace.images.path(image))


def folders(workspace: Workspace, images: Sequence[ImageId]) -> str:
    """The folders that images lie in, the first three by name."""
    paths = (workspace.images.path(image) for image in images)
    found = sorted({path.removesuffix(file_name(path)).rstrip("/\\") for path in paths})
    more = f" and {len(found) - 3:,} more" if len(found) > 3 else ""
    return ", ".join(found[:3]) + more


def table(workspace: Workspace, groups: Iterable[Duplicates]) -> str:
    """The rest of all groups as CSV: path, id, path of the best, and the difference."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(("path", "id", "best", "difference"))
    for group in groups:
        best = workspace.images.path(group.kept)
        for image, words in zip(group.rest, group.differences, strict=False):
            rows.writerow((workspace.images.path(image), image, best, words))
        for file in workspace.images.of[group.kept][1:] if group.files else ():
            rows.writerow((file.path, group.kept, best, SAME_FILE))
    return out.getvalue()


def difference(member: Member) -> str:
    """How an image differs from the best of its group, in words."""
    parts = []
    if member.stops is not None and abs(member.stops) >= _STOPS:
        side = "brighter" if member.stops > 0 else "darker"
        parts.append(f"{abs(member.stops):.1f} stops {side}")
    if abs(member.size - 1) >= _SIZE:
        parts.append(_size(member.size))
    if member.cropped is not None and member.cropped >= _CROPPED:
        parts.append(f"cropped by up to {100 * member.cropped:.0f} %")
    if member.is_grey:
        parts.append("one without colours")
    if member.density < 1 - _DENSITY:
        parts.append(f"{100 * member.density:.0f} % of the bytes per pixel")
    if member.stops is None:
        parts.append(TOGETHER)
    return ", ".join(parts) or NO_CHANGE


def _size(share: float) -> str:
    words = {0.5: "half the size", 0.25: "a quarter of the size"}
    near = next((said for of, said in words.items() if abs(share / of - 1) < 0.03), None)
    return near or f"{100 * share:.0f} % of the size"


def _sameness(group: DuplicateGroup) -> str:
    if group.paths:
        return "The same file twice: " + ", ".join(group.paths)
    words = f"{len(group.images):,} images of nearly one picture"
    if group.apart is None:
        return words
    return (
        f"{words}; their contrast lies up to {group.apart:.1f} apart "
        f"(two images drawn at random: {group.usual:.1f})"
    )
