"""Files of a table that are never changed: what is read of one is checked when it is first read.

A part is a Parquet file. Its description holds a CRC-32 of each stretch: of what stands before the
first column, of every column, and of the footer. A column is read, and checked, without the others;
a bit that was flipped anywhere is found when what it lies in is read.
"""

import contextlib
import functools
import os
import sys
import threading
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from contrast_engine.arrays import Json
from contrast_engine.store.atomic_files import read_json, stamp, write_json
from contrast_engine.store.parquet_bounds import MOST_ROWS, check_bounds

FOLDER = "parts"
"""Beside the manifests: the parts that are named by their own hash."""

SMALL = 2**20
"""Files up to this many bytes are checked as a whole as soon as they are met (own choice)."""

_PIECE = 2**22
_END = b"PAR1"

_checked: dict[tuple[str, object], set[int]] = {}
_checking = threading.Lock()


class DamagedPartError(ValueError):
    """A part is not what its description says."""


@dataclass(frozen=True)
class Part:
    """A file that holds some rows of a table.

    Args:
        file: Its name beside the manifest.
        rows: How many rows it has.
        bytes: Its size.
        marks: The CRC-32 of each of its stretches, eight hex digits each, in the order of the file.
        checksum: Of a table of before, which has no marks: the BLAKE2b of all of it.
    """

    file: str
    rows: int
    bytes: int
    marks: str
    checksum: str = ""

    @classmethod
    def of(cls, value: Json) -> "Part":
        """The part that `as_json` describes.

        Raises:
            ValueError: It describes none, or one outside of the folder.
        """
        made = cls(str(value["file"]), value["rows"], value["bytes"], str(value["marks"]))
        name = made.file.removeprefix(f"{FOLDER}/")
        counts = (made.rows, MOST_ROWS), (made.bytes, sys.maxsize)
        is_sized = all(type(count) is int and 0 <= count <= most for count, most in counts)
        if Path(name).name != name or not name.endswith(".parquet") or not is_sized:
            raise ValueError(f"{made.file!r} is no part of a table")
        return made

    def as_json(self) -> Json:
        """Its description, for a manifest."""
        return {name: value for name, value in asdict(self).items() if name != "checksum"}


def described(file: str, data: bytes, rows: int) -> Part:
    """The description of a part that is about to be written."""
    ends = _stretches(_metadata(data), len(data) - 8 - int.from_bytes(data[-8:-4], "little"))
    whole = memoryview(data)
    marks = "".join(f"{zlib.crc32(whole[a:b]):08x}" for a, b in _pairs(ends, len(data)))
    return Part(file, rows, len(data), marks)


