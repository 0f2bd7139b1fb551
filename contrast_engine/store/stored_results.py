"""Results on the disk, each column read when it is asked for."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints
from contrast_engine.errors import UnknownName
from contrast_engine.imageset import ImageId, ImageIds, Numbers, held_once
from contrast_engine.results import Clustering, NearestImages, Predictions
from contrast_engine.store import parquet
from contrast_engine.store.atomic_files import stamp
from contrast_engine.store.table_parts import DamagedPartError, PartFile
from contrast_engine.vectors import Vectors, present_name

T = TypeVar("T")

PROBABILITY = "probability:"

MOST_HELD = 32 * 2**20
"""Bytes of columns that a table goes on to hold: four of a million rows (own choice)."""

MANY = 50_000
"""Rows from which what reading a column took is given back at once."""


class Columns:
    """The columns of a table in parts; nothing is read before it is asked for.

    Args:
        key: Of the result, for what is said of it.
        parts: Its files, in the order of their rows.
        is_by_id: Whether the rows go by the ids of the images, whatever part they are in.
    """

    def __init__(self, key: str, parts: Sequence[PartFile], *, is_by_id: bool) -> None:
        self.key = key
        self.parts = parts
        self._is_by_id = is_by_id and len(parts) > 1  # a part alone is in order

    def __len__(self) -> int:
        return sum(file.part.rows for file in self.parts)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the columns after the first, which holds the ids."""
        return self._read(lambda: self.parts[0].names[1:])

    @cached_property
    def ids(self) -> ImageIds:
        """The images, in the order of the rows."""
        if self._order is None:
            return ImageIds(self._unordered)
        return ImageIds(self._unordered[self._order])

    def column(self, number: int) -> "np.ndarray[tuple[int], np.dtype[np.generic]]":
        """One column after the ids, by its place; it cannot be written to.

        Raises:
            UnknownName: What it lies in is damaged or gone.
        """
        found = self._finite(self._read(lambda: self._joined(number)))
        found = found if self._order is None else found[self._order]
        found.flags.writeable = False
        return found

    def at(self, number: int, rows: Ints) -> Floats:
        """One column of numbers at some rows; only the parts are read that hold one of them.

        Raises:
            UnknownName: What it lies in is damaged or gone.
        """
        if len(self.parts) == 1:
            return self.column(number)[rows]  # type: ignore[return-value]
        where = np.where(rows < 0, rows + len(self), rows)
        where = where if self._order is None else self._order[where]
        found = np.empty(len(where), dtype=np.float64)
        for file, start in zip(self.parts, self._starts, strict=True):
            mine = (where >= start) & (where < start + file.part.rows)
            if mine.any():
                read = self._read(partial(_values_of, file, number + 1))
                found[mine] = self._finite(read)[where[mine] - start]
        return found

    def apart_from(self, other: "Columns") -> Ints:
        """The rows that lie in no part of another table."""
        shared = {file.path for file in other.parts}  # a file is never changed
        apart = np.concatenate([
            np.full(file.part.rows, file.path not in shared) for file in self.parts
        ])  # fmt: skip
        return np.flatnonzero(apart if self._order is None else apart[self._order])

    @property
    def _starts(self) -> list[int]:
        """The first row of each part, in the order of the files."""
        rows = [file.part.rows for file in self.parts]
        return [sum(rows[:at]) for at in range(len(rows))]

    def _finite(
        self, found: "np.ndarray[tuple[int], np.dtype[np.generic]]"
    ) -> "np.ndarray[tuple[int], np.dtype[np.generic]]":
        if found.dtype == np.float64 and not np.isfinite(found).all():
            raise UnknownName(f"result {self.key} is damaged (a number in it is none); "
                              "run the step again")  # fmt: skip
        return found

    @cached_property
    def _unordered(self) -> Numbers:
        def read() -> Numbers:
            read = [_ids_of(file) for file in self.parts]
            return read[0] if len(read) == 1 else np.concatenate(read)

        return self._read(read)

    @cached_property
    def _order(self) -> Ints | None:
        """The order of the rows, None where it is that of the files."""
        return np.argsort(self._unordered, kind="stable") if self._is_by_id else None

    def _joined(self, number: int) -> "np.ndarray[tuple[int], np.dtype[np.generic]]":
        read = [parquet.values_of(file.column(number + 1)) for file in self.parts]
        return read[0] if len(read) == 1 else np.concatenate(read)

    def _read(self, read: Callable[[], T]) -> T:
        try:
            found = read()
            if len(self) > MANY:
                parquet.give_back_memory()
            return found
        except (OSError, ValueError, DamagedPartError) as error:
            raise UnknownName(
                f"result {self.key} is damaged ({error}); run the step again"
            ) from error


