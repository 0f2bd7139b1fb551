"""One value for each of many images, by its id: no text is kept for any of them."""

from collections.abc import Callable, ItemsView, Iterator, Mapping, Sequence, ValuesView
from typing import Any, TypeVar, cast

from contrast_engine.imageset import ImageId, ImageIds

Value = TypeVar("Value")

_FEW = 4096
_SHARE = 32
"""Once more than one in so many images was looked up, a plain dict is quicker, and is made."""


class ByImage(Mapping[ImageId, Value]):
    """A mapping from images to what stands at their row; it is made from nothing but the rows.

    One image is found by its number. Who asks for very many, one by one, gets a dict; who has all
    of them at once asks the rows themselves, without text.

    Args:
        ids: The images, in the order of the rows.
        values: What is at each row, in that order; called when it is needed.
        value: What is at one row.
    """

    def __init__(
        self, ids: ImageIds, values: Callable[[], Sequence[Value]], value: Callable[[int], Value]
    ) -> None:
        self._ids = ids
        self._values = values
        self._value = value
        self._asked = 0
        self._dict: dict[ImageId, Value] | None = None

    def __getitem__(self, image: ImageId) -> Value:
        if self._dict is None:
            row = self._row(image)
            if row is None:
                raise KeyError(image)
            if row >= 0:
                return self._value(row)
        return self._as_dict[image]

    def __contains__(self, image: object) -> bool:
        if self._dict is None:
            row = self._row(image)
            if row is None:
                return False
            if row >= 0:
                return True
        return image in self._as_dict

    def __iter__(self) -> Iterator[ImageId]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def items(self) -> ItemsView[ImageId, Value]:
        """Every image with its value, in the order of the rows."""
        return _Items(self, self.in_order)

    def values(self) -> ValuesView[Value]:
        """Every value, in the order of the rows."""
        return _Values(self, self.in_order)

    def in_order(self) -> Sequence[Value]:
        """The value of each row."""
        return self._values()

    def at(self, ids: ImageIds) -> list[Value | None]:
        """The value of each of some images, None where there is none; no dict is made of all."""
        rows = self._ids.places(ids).tolist()
        return [self._value(row) if row >= 0 else None for row in rows]

    def aligned(self, ids: ImageIds, missing: Value) -> Any:
        """The values as an array in the order of some images; `missing` where there is none."""
        import numpy as np

        rows, values = self._ids.places(ids), np.asarray(self._values())
        found = np.full(len(ids), missing, dtype=values.dtype)
        found[rows >= 0] = values[rows[rows >= 0]]
        return found

    def __repr__(self) -> str:
        return f"<one value for each of {len(self):,} images>"

    def _row(self, image: object) -> int | None:
        """The row of an image, None where it has none, -1 where the dict knows quicker."""
        self._asked += 1
        if self._asked * _SHARE > len(self) + _FEW * (len(self) > _FEW):
            return -1
        row = self._ids.place(cast(ImageId, image)) if isinstance(image, str) else -1
        return None if row < 0 else row

    @property
    def _as_dict(self) -> dict[ImageId, Value]:
        if self._dict is None:
            self._dict = dict(zip(self._ids, self._values(), strict=True))
        return self._dict


class _Items(ItemsView[ImageId, Value]):
    def __init__(
        self, of: Mapping[ImageId, Value], in_order: Callable[[], Sequence[Value]]
    ) -> None:
        super().__init__(of)
        self._ids, self._in_order = of, in_order

    def __iter__(self) -> Iterator[tuple[ImageId, Value]]:
        return zip(self._ids, self._in_order(), strict=True)


class _Values(ValuesView[Value]):
    def __init__(
        self, of: Mapping[ImageId, Value], in_order: Callable[[], Sequence[Value]]
    ) -> None:
        super().__init__(of)
        self._in_order = in_order

    def __iter__(self) -> Iterator[Value]:
        return iter(self._in_order())
