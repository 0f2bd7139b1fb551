"""All files of a collection as columns; one row of them is an `ImageFile`."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, overload

import numpy as np

from contrast_engine.arrays import Bools, Ints
from contrast_engine.imageset import ImageId, Numbers, numbered
from contrast_engine.store.image_file import ImageFile
from contrast_engine.store.texts import Coded, Texts


@dataclass(frozen=True, eq=False)
class FileColumns(Sequence[ImageFile]):
    """The files in the order of their locations; a row is made when it is asked for.

    Args:
        locations: Where each is, as the system names it.
        roots: What was asked for that led there.
        ids: Content ids as numbers, 0 where there is none.
        has_id: False where the file could not be read.
        bytes: Sizes.
        mtime_ns: When each was last changed.
        width: Widths in pixels, perhaps as int32: not to be multiplied as they are.
        height: Heights in pixels, in the same way.
        formats: "JPEG", "PNG" ...
        notes: What was special about reading them.
        problems: Why they cannot be used, None where they can.
        may_heal: True where a scan tries again.
        missing: True where the file was not there at the last scan.
        readers: How each was read.
    """

    locations: Texts
    roots: Coded[str]
    ids: Numbers
    has_id: Bools
    bytes: Ints
    mtime_ns: Ints
    width: Ints
    height: Ints
    formats: Coded[str]
    notes: Coded[tuple[str, ...]]
    problems: Coded[str | None]
    may_heal: Bools
    missing: Bools
    readers: Coded[str]

    @classmethod
    def of(cls, files: Iterable[ImageFile]) -> "FileColumns":
        """The columns of some files.

        Raises:
            OptionError: Something is not an id.
        """
        if isinstance(files, FileColumns):
            return files
        rows = sorted(files, key=lambda file: os.fsencode(file.location))

        def whole(name: str) -> Ints:
            return np.array([getattr(row, name) for row in rows], dtype=np.int64)

        return cls(
            Texts.of(os.fsencode(row.location) for row in rows),
            Coded.of(row.root for row in rows),
            numbered([row.id or ImageId("0" * 16) for row in rows]),
            np.array([row.id is not None for row in rows], dtype=np.bool_),
            whole("bytes"),
            whole("mtime_ns"),
            whole("width"),
            whole("height"),
            Coded.of(row.format for row in rows),
            Coded.of(row.notes for row in rows),
            Coded.of(row.problem for row in rows),
            whole("may_heal").astype(np.bool_),
            whole("missing").astype(np.bool_),
            Coded.of(row.reader for row in rows),
        )

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, at: int) -> ImageFile: ...
    @overload
    def __getitem__(self, at: slice) -> "FileColumns": ...
    def __getitem__(self, at: "int | slice") -> "ImageFile | FileColumns":
        if isinstance(at, slice):
            return self.take(np.arange(len(self))[at])
        return ImageFile(
            location=os.fsdecode(self.locations[at]),
            root=self.roots[at],
            id=self.id(at),
            bytes=int(self.bytes[at]),
            mtime_ns=int(self.mtime_ns[at]),
            width=int(self.width[at]),
            height=int(self.height[at]),
            format=self.formats[at],
            notes=self.notes[at],
            problem=self.problems[at],
            may_heal=bool(self.may_heal[at]),
            missing=bool(self.missing[at]),
            reader=self.readers[at],
        )

    def __iter__(self) -> Iterator[ImageFile]:
        return (self[row] for row in range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, tuple | FileColumns) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"<{len(self):,} files>"

    def id(self, row: int) -> ImageId | None:
        """The content id of one file."""
        return ImageId(f"{int(self.ids[row]):016x}") if self.has_id[row] else None

    @property
    def decode(self) -> Bools:
        """True for the files that hold an image and have no problem."""
        return self.has_id & self.problems.are([None])

    def at(self, location: str) -> int:
        """The row of a location, -1 where it has none."""
        try:
            return self.locations.at(os.fsencode(location))
        except UnicodeError:
            return -1

    def within(self, roots: Iterable[str]) -> Bools:
        """True for the files that are one of some places, or lie below one."""
        found = np.zeros(len(self), dtype=np.bool_)
        for root in roots:
            found[self.locations.below(root)] = True
            if (row := self.at(root)) >= 0:
                found[row] = True
        return found

    def hold(self, others: "FileColumns") -> Bools:
        """For each of some other files whether a row of these has its location."""
        found = np.zeros(len(others), dtype=np.bool_)
        if not len(self) or not len(others):
            return found
        if len(self) < len(others):
            places = np.array([others.locations.at(one) for one in self.locations])
            found[places[places >= 0]] = True
        else:
            found[:] = [self.locations.at(one) >= 0 for one in others.locations]
        return found

    def take(self, rows: Ints) -> "FileColumns":
        """Some rows, in the order given."""
        return FileColumns(*(_taken(column, rows) for column in self._columns()))

    def chosen(self, mask: Bools) -> "FileColumns":
        """The rows where a mask is true."""
        return self if bool(mask.all()) else self.take(np.flatnonzero(mask))

    def sorted(self) -> "FileColumns":
        """The rows in the order of their locations."""
        return self if self.locations.are_sorted else self.take(self.locations.order)

    def changed(self, **columns: Any) -> "FileColumns":
        """The same files with other columns of some names."""
        return replace(self, **columns)

    def with_later(self, later: "FileColumns") -> "FileColumns":
        """These rows and later ones, which stand in the place of those of the same location."""
        if not len(later) or not len(self):
            return later if len(later) else self
        both = FileColumns(*map(_beside, self._columns(), later._columns()))
        order = both.locations.order
        return both.take(order[both.locations.take(order).are_last])

    def _columns(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.__dataclass_fields__)


def _taken(column: Any, rows: Ints) -> Any:
    return column[rows] if isinstance(column, np.ndarray) else column.take(rows)


def _beside(column: Any, later: Any) -> Any:
    if isinstance(column, np.ndarray):
        return np.concatenate([column, later])
    return column.beside(later)
