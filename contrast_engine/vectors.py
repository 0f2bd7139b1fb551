"""Numbers about images: one row per image, one named column per feature."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.errors import UnknownName
from contrast_engine.imageset import ImageId as ImageId
from contrast_engine.imageset import ImageSet, Numbers, numbered
from contrast_engine.several import several

RENAMED_FEATURES = {"blur": "sharpness"}
"""What some features were called before, in stored tables, addresses and scripts: now what."""


def present_name(name: str) -> str:
    """The name a feature has now, also behind a prefix as in "feature.blur"; others stay."""
    prefix, dot, last = name.rpartition(".")
    return f"{prefix}{dot}{RENAMED_FEATURES.get(last, last)}"


@dataclass(frozen=True, eq=False)
class Vectors:
    """A table of finite numbers, rows named by image id.

    Args:
        ids: One id per row, each once.
        values: (n, d) float64, finite; made read-only.
        columns: d names.
    """

    ids: tuple[ImageId, ...]
    values: Floats
    columns: tuple[str, ...]

    def __post_init__(self) -> None:
        values = np.array(self.values, dtype=np.float64, ndmin=2)
        if not self.ids:
            values = values.reshape(0, len(self.columns))
        if values.shape != (len(self.ids), len(self.columns)):
            raise ValueError(
                f"{len(self.ids)} ids and {len(self.columns)} columns do not fit {values.shape}"
            )
        if len(set(self.ids)) != len(self.ids):
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
    def rows(self) -> dict[ImageId, int]:
        """Row number of each id."""
        return {image: row for row, image in enumerate(self.ids)}

    @cached_property
    def numbers(self) -> Numbers:
        """The ids as numbers, in the order of the rows."""
        return numbered(self.ids)

    @cached_property
    def images(self) -> ImageSet:
        """All the images."""
        return ImageSet(self.numbers)

    @cached_property
    def _order(self) -> Ints:
        """The row of each image of `images`."""
        return np.argsort(self.numbers)

    def places(self, images: ImageSet) -> Ints:
        """The row number of each of some images, -1 for those without a row."""
        found = self.images.rows_in(images.numbers)
        return np.where(found >= 0, self._order[found], -1) if len(self) else found

    def rows_of(self, ids: Iterable[ImageId]) -> Ints:
        """The row numbers of those of some images that have a row, in the order given."""
        ids = several(ids, "ids")
        if isinstance(ids, ImageSet):
            found = self.places(ids)
            return found[found >= 0]
        return np.array([self.rows[image] for image in ids if image in self.rows], dtype=np.int64)

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
        if name not in self.columns:
            name = present_name(name)
        if name not in self.columns:
            raise UnknownName(f"no column {name!r}; there are: {', '.join(self.columns)}")
        column: Floats = self.values[:, self.columns.index(name)]
        return column

    def select(self, columns: Sequence[str]) -> "Vectors":
        """The named columns, in the order given."""
        columns = several(columns, "columns")
        return Vectors(self.ids, np.column_stack([self.column(c) for c in columns]), tuple(columns))

    def take(self, ids: Iterable[ImageId]) -> "Vectors":
        """The rows of `ids`, in the order given.

        Raises:
            UnknownName: An id has no row here.
        """
        wanted = tuple(several(ids, "ids"))
        missing = [image for image in wanted if image not in self.rows]
        if missing:
            raise UnknownName(f"no row for image {missing[0]} ({len(missing)} missing)")
        return Vectors(wanted, self.values[[self.rows[i] for i in wanted]], self.columns)

    def row(self, image: ImageId) -> dict[str, float]:
        """One image's values by column name."""
        values = self.take([image]).values[0]
        return dict(zip(self.columns, map(float, values), strict=True))
