"""Small uint8 copies of all pictures in one memory-mapped file, so that training never decodes."""

import json
import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Bytes
from contrast_engine.errors import WorkspaceError
from contrast_engine.store.files import TEMPORARY, flush_folder, read_json, reason, write_json
from contrast_engine.vectors import ImageId


class TrainingCache:
    """The training copies of one size: `cache/<size>.npy` and which image each row is.

    Everything in it can be made again from the images, so the folder may be deleted.

    Args:
        root: The workspace folder.
        size: Side of the copies in pixels.
    """

    def __init__(self, root: Path, size: int) -> None:
        self.size = size
        self._pixels = root / "cache" / f"{size}.npy"
        self._index = root / "cache" / f"{size}.json"

    def ids(self) -> tuple[ImageId, ...]:
        """Give the images it holds, in the order of their rows; none where it is not whole."""
        return self._read()[0]

    def open(self, ids: Iterable[ImageId]) -> Bytes:
        """Give the copies of some images, (n, size, size, 3) uint8 sRGB.

        Memory-mapped where they are exactly what the file holds.

        Raises:
            WorkspaceError: The cache lacks one of them.
        """
        wanted = tuple(ids)
        if not wanted:
            return np.zeros((0, self.size, self.size, 3), dtype=np.uint8)
        known, pixels = self._read()
        if pixels is not None and wanted == known:
            return pixels
        rows = {image: row for row, image in enumerate(known)}
        missing = [image for image in wanted if image not in rows]
        if pixels is None or missing:
            raise WorkspaceError(
                f"the training cache lacks {len(missing):,} images; make it again by training"
            )
        return np.ascontiguousarray(pixels[[rows[image] for image in wanted]])

    def save(self, copies: Iterable[tuple[ImageId, Bytes]], at_most: int) -> None:
        """Replace the cache; the index is written last, so that it is whole or not there.

        Args:
            copies: Image and (size, size, 3) uint8 each, perhaps made one at a time: no more than
                one is held in memory.
            at_most: How many there may be; room that is not needed stays unused.

        Raises:
            WorkspaceError: The disk is full or read-only.
        """
        names: list[ImageId] = []
        aside = self._pixels.with_name(f"{TEMPORARY}{self.size}-{os.getpid()}.npy")
        try:
            self._pixels.parent.mkdir(parents=True, exist_ok=True)
            shape = (at_most, self.size, self.size, 3)
            file = np.lib.format.open_memmap(aside, mode="w+", dtype=np.uint8, shape=shape)
            for row, (image, copy) in enumerate(copies):
                file[row] = copy
                names.append(image)
            file.flush()
            del file
            self._index.unlink(missing_ok=True)
            aside.replace(self._pixels)
            flush_folder(self._pixels.parent)
        except OSError as error:
            raise WorkspaceError(
                f"the training cache could not be written: {reason(error)}"
            ) from error
        finally:
            aside.unlink(missing_ok=True)
        write_json(self._index, {"ids": names, "size": self.size})

    def _read(self) -> tuple[tuple[ImageId, ...], Bytes | None]:
        index = read_json(self._index)
        if index is None or index.get("size") != self.size:
            return (), None
        try:
            pixels = np.load(self._pixels, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, json.JSONDecodeError):
            return (), None
        ids = tuple(ImageId(image) for image in index.get("ids", ()))
        fits = pixels.ndim == 4 and pixels.shape[1:] == (self.size, self.size, 3)
        if not fits or pixels.dtype != np.uint8 or len(pixels) < len(ids):
            return (), None
        return ids, pixels[: len(ids)]