class PartFile:
    """A part on the disk; it holds nothing open.

    Args:
        path: Where it lies.
        part: What it must be.
    """

    def __init__(self, path: Path, part: Part) -> None:
        self.path = path
        self.part = part

    def check(self) -> None:
        """Make sure that the size and the footer are right; of a small file, that all of it is.

        Raises:
            DamagedPartError: It is not what it must be, or was found damaged before.
            OSError: It is not there.
        """
        mark = stamp(self.path)
        size = self.path.stat().st_size
        if size != self.part.bytes and not self.part.checksum:
            raise DamagedPartError(f"{self.path.name} has {size} bytes and not {self.part.bytes}")
        found = read_json(self._damage) if self._damage.exists() else None
        if found is not None and found.get("file") == list(mark or ()):
            raise DamagedPartError(f"{self.path.name} is damaged")
        if self.part.checksum:
            if size <= SMALL:
                self._check_all()
            return
        every = range(len(self.part.marks) // 8)
        if size <= SMALL:
            self._check(every)
        else:
            self._check([0, every[-1]])

    @functools.cached_property
    def metadata(self) -> Any:
        """The footer as pyarrow has it.

        Raises:
            DamagedPartError: It is damaged.
        """
        if self.part.checksum:
            self._check_all()
        else:
            self._check([len(self.part.marks) // 8 - 1])
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            found = pq.read_metadata(self.path)
            check_bounds(found)
            return found
        except (pa.ArrowException, OSError, ValueError) as error:
            raise self._damaged(f"its footer cannot be read: {error}") from error

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns."""
        schema = self.metadata.schema
        return tuple(schema.column(at).name for at in range(len(schema)))

    def column(self, number: int) -> Any:
        """One column as pyarrow has it, by its place.

        Raises:
            DamagedPartError: It is damaged.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        metadata = self.metadata
        if not self.part.checksum:
            self._check(self._stretches_of(number))
        try:
            with pq.ParquetFile(self.path, metadata=metadata) as file:
                found = file.reader.read_all(column_indices=[number], use_threads=False).column(0)
        except (pa.ArrowException, OSError) as error:
            raise self._damaged(str(error)) from error
        if len(found) != self.part.rows:
            raise self._damaged(f"it has {len(found)} rows and not {self.part.rows}")
        return found

    def _stretches_of(self, number: int) -> Iterator[int]:
        starts = _starts(self.metadata)
        order = {start: place for place, start in enumerate(sorted(start for start, _ in starts))}
        return (1 + order[start] for start, column in starts if column == number)

    def _check(self, stretches: Any) -> None:
        """Check what was not checked yet in this process of the file as it is now."""
        where = (str(self.path), stamp(self.path))
        with _checking:
            known = _checked.setdefault(where, set())
        new = [at for at in stretches if at not in known]
        if not new:
            return
        with self.path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(size - 8)
            tail = file.read(8)
            footer = size - 8 - int.from_bytes(tail[:4], "little")
            if tail[4:] != _END or footer < 4:
                raise self._damaged("it has no end")
            last = len(self.part.marks) // 8 - 1
            known_places = {0: (0, len(_END)), last: (footer, size)}
            if not known_places.keys() >= set(new):
                known_places = dict(enumerate(_pairs(self._ends(file, footer), size)))
            for at in new:
                start, end = known_places[at]
                if f"{_crc(file, start, end):08x}" != self.part.marks[8 * at : 8 * at + 8]:
                    raise self._damaged("a bit in it has changed")
        known.update(new)

    def _ends(self, file: Any, footer: int) -> list[int]:
        """Where the stretches begin; the footer was checked, or is with them."""
        import pyarrow as pa

        file.seek(footer)
        try:
            ends = _stretches(_metadata(_END + file.read()), footer)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise self._damaged(f"its footer cannot be read: {error}") from error
        if 8 * (len(ends) + 1) != len(self.part.marks):
            raise self._damaged("it has other columns")
        return ends

    def _check_all(self) -> None:
        """Check a table of before, which has one checksum for all of it."""
        where = (str(self.path), stamp(self.path))
        with _checking:
            known = _checked.setdefault(where, set())
        if known:
            return
        digest = blake2b(digest_size=16)
        with self.path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
        if digest.hexdigest() != self.part.checksum:
            raise self._damaged("a bit in it has changed")
        known.add(0)

    @property
    def _damage(self) -> Path:
        """What says that the file was found damaged, so that its result is made again."""
        return self.path.with_suffix(".damaged")

    def _damaged(self, why: str) -> DamagedPartError:
        with contextlib.suppress(Exception):  # a disk that is read-only: each process finds out
            write_json(self._damage, {"file": list(stamp(self.path) or ()), "why": why})
        return DamagedPartError(f"{self.path.name} is damaged: {why}")


def _metadata(data: bytes) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    return pq.read_metadata(pa.BufferReader(data))


def _starts(metadata: Any) -> list[tuple[int, int]]:
    """Where each run of a column begins in the file, and which column it is of."""
    found = []
    for group in range(metadata.num_row_groups):
        rows = metadata.row_group(group)
        for number in range(rows.num_columns):
            run = rows.column(number)
            start = run.data_page_offset
            if run.has_dictionary_page and run.dictionary_page_offset:
                start = min(start, run.dictionary_page_offset)
            found.append((start, number))
    return found


def _stretches(metadata: Any, footer: int) -> list[int]:
    """Where all stretches but the first begin; that is what makes the file a Parquet file."""
    return [len(_END), *sorted(start for start, _ in _starts(metadata))[1:], footer]


def _pairs(starts: list[int], size: int) -> Iterator[tuple[int, int]]:
    return zip([0, *starts], [*starts, size], strict=True)


def _crc(file: Any, start: int, end: int) -> int:
    file.seek(start)
    found, left = 0, end - start
    while left > 0:
        piece = file.read(min(left, _PIECE))
        if not piece:
            break
        found, left = zlib.crc32(piece, found), left - len(piece)
    return found
