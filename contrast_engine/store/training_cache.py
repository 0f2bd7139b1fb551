"""Small uint8 copies of all pictures in one memory-mapped file, so that training never decodes."""

import contextlib
import heapq
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO

import numpy as np

from contrast_engine.arrays import Bytes
from contrast_engine.errors import WorkspaceError
from contrast_engine.store import atomic_files
from contrast_engine.store.atomic_files import (
    TEMPORARY,
    flush_folder,
    patiently,
    read_json,
    reason,
    write_json,
)
from contrast_engine.vectors import ImageId


class TrainingCache:
    """The training copies of one size: `cache/<size>.npy` and which image each row is.

    What measuring adds lies beside it in parts, `cache/<size>-*.u8`, until `merge` is asked for:
    ten new images among 100,000 are ten copies to write, and training reads one file in order.
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
        """The images it holds, those in parts last; what is not whole is not there."""
        return tuple(dict.fromkeys(image for ids, _ in self._pieces() for image in ids))

    @property
    def is_scattered(self) -> bool:
        """True if some of it lies in parts, which `open` does not read."""
        return bool(self._indexes())

    def open(self, ids: Iterable[ImageId]) -> Bytes:
        """The copies of some images, (n, size, size, 3) uint8 sRGB.

        Memory-mapped where they are exactly what the file holds; what lies in parts is not read.

        Raises:
            WorkspaceError: The file lacks one of them.
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
            copy: Bytes | None = None
            for row, (image, copy) in enumerate(copies):
                file[row] = copy
                names.append(image)
            with _saying_why():
                file.flush()
                del file, copy  # which may be a part of the old file, and hold it open
                _remove(self._index)
                pixels = self._put_in_place(aside)
                flush_folder(self._pixels.parent)
        finally:
            with contextlib.suppress(PermissionError):  # open still, where the above failed
                aside.unlink(missing_ok=True)
        named = {} if pixels == self._pixels else {"file": pixels.name}
        write_json(self._index, {"ids": names, "size": self.size, **named})
        for old in self._pixels.parent.glob(f"{self.size}-*.npy"):
            if old != pixels:
                with contextlib.suppress(PermissionError):  # somebody reads it to the end
                    old.unlink()

    def _put_in_place(self, aside: Path) -> Path:
        """Where the new file lies: under another name where the old one is open and so stays."""
        try:
            aside.replace(self._pixels)
        except PermissionError:
            if not atomic_files.OPEN_FILES_STAY:
                raise
            other = self._pixels.with_name(f"{self.size}-{token_hex(4)}.npy")
            aside.replace(other)
            return other
        return self._pixels

    def _room(self, path: Path, rows: int) -> "np.memmap[Any, Any]":
        path.parent.mkdir(parents=True, exist_ok=True)
        shape = (rows, self.size, self.size, 3)
        file = np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape)
        if hasattr(os, "posix_fallocate"):  # not on every system
            with path.open("r+b") as whole:  # now, or a full disk would kill the process later
                os.posix_fallocate(whole.fileno(), 0, path.stat().st_size)
        return file

    def merge(self, new: Iterable[tuple[ImageId, Bytes]] = (), at_most: int = 0) -> None:
        """Bring file, parts and new copies together in one file, in the order of the ids.

        Args:
            new: Image and copy each, in the order of the ids.
            at_most: How many new ones there may be.

        Raises:
            WorkspaceError: The disk is full or read-only.
        """
        parts = self._indexes()
        pieces = self._pieces(parts)
        at_most += sum(len(ids) for ids, _ in pieces)
        merged = heapq.merge(*_streams(pieces), new, key=lambda pair: pair[0])
        del pieces  # only what reads them holds them open now
        self.save(_once(merged), at_most)
        del merged
        for index in parts:
            _remove(index)
            with contextlib.suppress(PermissionError):  # without its index it is no part any more
                _remove(_pixels_of(index))

    @contextmanager
    def adding(self) -> "Iterator[Part]":
        """A part for copies in any order; it counts once it is closed, also after a stop.

        Raises:
            WorkspaceError: The disk is full or read-only.
        """
        index = self._index.with_name(f"{self.size}-{token_hex(8)}.json")
        aside = index.with_name(f"{TEMPORARY}{index.stem}.u8")
        with _saying_why():
            aside.parent.mkdir(parents=True, exist_ok=True)
            file = aside.open("wb")
        part = Part(file, set(self.ids()))
        try:
            try:
                yield part
            finally:
                with _saying_why(), file:
                    file.flush()
                    os.fsync(file.fileno())
                if part.ids:
                    with _saying_why():
                        patiently(lambda: aside.replace(_pixels_of(index)))
                    write_json(index, {"ids": part.ids, "size": self.size})
        finally:
            aside.unlink(missing_ok=True)

    def _pieces(self, parts: list[Path] | None = None) -> "list[_Piece]":
        return [self._read(), *map(self._part, self._indexes() if parts is None else parts)]

    def _read(self) -> "_Piece":
        index = read_json(self._index)
        if index is None or index.get("size") != self.size:
            return (), None
        try:
            file = self._pixels.with_name(Path(str(index.get("file", self._pixels.name))).name)
            pixels = np.load(file, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, json.JSONDecodeError):
            return (), None
        ids = tuple(ImageId(image) for image in index.get("ids", ()))
        fits = pixels.ndim == 4 and pixels.shape[1:] == (self.size, self.size, 3)
        if not fits or pixels.dtype != np.uint8 or len(pixels) < len(ids):
            return (), None
        return ids, pixels[: len(ids)]

    def _indexes(self) -> list[Path]:
        return sorted(self._index.parent.glob(f"{self.size}-*.json"))

    def _part(self, index: Path) -> "_Piece":
        ids = tuple(map(ImageId, (read_json(index) or {}).get("ids", ())))
        pixels, shape = _pixels_of(index), (len(ids), self.size, self.size, 3)
        if not ids or not pixels.exists() or pixels.stat().st_size != np.prod(shape):
            return (), None
        return ids, np.memmap(pixels, np.uint8, "r", shape=shape)


