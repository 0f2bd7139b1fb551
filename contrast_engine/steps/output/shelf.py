"""Columns of numbers that wait in a file while a table of very many rows is written."""

import tempfile
import weakref
from pathlib import Path
from threading import Lock
from typing import BinaryIO, cast

import numpy as np

from contrast_engine.arrays import Floats


class Shelf:
    """Columns of equal length, of which only the rows that are asked for are in memory.

    They lie in a file without a name, which is gone with the shelf or the program.

    Args:
        folder: Where the file is to be; where none can be made, among temporary files.
        count: Rows of a column.
    """

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        self._count = count
        self._file: BinaryIO | None = None
        self._places: dict[str, int] = {}
        self._held: dict[str, Floats] = {}
        self._guard = Lock()

    def __contains__(self, name: object) -> bool:
        return name in self._places or name in self._held

    def put(self, name: str, values: Floats) -> None:
        """Lay a column on it; a disk that is full leaves it in memory."""
        with self._guard:
            place = len(self._places)
            try:
                if self._file is None:
                    self._file = _made(self._folder)
                    weakref.finalize(self, self._file.close)
                self._file.seek(8 * self._count * place)
                self._file.write(np.ascontiguousarray(values, dtype=np.float64).data)
                self._file.flush()
                self._places[name] = place
            except OSError:
                self._held[name] = values

    def rows(self, name: str, start: int, stop: int) -> Floats:
        """A column that lies on it, from one row to before another."""
        if name in self._held:
            held: Floats = self._held[name][start:stop]
            return held
        assert self._file is not None
        with self._guard:
            self._file.seek(8 * (self._count * self._places[name] + start))
            read = self._file.read(8 * (stop - start))
        return np.frombuffer(read, dtype=np.float64)


def _made(folder: Path) -> BinaryIO:
    try:
        return cast("BinaryIO", tempfile.TemporaryFile(dir=folder))
    except OSError:
        return cast("BinaryIO", tempfile.TemporaryFile())
