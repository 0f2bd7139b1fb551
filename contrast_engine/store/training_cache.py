"""Small uint8 copies of all pictures in memory-mapped files, so that training never decodes."""

import contextlib
import heapq
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any

import numpy as np

from contrast_engine.arrays import Bools, Bytes
from contrast_engine.errors import WorkspaceError
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.store import atomic_files
from contrast_engine.store.atomic_files import (
    TEMPORARY,
    flush_folder,
    patiently,
    write_json,
)
from contrast_engine.store.copies_in_pieces import CopiesInPieces
from contrast_engine.store.copies_part import Part, saying_why
from contrast_engine.store.copy_pieces import CopyPieces, once, pixels_of, streams
from contrast_engine.store.held_files import Held, is_held
from contrast_engine.store.leftovers import ALIVE, OLD
from contrast_engine.vectors import ImageId

_MOST_PARTS = 16
"""More parts are joined: each is two more files to open."""

_SHARE = 4
"""Parts that are more than one part in so many of the file go into it (own choice)."""


class TrainingCache:
    """The training copies of one size: `cache/<size>.npy` and which image each row is.

    What is added lies beside it in parts, `cache/<size>-*.u8`, until they are many: ten new images
    among 100,000 are ten copies to write, and training reads through an index over the pieces.
    Everything in it can be made again from the images, so the folder may be deleted.

    Args:
        root: The workspace folder.
        size: Side of the copies in pixels.
    """

    def __init__(self, root: Path, size: int) -> None:
        self.size = size
        self._pieces = CopyPieces(root / "cache", size)
        self._pixels, self._index = self._pieces.pixels, self._pieces.index

    def ids(self) -> tuple[ImageId, ...]:
        """The images it holds, those in parts last; what is not whole is not there."""
        return tuple(dict.fromkeys(image for names, _ in self._pieces.read() for image in names))

    def held(self, names: Sequence[ImageId]) -> Bools:
        """For each of some images whether it has a copy here that is whole."""
        found = np.zeros(len(names), dtype=np.bool_)
        for piece, _ in self._pieces.read():
            found |= piece.rows(names) >= 0
        return found

    @property
    def is_scattered(self) -> bool:
        """True if some of it lies in parts."""
        return bool(self._pieces.parts())

    def open(self, ids: Iterable[ImageId]) -> Bytes:
        """The copies of some images, (n, size, size, 3) uint8 sRGB.

        Memory-mapped where they are exactly what the file holds.

        Raises:
            WorkspaceError: One of them is not there.
        """
        found = self.view(ids)
        return found[:] if isinstance(found, CopiesInPieces) else found

    def view(self, ids: Iterable[ImageId]) -> "Bytes | CopiesInPieces":
        """The copies of some images, which are read when they are asked for.

        Raises:
            WorkspaceError: One of them is not there.
        """
        wanted = ids if isinstance(ids, ImageIds | ImageSet) else tuple(ids)
        if not wanted:
            return np.zeros((0, self.size, self.size, 3), dtype=np.uint8)
        files: list[Bytes] = []
        which, rows = np.full(len(wanted), -1), np.full(len(wanted), -1)
        for names, pixels in self._pieces.read():
            if pixels is not None:
                found = names.rows(wanted)
                which[found >= 0], rows[found >= 0] = len(files), found[found >= 0]
                files.append(pixels)
        missing = int((which < 0).sum())
        if missing:
            raise WorkspaceError(
                f"the training cache lacks {missing:,} images; make it again by training"
            )
        if len(files) == 1 and np.array_equal(rows, np.arange(len(files[0]))):
            return files[0]
        return CopiesInPieces(files, which, rows)

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
        aside = self._pixels.with_name(f"{TEMPORARY}{self.size}-{token_hex(8)}.npy")
        alive = self._sign_of_life(aside)
        try:
            with saying_why():
                file = self._room(aside, at_most)
            copy: Bytes | None = None
            for row, (image, copy) in enumerate(copies):
                file[row] = copy
                names.append(image)
            with saying_why():
                file.flush()
                del file, copy  # which may be a part of the old file, and hold it open
                _remove(self._index)
                pixels = self._put_in_place(aside)
                flush_folder(self._pixels.parent)
        finally:
            with contextlib.suppress(PermissionError):  # open still, where the above failed
                aside.unlink(missing_ok=True)
            alive.close()
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
        parts = self._pieces.parts()
        pieces = self._pieces.read(parts)
        at_most += sum(len(ids) for ids, _ in pieces)
        merged = heapq.merge(*streams(pieces), new, key=_first)
        del pieces  # only what reads them holds them open now
        self.save(once(merged), at_most)
        del merged
        self._remove_parts(parts)

    def _remove_parts(self, indexes: list[Path]) -> None:
        for index in indexes:
            _remove(index)
            with contextlib.suppress(PermissionError):  # without its index it is no part any more
                _remove(pixels_of(index))

    @contextmanager
    def adding(self, *, is_joined: bool = False) -> Iterator[Part]:
        """A part for copies in any order; it counts once it is closed, also after a stop.

        Args:
            is_joined: True for copies that are there, in parts which this one replaces.

        Raises:
            WorkspaceError: The disk is full or read-only.
        """
        index = self._index.with_name(f"{self.size}-{token_hex(8)}.json")
        aside = index.with_name(f"{TEMPORARY}{index.stem}.u8")
        self.remove_half_written()
        alive = self._sign_of_life(aside)
        with saying_why():
            file = aside.open("wb")
        held = () if is_joined else tuple(names for names, _ in self._pieces.read())
        part = Part(file, held)
        try:
            try:
                yield part
            finally:
                with saying_why(), file:
                    file.flush()
                    os.fsync(file.fileno())
                if part.ids:
                    with saying_why():
                        patiently(lambda: aside.replace(pixels_of(index)))
                    write_json(index, {"ids": part.ids, "size": self.size})
        finally:
            aside.unlink(missing_ok=True)
            alive.close()

    def tidy(self) -> None:
        """Join the parts where they are many: with the file, where they are no small share of it.

        Raises:
            WorkspaceError: The disk is full or read-only.
        """
        parts = self._pieces.parts()
        pieces = self._pieces.read(parts)
        added = sum(len(ids) for ids, _ in pieces[1:])
        if added and added * _SHARE >= len(pieces[0][0]):
            del pieces
            self.merge()
        elif len(parts) > _MOST_PARTS:
            with self.adding(is_joined=True) as whole:
                for image, copy in once(heapq.merge(*streams(pieces[1:]), key=_first)):
                    whole.add(image, copy)
            del pieces
            self._remove_parts(parts)

    def remove_half_written(self) -> None:
        """Remove what killed processes were writing; files of living ones stay."""
        found = self._pixels.parent.glob(f"{TEMPORARY}{self.size}-*")
        for path in sorted(found, key=lambda one: one.suffix == ALIVE):  # signs of life last
            with contextlib.suppress(OSError):
                alive = path.with_suffix(ALIVE)
                # versions of before left no sign of life: time says it
                is_old = time.time() - path.stat().st_mtime > OLD
                if not is_held(alive) if alive.exists() else is_old:
                    path.unlink()

    def _sign_of_life(self, aside: Path) -> Held:
        """What says that a half-written file is being written, as long as this process lives."""
        with saying_why():
            aside.parent.mkdir(parents=True, exist_ok=True)
            return Held(aside.with_suffix(ALIVE))


def _remove(path: Path) -> None:
    patiently(lambda: path.unlink(missing_ok=True))


def _first(pair: tuple[ImageId, Bytes]) -> ImageId:
    return pair[0]
