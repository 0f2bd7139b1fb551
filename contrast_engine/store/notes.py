"""What was noted about reading images, by kind: the numbers of each image left out."""

import re
from collections.abc import Mapping

from contrast_engine.vectors import ImageId

_REST = re.compile(r"\s*(?:: |; | \(| = |, (?=\d)).*", re.DOTALL)
_NUMBER = re.compile(r"(?<=above )\d[\d.,]*|(?<=white at )[\d.e+-]+(?=,)|^\d[\d,]*(?= pixel)")


def kind_of(note: str) -> str:
    """A note without what differs from image to image: its numbers, and all behind them."""
    return _NUMBER.sub("…", _REST.sub("", note)).strip() or note


def note_kinds(noted: Mapping[ImageId, tuple[str, ...]]) -> dict[str, tuple[ImageId, ...]]:
    """The images with each kind of note, the most frequent kind first."""
    found: dict[str, list[ImageId]] = {}
    for image, notes in noted.items():
        for kind in dict.fromkeys(map(kind_of, notes)):
            found.setdefault(kind, []).append(image)
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return {kind: tuple(images) for kind, images in ordered}
