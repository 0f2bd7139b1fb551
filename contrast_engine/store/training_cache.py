"""Small uint8 copies of all pictures in one memory-mapped file, so that training never decodes."""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

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
            with _saying_why():
                file = self._room(aside, at_most)
            for row, (image, copy) in enumerate(copies):
                file[row] = copy
                names.append(image)
            with _saying_why():
                file.flush()
                del file
                self._index.unlink(missing_ok=True)
                aside.replace(self._pixels)
                flush_folder(self._pixels.parent)
        finally:
            aside.unlink(missing_ok=True)
        write_json(self._index, {"ids": names, "size": self.size})

    def _room(self, path: Path, rows: int) -> "np.memmap[Any, Any]":
        path.parent.mkdir(parents=True, exist_ok=True)
        shape = (rows, self.size, self.size, 3)
        file = np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape)
        if hasattr(os, "posix_fallocate"):  # not on every system
            with path.open("r+b") as whole:  # now, or a full disk would kill the process later
                os.posix_fallocate(whole.fileno(), 0, path.stat().st_size)
        return file

    @contextmanager
    def scratch(self) -> "Iterator[Scratch]":
        """Open a place on disk for copies that come in any order, gone when it is closed.

        Raises:
            WorkspaceError: The disk is full or read-only.
        """
        aside = self._pixels.with_name(f"{TEMPORARY}{self.size}-scratch-{os.getpid()}")
        with _saying_why():
            aside.parent.mkdir(parents=True, exist_ok=True)
            file = aside.open("w+b")
        try:
            with file:
                yield Scratch(file, self.size)
        finally:
            aside.unlink(missing_ok=True)

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


class Scratch:
    """Copies in the order in which they came, on disk.

    Args:
        file: Where they go; empty.
        size: Side of the copies in pixels.
    """

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._shape = (size, size, 3)
        self._ids: list[ImageId] = []

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, image: ImageId, copy: Bytes) -> None:
        """Keep the (size, size, 3) copy of an image.

        Raises:
            WorkspaceError: The disk is full.
        """
        with _saying_why():
            self._file.write(copy.tobytes())
        self._ids.append(image)

    def in_order(self) -> Iterator[tuple[ImageId, Bytes]]:
        """Give image and copy in the order of the ids."""
        if not self._ids:
            return
        with _saying_why():
            self._file.flush()
        rows = np.memmap(self._file, np.uint8, "r", shape=(len(self._ids), *self._shape))
        for row in sorted(range(len(self._ids)), key=self._ids.__getitem__):
            yield self._ids[row], rows[row]


@contextmanager
def _saying_why() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WorkspaceError(f"the training cache could not be written: {reason(error)}") from error
