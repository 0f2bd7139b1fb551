"""Ids of images as numbers, in order or as a set: as quick with a million as with ten."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from hashlib import blake2b
from typing import SupportsIndex, overload
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Ints
from contrast_engine.errors import OptionError
from contrast_engine.image_id import ImageId as ImageId

Numbers = npt.NDArray[np.uint64]
"""Ids as numbers: 16 hex digits are 64 bits. They sort as the text does."""


MANY = 2**14
"""Ids of a set that was sorted from which it is looked whether somebody has it (own choice)."""

_held: "WeakValueDictionary[int, Numbers]" = WeakValueDictionary()
_holding = threading.Lock()


def held_once(numbers: Numbers) -> Numbers:
    """Numbers equal to these that somebody holds already; else these, not to be written to.

    Tables of the same images so hold their ids once.
    """
    if not len(numbers):
        return numbers
    ends = numbers[[0, len(numbers) // 2, -1]]
    with _holding:
        for other in list(_held.values()):
            is_other = len(other) != len(numbers) or (other[[0, len(other) // 2, -1]] != ends).any()
            if not is_other and np.array_equal(other, numbers):
                return other
        if numbers.base is not None:
            numbers = numbers.copy()  # a part must not keep the whole, nor be written to by it
        numbers.flags.writeable = False
        _held[id(numbers)] = numbers
    return numbers


class ImageSet(Sequence[ImageId]):
    """Some images, each once, in the order of their ids.

    It behaves as a tuple of ids; what is done with all of them at once is done with numbers.

    Args:
        numbers: Their ids as numbers, in any order.
    """

    def __init__(self, numbers: Numbers) -> None:
        if not _is_rising(numbers):
            numbers = np.sort(numbers)
            numbers = numbers[np.append(True, numbers[1:] != numbers[:-1])]  # np.unique is slow
            numbers = held_once(numbers) if len(numbers) >= MANY else numbers
        self.numbers: Numbers = numbers

    @classmethod
    def of(cls, ids: Iterable[ImageId]) -> "ImageSet":
        """The set of these images.

        Raises:
            OptionError: Something is not an id.
        """
        if isinstance(ids, ImageIds):
            return ids.images
        return ids if isinstance(ids, ImageSet) else cls(numbered(list(ids)))

    @classmethod
    def unpacked(cls, packed: bytes) -> "ImageSet":
        """The set that `packed` was taken from."""
        return cls(np.frombuffer(packed, ">u8").astype(np.uint64))

    @cached_property
    def packed(self) -> bytes:
        """The ids as 8 bytes each, in order."""
        return self.numbers.astype(">u8").tobytes()

    @cached_property
    def key(self) -> str:
        """16 hex digits that name these images: the same images have the same key."""
        return blake2b(self.packed, digest_size=8).hexdigest()

    def rows_in(self, order: Numbers) -> Ints:
        """The place in this set of each of some numbers, -1 for those that are not in it."""
        if not len(self):
            return np.full(len(order), -1)
        places = np.minimum(np.searchsorted(self.numbers, order), len(self) - 1)
        return np.where(self.numbers[places] == order, places, -1)

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, at: int) -> ImageId: ...
    @overload
    def __getitem__(self, at: slice) -> "ImageSet": ...
    def __getitem__(self, at: int | slice) -> "ImageId | ImageSet":
        if isinstance(at, slice):
            return ImageSet(self.numbers[at])
        return ImageId(f"{int(self.numbers[at]):016x}")

    def __iter__(self) -> Iterator[ImageId]:
        text = self.packed.hex()
        return (ImageId(text[at : at + 16]) for at in range(0, len(text), 16))

    def place(self, image: object) -> int:
        """The place of one image in the order of the ids, -1 where it is not in it."""
        try:
            wanted = np.uint64(_number(str(image)))
        except ValueError:
            return -1
        place = int(np.searchsorted(self.numbers, wanted))
        return place if place < len(self) and self.numbers[place] == wanted else -1

    def __contains__(self, image: object) -> bool:
        return self.place(image) >= 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ImageSet) and np.array_equal(self.numbers, other.numbers)

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"<{len(self):,} images>"

    def __or__(self, other: "ImageSet") -> "ImageSet":
        return ImageSet(np.concatenate([self.numbers, (other - self).numbers]))

    def __and__(self, other: "ImageSet") -> "ImageSet":
        return ImageSet(self.numbers[other.rows_in(self.numbers) >= 0])

    def __sub__(self, other: "ImageSet") -> "ImageSet":
        return ImageSet(self.numbers[other.rows_in(self.numbers) < 0])


class ImageIds(Sequence[ImageId]):
    """The ids of some rows, each once, in the order of the rows.

    It behaves as a tuple of ids and equals one; 8 bytes are kept for each, and the text of one is
    made when it is asked for.

    Args:
        numbers: The ids as numbers, in the order of the rows; kept as they are.
    """

    def __init__(self, numbers: Numbers) -> None:
        self.numbers: Numbers = numbers

    @classmethod
    def of(cls, ids: Iterable[ImageId]) -> "ImageIds":
        """The ids in the order given.

        Raises:
            OptionError: Something is not an id.
        """
        if isinstance(ids, ImageIds):
            return ids
        return cls(ids.numbers if isinstance(ids, ImageSet) else numbered(list(ids)))

    @cached_property
    def images(self) -> ImageSet:
        """All of them as a set."""
        return ImageSet(self.numbers)

    @property
    def _is_in_order(self) -> bool:
        """True if the rows go by the ids, so that a place in the set is a row."""
        return self.images.numbers is self.numbers

    @property
    def order(self) -> Ints:
        """The rows in the order of the ids."""
        return np.arange(len(self)) if self._is_in_order else self._order

    @cached_property
    def _order(self) -> Ints:
        """The row of each image of `images`."""
        return np.argsort(self.numbers)

    @property
    def packed(self) -> bytes:
        """The ids as 8 bytes each, in the order of the rows."""
        return self.numbers.astype(">u8").tobytes()

    @property
    def has_twice(self) -> bool:
        """True if an id stands in it twice."""
        return len(self.images) != len(self)

    def places(self, images: "ImageSet | ImageIds") -> Ints:
        """The row of each of some images, in their order, -1 for those that have none."""
        if np.array_equal(self.numbers, images.numbers):
            return np.arange(len(self))
        found = self.images.rows_in(images.numbers)
        if self._is_in_order or not len(self):
            return found
        return np.where(found >= 0, self._order[found], -1)

    def among(self, images: ImageSet) -> "ImageIds":
        """Those of them that are among some images, in their order."""
        return ImageIds(self.numbers[images.rows_in(self.numbers) >= 0])

    def place(self, image: ImageId) -> int:
        """The row of one image, -1 where it has none."""
        row = self.images.place(image)
        return int(self._order[row]) if row >= 0 and not self._is_in_order else row

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, at: SupportsIndex) -> ImageId: ...
    @overload
    def __getitem__(self, at: slice) -> "ImageIds": ...
    def __getitem__(self, at: SupportsIndex | slice) -> "ImageId | ImageIds":
        if isinstance(at, slice):
            return ImageIds(self.numbers[at])
        return ImageId(f"{int(self.numbers[at]):016x}")

    def __iter__(self) -> Iterator[ImageId]:
        text = self.packed.hex()
        return (ImageId(text[at : at + 16]) for at in range(0, len(text), 16))

    def __contains__(self, image: object) -> bool:
        return isinstance(image, str) and self.place(ImageId(image)) >= 0

    def __eq__(self, other: object) -> bool:
        if isinstance(other, ImageIds):
            return np.array_equal(self.numbers, other.numbers)
        return isinstance(other, tuple) and tuple(self) == other

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __add__(self, more: "ImageIds") -> "ImageIds":
        return ImageIds(np.concatenate([self.numbers, more.numbers]))

    def __repr__(self) -> str:
        return f"<{len(self):,} ids>"


def numbered(ids: Sequence[ImageId]) -> Numbers:
    """Ids as numbers, in their order.

    Raises:
        OptionError: Something is not an id.
    """
    text = "".join(ids)
    try:
        if len(text) == 16 * len(ids) and text == text.lower():
            data = bytes.fromhex(text)
            if 2 * len(data) == len(text):  # no blanks between the digits
                return np.frombuffer(data, ">u8").astype(np.uint64)
    except (ValueError, TypeError):
        pass
    wrong = next((one for one in ids if not _is_id(one)), text)
    raise OptionError(f"{wrong!r} is no image id; an id is 16 hex digits")


def _number(text: str) -> int:
    if not _is_id(text):
        raise ValueError(text)
    return int(text, 16)


def _is_rising(numbers: Numbers) -> bool:
    return bool((numbers[1:] > numbers[:-1]).all())


def _is_id(text: str) -> bool:
    return len(text) == 16 and not set(text) - set("0123456789abcdef")
