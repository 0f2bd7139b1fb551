"""Numbers about images: one row per image, one named column per feature."""

import mmap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.by_image import ByImage
from contrast_engine.errors import OptionError, UnknownName
from contrast_engine.imageset import ImageId as ImageId
from contrast_engine.imageset import ImageIds, ImageSet, Numbers
from contrast_engine.several import several

RENAMED_FEATURES = {"blur": "sharpness"}
"""What some features were called before, in stored tables, addresses and scripts: now what."""


def present_name(name: str) -> str:
    """The name a feature has now, also behind a prefix as in "feature.blur"; others stay."""
    prefix, dot, last = name.rpartition(".")
    return f"{prefix}{dot}{RENAMED_FEATURES.get(last, last)}"


def given_away(values: Floats) -> Floats:
    """An array made read-only for good, so that vectors need no copy of it."""
    part: object = values
    while isinstance(part, np.ndarray):
        part.flags.writeable = False
        part = part.base
    return values


def _is_given_away(values: object) -> bool:
    """Whether nobody can write to an array of numbers, nor to what it is a view of."""
    if type(values) is not np.ndarray or values.dtype != np.float64 or values.ndim != 2:
        return False
    part: object = values
    while isinstance(part, np.ndarray) and not part.flags.writeable:
        part = part.base
    part = part.obj if isinstance(part, memoryview) else part
    return part is None or (isinstance(part, mmap.mmap) and memoryview(part).readonly)


@dataclass(frozen=True, eq=False)
class Vectors:
    """A table of finite numbers, rows named by image id.

    Args:
        ids: One id per row, each once; any sequence of ids, kept as numbers.
        values: (n, d) float64, finite; made read-only, and copied unless it was `given_away`.
        columns: d names.
    """

    ids: ImageIds
    values: Floats
    columns: tuple[str, ...]

    if TYPE_CHECKING:  # any sequence of ids is taken

        def __init__(
            self, ids: Iterable[ImageId], values: Floats, columns: tuple[str, ...]
        ) -> None: ...

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", ImageIds.of(self.ids))
        values = self.values
        if not _is_given_away(values):
            values = np.array(values, dtype=np.float64, ndmin=2)
        if not self.ids:
            values = values.reshape(0, len(self.columns))
        if values.shape != (len(self.ids), len(self.columns)):
            raise ValueError(
                f"{len(self.ids)} ids and {len(self.columns)} columns do not fit {values.shape}"
            )
        if self.ids.has_twice:
            raise ValueError("an id stands twice in these vectors")
        if not np.isfinite(values).all():
            raise ValueError("vectors must be finite")
        values.flags.writeable = False
        object.__setattr__(self, "values", values)

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        names = ", ".join(self.columns[:4]) + (", ..." if len(self.columns) > 4 else "")
        return f"Vectors({len(self):,} images, {len(self.columns):,} columns: {names})"

    @cached_property
    def rows(self) -> Mapping[ImageId, int]:
        """Row number of each id; `places` has those of many at once."""
        return ByImage(self.ids, lambda: range(len(self)), int)

    @property
    def numbers(self) -> Numbers:
        """The ids as numbers, in the order of the rows."""
        return self.ids.numbers

    @property
    def images(self) -> ImageSet:
        """All the images."""
        return self.ids.images

    def places(self, images: ImageSet | ImageIds) -> Ints:
        """The row number of each of some images, -1 for those without a row."""
        return self.ids.places(images)

    def rows_of(self, ids: Iterable[ImageId]) -> Ints:
        """The row numbers of those of some images that have a row, in the order given."""
        found = self._found(several(ids, "ids"))
        return found[found >= 0]

    def _found(self, ids: Iterable[ImageId]) -> Ints:
        """The row of each of some images, -1 also of what is no id at all."""
        ids = ids if isinstance(ids, ImageIds | ImageSet) else tuple(ids)
        try:
            return self.places(ImageIds.of(ids))
        except OptionError:
            return np.array([self.ids.place(image) for image in ids], dtype=np.int64)

    def at(self, rows: Ints) -> ImageSet:
        """The images of some rows, named by their numbers or by a mask."""
        return ImageSet(self.numbers[rows])

    def bits(self, images: ImageSet) -> bytes:
        """One bit for each row, the first the highest of a byte: whether its image is in."""
        return np.packbits(images.rows_in(self.numbers) >= 0).tobytes()

    def column(self, name: str) -> Floats:
        """One column, shape (n,); a feature is also found by the name it had before.

        Raises:
            UnknownName: There is no such column.
        """
        column: Floats = self.values[:, self._number(name)]
        return column

    def at_rows(self, name: str, rows: Ints, *, is_last: bool = True) -> Floats:
        """One column at some rows.

        Args:
            name: The column.
            rows: Which rows; a negative one is counted from the end.
            is_last: Whether the column will not be asked for again soon.
        """
        found: Floats = self.column(name)[rows]
        return found

    def apart_from(self, other: "Vectors") -> Ints:
        """The rows that are not known to be rows of another table, too: all but the same object."""
        return np.arange(0 if self is other else len(self))

    def _number(self, name: str) -> int:
        """The place of a column.

        Raises:
            UnknownName: There is no such column.
        """
        if name not in self.columns:
            name = present_name(name)
        if name not in self.columns:
            raise UnknownName(f"no column {name!r}; there are: {', '.join(self.columns)}")
        return self.columns.index(name)

    def select(self, columns: Sequence[str]) -> "Vectors":
        """The named columns, in the order given."""
        columns = several(columns, "columns")
        return Vectors(self.ids, np.column_stack([self.column(c) for c in columns]), tuple(columns))

    def take(self, ids: Iterable[ImageId]) -> "Vectors":
        """The rows of `ids`, in the order given.

        Raises:
            UnknownName: An id has no row here.
        """
        wanted = several(ids, "ids")
        wanted = wanted if isinstance(wanted, ImageIds | ImageSet) else tuple(wanted)
        rows = self._found(wanted)
        missing = np.flatnonzero(rows < 0)
        if len(missing):
            raise UnknownName(f"no row for image {wanted[missing[0]]} ({len(missing)} missing)")
        return Vectors(wanted, self.values[rows], self.columns)

    def row(self, image: ImageId) -> dict[str, float]:
        """One image's values by column name."""
        row = self.ids.place(image)
        if row < 0:
            raise UnknownName(f"no row for image {image} (1 missing)")
        values = [self.column(name)[row] for name in self.columns]
        return dict(zip(self.columns, map(float, values), strict=True))
