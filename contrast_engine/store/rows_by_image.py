"""Something about every image of many, made one at a time when it is asked for."""

from collections.abc import Callable, ItemsView, Iterator, Mapping, ValuesView
from typing import TypeVar

from contrast_engine.imageset import ImageId, ImageIds

Value = TypeVar("Value")


class RowsByImage(Mapping[ImageId, Value]):
    """A mapping from images to what a function makes of their place; it equals a dict.

    Args:
        ids: The images, in order.
        make: What stands at a place in that order.
    """

    def __init__(self, ids: ImageIds, make: Callable[[int], Value]) -> None:
        self.ids = ids
        self._make = make

    def __getitem__(self, image: ImageId) -> Value:
        place = self.ids.place(image)
        if place < 0:
            raise KeyError(image)
        return self._make(place)

    def __contains__(self, image: object) -> bool:
        return image in self.ids

    def __iter__(self) -> Iterator[ImageId]:
        return iter(self.ids)

    def __len__(self) -> int:
        return len(self.ids)

    def items(self) -> ItemsView[ImageId, Value]:
        """Image and what is said of it, in order."""
        return _Items(self)

    def values(self) -> ValuesView[Value]:
        """What is said of each image, in order."""
        return _Values(self)

    def each(self) -> Iterator[Value]:
        """What is said of each image, one after the other."""
        return map(self._make, range(len(self.ids)))

    def __repr__(self) -> str:
        return f"<rows of {len(self):,} images>"


class _Items(ItemsView[ImageId, Value]):
    _mapping: RowsByImage[Value]

    def __iter__(self) -> Iterator[tuple[ImageId, Value]]:
        return zip(self._mapping.ids, self._mapping.each(), strict=True)


class _Values(ValuesView[Value]):
    _mapping: RowsByImage[Value]

    def __iter__(self) -> Iterator[Value]:
        return self._mapping.each()
