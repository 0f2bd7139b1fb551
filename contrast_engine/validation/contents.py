"""Which images show one content, so that their numbers are not independent of one another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.anomalies import fingerprint
from contrast_engine.arrays import Floats
from contrast_engine.images import LinearImage
from contrast_engine.pseudo_labels.leaks import same_pictures
from contrast_engine.vectors import ImageId

Recognised = tuple[int, Floats]
"""Fingerprint and (16, 16) lightness of a picture."""

_FLAT = 1.0
"""Standard deviation of lightness below which one picture cannot be told from another."""


@dataclass(frozen=True)
class Contents:
    """What images show.

    Args:
        of: (n,) name of the content of each.
        named: Images whose content was named.
        twins: Images that are nearly another one, found by looking.
    """

    of: tuple[str, ...]
    named: int
    twins: int

    def __len__(self) -> int:
        return len(set(self.of))

    @property
    def words(self) -> str:
        """What intervals rest on, in one sentence."""
        n = len(self.of)
        if self.named == n:
            return f"Intervals are over {len(self):,} contents, as they are named."
        found = (
            f" {self.twins:,} images that are nearly another one are drawn with it."
            if self.twins
            else ""
        )
        unnamed = "every image" if not self.named else f"each of the {n - self.named:,} others"
        return (
            f"Intervals are over {len(self):,} contents: {self.named:,} of {n:,} images name what "
            f"they show, and {unnamed} counts as a content of its own.{found} Where images share "
            "a scene that nothing names, intervals are too narrow."
        )


def contents_of(
    files: Sequence[str], named: Sequence[str], seen: Mapping[str, Recognised | None]
) -> Contents:
    """The content of each image: as it is named, else that of its twin, else its own.

    A file that others name as what they show is of that content, so copies stay with their
    original.

    Args:
        files: (n,) paths.
        named: (n,) name of the content, such as the path of the reference; "" for none.
        seen: What is recognised of the files without a name.
    """
    known = {file: seen[file] for file, name in zip(files, named, strict=True)
             if not name and seen.get(file) is not None}  # fmt: skip
    groups = same_pictures(
        {ImageId(file): print_[0] for file, print_ in known.items() if print_ is not None},
        {ImageId(file): print_[1] for file, print_ in known.items() if print_ is not None},
        {ImageId(file): file for file in known},
    )
    first = {str(file): str(group[0]) for group in groups for file in group}
    of = tuple(name or first.get(file, file) for file, name in zip(files, named, strict=True))
    return Contents(of, sum(map(bool, named)), len(first))


def recognised(image: LinearImage) -> Recognised | None:
    """What an image is recognised by; None where it is flat."""
    import cv2

    lightness = np.asarray(image.lightness, np.float64)
    if float(lightness.std()) < _FLAT:
        return None
    rows, columns = (cv2.resize(lightness, size, interpolation=cv2.INTER_AREA)
                     for size in ((9, 8), (16, 16)))  # fmt: skip
    return fingerprint(np.asarray(rows, np.float64)), np.asarray(columns, np.float64)
