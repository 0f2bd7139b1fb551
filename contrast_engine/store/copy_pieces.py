"""The files that hold the training copies of one size: which there are, and what is whole."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Bytes
from contrast_engine.store.atomic_files import read_array
from contrast_engine.store.copies_index import CopyNames, read_index
from contrast_engine.vectors import ImageId

Piece = tuple[CopyNames, Bytes | None]
"""The names of some copies, and the copies; none of what is not whole."""


class CopyPieces:
    """One large file, and parts that were added since; nothing here is written.

    Args:
        folder: Where they lie.
        size: Side of the copies in pixels.
    """

    def __init__(self, folder: Path, size: int) -> None:
        self.size = size
        self.pixels = folder / f"{size}.npy"
        self.index = folder / f"{size}.json"

    def parts(self) -> list[Path]:
        """The index of each part."""
        return sorted(self.index.parent.glob(f"{self.size}-*.json"))

    def read(self, parts: Sequence[Path] | None = None) -> list[Piece]:
        """The large file, then the parts.

        Args:
            parts: Their indexes; all by default.
        """
        return [self._whole(), *map(self._part, self.parts() if parts is None else parts)]

    def _whole(self) -> Piece:
        names, about = read_index(self.index)
        nothing = CopyNames(()), None
        if about.get("size") != self.size:
            return nothing
        file = self.pixels.with_name(Path(str(about.get("file", self.pixels.name))).name)
        pixels = read_array(file, is_mapped=True)
        if pixels is None:
            return nothing
        fits = pixels.ndim == 4 and pixels.shape[1:] == (self.size, self.size, 3)
        if not fits or pixels.dtype != np.uint8 or len(pixels) < len(names):
            return nothing
        return names, pixels[: len(names)]

    def _part(self, index: Path) -> Piece:
        names, _ = read_index(index)
        pixels, shape = pixels_of(index), (len(names), self.size, self.size, 3)
        if not len(names) or not pixels.exists() or pixels.stat().st_size != np.prod(shape):
            return CopyNames(()), None
        return names, np.memmap(pixels, np.uint8, "r", shape=shape)


def pixels_of(index: Path) -> Path:
    """Where the copies of a part lie."""
    return index.with_suffix(".u8")


def streams(pieces: Iterable[Piece]) -> list[Iterator[tuple[ImageId, Bytes]]]:
    """The copies of each piece that is whole, in the order of their names."""
    return [_in_order(names, rows) for names, rows in pieces if rows is not None]


def _in_order(names: CopyNames, rows: Bytes) -> Iterator[tuple[ImageId, Bytes]]:
    every = list(names)
    return ((every[row], rows[row]) for row in names.order.tolist())


def once(pairs: Iterable[tuple[ImageId, Bytes]]) -> Iterator[tuple[ImageId, Bytes]]:
    """The copies without what comes again; the same image stands side by side."""
    return (next(same) for _, same in groupby(pairs, key=lambda pair: pair[0]))