_ids_in_use: "WeakValueDictionary[tuple[object, ...], Numbers]" = WeakValueDictionary()


def _values_of(file: PartFile, number: int) -> "np.ndarray[tuple[int], np.dtype[np.generic]]":
    return parquet.values_of(file.column(number))  # type: ignore[no-any-return]


def _ids_of(file: PartFile) -> Numbers:
    """The ids in a part; those of one that grown tables share are read once."""
    mark = (file.path, stamp(file.path), file.part)
    found = _ids_in_use.get(mark)
    if found is None:
        found = held_once(parquet.ids_of(file.column(0)))
        found.flags.writeable = False
        _ids_in_use[mark] = found
    return found


class StoredIds(ImageIds):
    """Ids that are read when they are asked for."""

    def __init__(self, read: Callable[[], Numbers], count: int) -> None:
        self._read = read
        self._count = count

    @cached_property
    def numbers(self) -> Numbers:  # type: ignore[override]
        """The ids as numbers, in their order."""
        return self._read()

    def __len__(self) -> int:
        return self._count


class StoredVectors(Vectors):
    """Vectors on the disk: a column of a million rows is read without the others."""

    def __new__(cls, *given: Any, **fields: Any) -> Any:
        """As `dataclasses.replace` makes some with other values, they are in memory."""
        return Vectors(**fields) if fields else super().__new__(cls)

    def __init__(self, read: Columns, columns: tuple[str, ...]) -> None:
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "_columns", read)
        object.__setattr__(self, "_held", {})

    _columns: Columns
    _held: dict[int, Floats]

    @cached_property
    def ids(self) -> ImageIds:
        """One id per row."""
        return self._columns.ids

    @cached_property
    def values(self) -> Floats:
        """(n, d) all columns; reads those that were not read before."""
        values = np.empty((len(self), len(self.columns)), dtype=np.float64)
        for number in range(len(self.columns)):
            values[:, number] = self._at(number)
            self._held.pop(number, None)
        values.flags.writeable = False
        return values

    def __len__(self) -> int:
        return len(self._columns)

    def column(self, name: str) -> Floats:
        """One column, shape (n,); a feature is also found by the name it had before.

        Raises:
            UnknownName: There is no such column, or it is damaged.
        """
        number = self._number(name)
        if "values" in self.__dict__:
            whole: Floats = self.values[:, number]
            return whole
        found = self._at(number)
        self._hold(number, found)
        return found

    def _hold(self, number: int, column: Floats) -> None:
        """Go on to hold a column, and let those go that were asked for longest ago."""
        self._held.pop(number, None)
        self._held[number] = column
        most = max(1, MOST_HELD // max(column.nbytes, 1))
        for old in list(self._held)[:-most]:
            self._held.pop(old, None)

    def at_rows(self, name: str, rows: Ints, *, is_last: bool = True) -> Floats:
        """One column at some rows; the rest of it is not kept where this is the last of it."""
        if not is_last or "values" in self.__dict__:
            return super().at_rows(name, rows)
        number = self._number(name)
        held = self._held.get(number)
        return self._columns.at(number, rows) if held is None else held[rows]

    def apart_from(self, other: Vectors) -> Ints:
        """The rows that are not, in the same file, rows of another table, too."""
        if isinstance(other, StoredVectors):
            return self._columns.apart_from(other._columns)
        return super().apart_from(other)

    def take(self, ids: Iterable[ImageId]) -> Vectors:
        """The rows of `ids`, in the order given, column by column.

        Raises:
            UnknownName: An id has no row here.
        """
        if "values" in self.__dict__:
            return super().take(ids)
        empty = Vectors(self.ids, np.zeros((len(self), 0)), ()).take(ids)
        rows = self.places(empty.ids)
        values = [self.at_rows(name, rows) for name in self.columns]
        return Vectors(empty.ids, np.column_stack(values) if values else empty.values, self.columns)

    def _at(self, number: int) -> Floats:
        held = self._held.get(number)
        return self._columns.column(number) if held is None else held  # type: ignore[return-value]


class StoredClustering(Clustering):
    """A clustering on the disk."""

    def __new__(cls, *read: Columns, **fields: Any) -> Any:
        """As `dataclasses.replace` makes one with other values, it is one in memory."""
        return Clustering(**fields) if fields else super().__new__(cls)

    def __init__(self, read: Columns) -> None:
        object.__setattr__(self, "_columns", read)

    _columns: Columns

    @cached_property
    def ids(self) -> ImageIds:
        """One id per image."""
        return self._columns.ids

    @cached_property
    def cluster(self) -> Ints:
        """(n,) cluster id."""
        return self._columns.column(0)  # type: ignore[return-value]

    @cached_property
    def distance(self) -> Floats:
        """(n,) distance to the mean of its own cluster."""
        return self._columns.column(1)  # type: ignore[return-value]

    def __len__(self) -> int:
        return len(self._columns)


class StoredPredictions(Predictions):
    """Predictions on the disk."""

    def __new__(cls, *read: Columns, **fields: Any) -> Any:
        """As `dataclasses.replace` makes some with other values, they are in memory."""
        return Predictions(**fields) if fields else super().__new__(cls)

    def __init__(self, read: Columns) -> None:
        object.__setattr__(self, "_columns", read)
        names = tuple(name.removeprefix(PROBABILITY) for name in read.names[1:])
        object.__setattr__(self, "labels", names)

    _columns: Columns

    @cached_property
    def ids(self) -> ImageIds:
        """One id per image."""
        return self._columns.ids

    @cached_property
    def probability(self) -> Floats:
        """(n, k), rows sum to 1."""
        found = np.empty((len(self), len(self.labels)), dtype=np.float64)
        for number in range(len(self.labels)):
            found[:, number] = self._columns.column(number + 1)
        found.flags.writeable = False
        return found

    def at_rows(self, rows: Ints) -> Floats:
        """(m, k) probabilities of some rows, read column by column and not kept."""
        if "probability" in self.__dict__:
            return super().at_rows(rows)
        columns = range(1, len(self.labels) + 1)
        return np.column_stack([self._columns.at(number, rows) for number in columns])

    @cached_property
    def abstains(self) -> Bools:
        """(n,) true where the model does not know enough to be believed."""
        return self._columns.column(0).astype(np.bool_)

    def __len__(self) -> int:
        return len(self._columns)


def stored_result(
    kind: str, type_name: str, read: Columns
) -> Vectors | Clustering | Predictions | NearestImages:
    """A result whose columns are read when they are asked for."""
    if type_name == "Clustering":
        return StoredClustering(read)
    if type_name == "Predictions":
        return StoredPredictions(read)
    if type_name == "NearestImages":  # whoever asks for it asks for all of it
        columns = [read.column(number).astype(np.int64) for number in range(len(read.names))]
        near = np.column_stack(columns) if columns else np.empty((len(read), 0), dtype=np.int64)
        return NearestImages(read.ids, near)
    names = tuple(name.partition(":")[2] for name in read.names)
    if kind == "features":  # a table of before; columns of other kinds are not ours to name
        names = tuple(map(present_name, names))
    return StoredVectors(read, names)


def encoded(result: Vectors | Clustering | Predictions | NearestImages) -> bytes:
    """A table as the bytes of a part."""
    table: dict[str, parquet.Column] = {"id": result.ids}
    if isinstance(result, Vectors):
        # numbered, so that a feature called "id" could not hide the ids
        table |= {f"{i}:{name}": result.column(name) for i, name in enumerate(result.columns)}
    elif isinstance(result, Clustering):
        table |= {"cluster": result.cluster, "distance": result.distance}
    elif isinstance(result, NearestImages):
        table |= {f"nearest {place + 1}": column for place, column in enumerate(result.near.T)}
    else:
        table["abstains"] = result.abstains.view("u1")
        for i, label in enumerate(result.labels):
            table[f"{PROBABILITY}{label}"] = result.probability[:, i]
    return parquet.encode(table)
