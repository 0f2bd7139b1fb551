"""Columns of a table that is handed out: looked up once, their cells made part by part."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np

from contrast_engine.arrays import Bools, Ints
from contrast_engine.imageset import ImageId, ImageIds, ImageSet
from contrast_engine.steps.output.shelf import Shelf
from contrast_engine.store.collection import Collection
from contrast_engine.vectors import Vectors

Cell = str | float | int | bool | None
Row = tuple[Cell, ...]

PART = 10_000
"""Rows whose cells are in memory at once."""


HELD = 100_000
"""Rows up to which whole columns are in memory while a table is written (own choice)."""


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of some rows of a column.

    Args:
        values: One for each row; what stands where nothing is known does not matter.
        known: False where nothing is known; None where everything is.
    """

    values: Any
    known: Bools | None = None

    @classmethod
    def of(cls, cells: Sequence[Cell]) -> "Cells":
        """The cells of a list, in which None is what is not known."""
        return cls(cells, np.array([cell is not None for cell in cells], dtype=np.bool_))

    def listed(self) -> Sequence[Cell]:
        """The cells one by one, None where nothing is known."""
        is_array = isinstance(self.values, np.ndarray)
        cells: list[Cell] = self.values.tolist() if is_array else list(self.values)
        if self.known is None or self.known.all():
            return cells
        for row in np.flatnonzero(~self.known).tolist():
            cells[row] = None
        return cells


Column = Callable[[int, int], Cells]
"""The cells of a column from one row to before another."""


class LazyRows(Sequence[Row]):
    """The rows of a table, made when they are asked for.

    Args:
        count: How many there are.
        columns: The columns.
    """

    def __init__(self, count: int, columns: Sequence[Column]) -> None:
        self._count = count
        self.columns = columns

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, at: int | slice) -> Row | tuple[Row, ...]:
        if isinstance(at, slice):
            start, stop, step = at.indices(self._count)
            if step != 1:
                return tuple(self[row] for row in range(start, stop, step))
            return tuple(self._made(start, max(start, stop)))
        row = range(self._count)[at]
        return next(self._made(row, row + 1))

    def __iter__(self) -> Iterator[Row]:
        for start in range(0, self._count, PART):
            yield from self._made(start, min(start + PART, self._count))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def parts(self) -> Iterator[list[Cells]]:
        """The cells of all columns, some thousand rows at a time."""
        for start in range(0, self._count, PART):
            yield [column(start, min(start + PART, self._count)) for column in self.columns]

    def cells(self, number: int) -> Iterator[Cell]:
        """The cells of one column, without those of the others."""
        for start in range(0, self._count, PART):
            yield from self.columns[number](start, min(start + PART, self._count)).listed()

    def _made(self, start: int, stop: int) -> Iterator[Row]:
        return zip(*(column(start, stop).listed() for column in self.columns), strict=True)


def by_path(images: Collection) -> ImageIds:
    """The images sorted by their paths as they are shown, and by their ids."""
    if images.files.locations.are_utf8:
        order = np.argsort(images.rows(images.images))  # the files lie in the order of their paths
    else:
        shown = [images.path(image) for image in images.images]
        order = np.array(sorted(range(len(shown)), key=lambda row: shown[row]), dtype=np.int64)
    return ImageIds(images.images.numbers[order])


def some_of(ids: ImageIds, wanted: ImageSet) -> ImageIds:
    """Those of some images that are in a set, in their order."""
    return ImageIds(ids.numbers[wanted.rows_in(ids.numbers) >= 0])


def of_ids(ids: ImageIds) -> Column:
    """The ids themselves."""
    return lambda start, stop: Cells(list(ids[start:stop]))


def of_paths(images: Collection, ids: ImageIds, seen: Callable[[str], str] = str) -> Column:
    """The path of each image.

    Args:
        images: The collection.
        ids: The images.
        seen: What is written of a path.
    """
    rows = images.rows(ids)

    def cells(start: int, stop: int) -> Cells:
        paths = images.files.locations.take(rows[start:stop])
        return Cells([seen(path.decode("utf-8", "backslashreplace")) for path in paths])

    return cells


def of_mapping(ids: ImageIds, values: Mapping[ImageId, Cell]) -> Column:
    """What is known of some of the images."""
    if not values:
        return nothing
    return of_each(ids, values.get)


def of_each(ids: ImageIds, value: Callable[[ImageId], Cell]) -> Column:
    """What a function says of each image."""
    return lambda start, stop: Cells.of([value(image) for image in ids[start:stop]])


def nothing(start: int, stop: int) -> Cells:
    """Nothing is known of any."""
    return Cells([None] * (stop - start), np.zeros(stop - start, dtype=np.bool_))


def of_array(rows: Ints, values: Any) -> Column:
    """What stands at a row of an array for each image.

    Args:
        rows: The row of each image, -1 where it has none.
        values: The array, or a function that reads it.
    """

    def cells(start: int, stop: int) -> Cells:
        part = rows[start:stop]
        known = part >= 0
        whole = values(part) if callable(values) else values[part]
        return Cells(whole, None if known.all() else known)

    return cells


def of_vectors(
    table: Vectors, ids: ImageIds, names: Sequence[str], shelf: Shelf | None = None
) -> list[Column]:
    """Columns of a stored table; each is read when its first cells are asked for.

    Args:
        table: Where they are.
        ids: The images.
        names: The columns.
        shelf: Of very many images, where a column lies once a whole part of it was asked for.
    """
    if not len(table):
        return [nothing for _ in names]
    rows = table.places(ids)

    def one(name: str) -> Column:
        if shelf is not None and len(ids) > HELD:
            return _shelved(table, name, rows, shelf)
        return of_array(rows, lambda part: table.at_rows(name, part, is_last=len(part) < PART))

    return [one(name) for name in names]


def _shelved(table: Vectors, name: str, rows: Ints, shelf: Shelf) -> Column:
    """A column that is read once, and then lies on a shelf in the order of the images."""

    def cells(start: int, stop: int) -> Cells:
        part = rows[start:stop]
        known = part >= 0
        if name not in shelf and stop - start >= PART:
            shelf.put(name, table.at_rows(name, rows))
        is_there = name in shelf
        values = shelf.rows(name, start, stop) if is_there else table.at_rows(name, part)
        return Cells(values, None if known.all() else known)

    return cells


def relative_to(folder: os.PathLike[str]) -> Callable[[str], str]:
    """What a path is as seen from a folder, with slashes."""
    return lambda path: os.path.relpath(path, folder).replace(os.sep, "/")
