"""Where images lie, read from the end: those whose paths end alike stand side by side."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

import numpy as np

from contrast_engine.imageset import ImageId, ImageIds, ImageSet, Numbers
from contrast_engine.store.spellings import composed
from contrast_engine.store.texts import Texts


class PathEnds:
    """Finds the images whose paths have the longest end in common with a name.

    Args:
        paths: Where each file lies, as text that can be shown.
        numbers: The image of each, as a number.
        is_stem: Whether the names lack the ending of the file.
    """

    def __init__(self, paths: Iterable[str], numbers: Numbers, *, is_stem: bool = False) -> None:
        backwards = Texts.of(_backwards(path_parts(path), is_stem) for path in paths)
        order = backwards.order
        self._ends = list(backwards.take(order))  # a list is searched twenty times as quickly
        self._numbers = numbers[order]
        self._several: dict[bytes, Sequence[ImageId]] = {}

    def __call__(self, parts: Sequence[str], least: int = 1) -> Sequence[ImageId]:
        """The images of the longest end that any path has in common with a name.

        Args:
            parts: Those of the name, the last first.
            least: So many parts have to be alike.
        """
        wanted = _joined(parts)
        place = bisect_left(self._ends, wanted)
        near = self._ends[max(place - 1, 0) : place + 1]
        end = max((_alike(one, wanted) for one in near), key=len, default=b"")
        if not end or end.count(b"/") < least:
            return ()
        low = bisect_left(self._ends, end)
        high = bisect_left(self._ends, end[:-1] + b"0", low)  # "0" follows "/"
        if high == low + 1:
            return ImageIds(self._numbers[low:high])
        if end not in self._several:
            self._several[end] = ImageSet(np.array(self._numbers[low:high]))
        return self._several[end]


def path_parts(path: str) -> tuple[str, ...]:
    """The parts of a path, the last first."""
    return tuple(
        part for part in reversed(composed(path).replace("\\", "/").split("/"))
        if part not in {"", ".", ".."}
    )  # fmt: skip


def _backwards(parts: tuple[str, ...], is_stem: bool) -> bytes:
    if parts and is_stem:
        parts = (PurePosixPath(parts[0]).stem, *parts[1:])
    return _joined(parts)


def _joined(parts: Sequence[str]) -> bytes:
    return b"".join(part.encode("utf-8", "surrogatepass") + b"/" for part in parts)


def _alike(one: bytes, other: bytes) -> bytes:
    """As many whole parts as both begin with."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return one[: one.rfind(b"/", 0, low) + 1]