_Piece = tuple[tuple[ImageId, ...], Bytes | None]


class Part:
    """Copies in the order in which they came, on disk.

    Args:
        file: Where they go; empty.
        held: Images that have a copy already.
    """

    def __init__(self, file: BinaryIO, held: set[ImageId]) -> None:
        self._file = file
        self._held = held
        self.ids: list[ImageId] = []

    def add(self, image: ImageId, copy: Bytes) -> None:
        """Keep the (size, size, 3) copy of an image that has none yet.

        Raises:
            WorkspaceError: The disk is full.
        """
        if image in self._held:
            return
        with _saying_why():
            self._file.write(copy.tobytes())
        self.ids.append(image)


def _pixels_of(index: Path) -> Path:
    return index.with_suffix(".u8")


def _remove(path: Path) -> None:
    patiently(lambda: path.unlink(missing_ok=True))


def _streams(pieces: "list[_Piece]") -> "list[Iterator[tuple[ImageId, Bytes]]]":
    return [_in_order(ids, rows) for ids, rows in pieces if rows is not None]


def _in_order(ids: tuple[ImageId, ...], rows: Bytes) -> Iterator[tuple[ImageId, Bytes]]:
    return ((ids[row], rows[row]) for row in sorted(range(len(ids)), key=ids.__getitem__))


def _once(pairs: Iterable[tuple[ImageId, Bytes]]) -> Iterator[tuple[ImageId, Bytes]]:
    """The copies without what comes again; the same image stands side by side."""
    return (next(same) for _, same in groupby(pairs, key=lambda pair: pair[0]))


@contextmanager
def _saying_why() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WorkspaceError(f"the training cache could not be written: {reason(error)}") from error
