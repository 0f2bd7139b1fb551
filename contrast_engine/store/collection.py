"""The images of a workspace: which files were found, what they hold, what is wrong with some."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Bools, Ints
from contrast_engine.errors import UnknownName
from contrast_engine.imageset import ImageId, ImageIds, ImageSet, held_once
from contrast_engine.store.file_columns import FileColumns
from contrast_engine.store.image_file import ImageFile as ImageFile
from contrast_engine.store.image_file import ImageRow as ImageRow
from contrast_engine.store.image_file import Problem as Problem
from contrast_engine.store.image_file import file_name as file_name
from contrast_engine.store.image_file import shown as shown
from contrast_engine.store.rows_by_image import RowsByImage
from contrast_engine.store.spellings import composed, spellings

PLAIN = ("", "1")
"""Readers that agree with the first version."""

Value = TypeVar("Value")

_PLACE = np.int32
"""A table has far fewer than two thousand million rows, and half the bytes are enough."""

_Places = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class _Held:
    """Which files hold each image that decodes.

    Args:
        images: The images.
        rows: The files, image after image: those that are there first, then by path.
        starts: Where the files of each image begin, one more at the end; None where each has one.
        first: The first file of each image by path, there or not.
    """

    images: ImageSet
    rows: _Places
    starts: _Places | None
    first: _Places

    @classmethod
    def of(cls, files: FileColumns) -> "_Held":
        rows = np.flatnonzero(files.decode)
        numbers = files.ids[rows]
        order = np.argsort(numbers)
        found = numbers[order]
        starts = np.flatnonzero(np.append(True, found[1:] != found[:-1])) if len(found) else rows
        if len(starts) == len(found):
            alone = rows[order].astype(_PLACE)
            return cls(ImageSet(held_once(found)), alone, None, alone)
        order = np.lexsort((files.missing[rows], numbers))  # an image in several files
        rows = rows[order]
        first, ends = np.minimum.reduceat(rows, starts), np.append(starts, len(rows))
        images = ImageSet(held_once(found[starts]))
        return cls(images, rows.astype(_PLACE), ends.astype(_PLACE), first.astype(_PLACE))

    @property
    def there(self) -> _Places:
        """The file to open for each image: by path, but one that is there if any is."""
        return self.rows if self.starts is None else self.rows[self.starts[:-1]]

    @property
    def counts(self) -> Ints:
        """How many files hold each image."""
        one = np.ones(len(self.images), dtype=np.int64)
        return one if self.starts is None else np.diff(self.starts).astype(np.int64)

    def files_of(self, place: int) -> list[int]:
        """The files of one image by its place."""
        one, end = (place, place + 1) if self.starts is None else self.starts[place : place + 2]
        return [int(row) for row in self.rows[one:end]]


class Collection:
    """All files of a workspace, and the images among them.

    It is kept as columns: what is said of one image is made when it is asked for.

    Args:
        files: One per path.
        unmeasurable: Why an image that decodes cannot be measured, by id.
    """

    def __init__(
        self, files: Iterable[ImageFile], unmeasurable: Mapping[ImageId, str] | None = None
    ) -> None:
        self.files: FileColumns = FileColumns.of(files).sorted()
        self.unmeasurable: dict[ImageId, str] = dict(unmeasurable or {})

    def __len__(self) -> int:
        return len(self.images)

    def __contains__(self, image: object) -> bool:
        return image in self.images

    @cached_property
    def _held(self) -> _Held:
        return _Held.of(self.files)

    @cached_property
    def _refused(self) -> ImageSet:
        return ImageSet.of(self.unmeasurable)

    @cached_property
    def _is_fine(self) -> Bools:
        """For each image that decodes whether it can be used."""
        if not len(self._refused):
            return np.ones(len(self._held.images), dtype=np.bool_)
        return np.asarray(self._refused.rows_in(self._held.images.numbers) < 0)

    @cached_property
    def of(self) -> Mapping[ImageId, tuple[ImageFile, ...]]:
        """The files of each image that decodes: those that are there first, then by path."""
        held = self._held
        places = np.argsort(held.first)  # in the order of the paths
        ids = ImageIds(held.images.numbers[places])
        return RowsByImage(ids, lambda at: self._files_of(int(places[at])))

    def _files_of(self, place: int) -> tuple[ImageFile, ...]:
        """The files of an image by its place among those that decode."""
        return tuple(self.files[row] for row in self._held.files_of(place))

    @cached_property
    def ids(self) -> ImageIds:
        """The images that can be used, also missing ones, in the order of their paths."""
        numbers = self.images.numbers[self._by_path]
        # as a rule each file holds an image, and its id stands beside it already
        is_beside = np.array_equal(numbers, self.files.ids)
        return ImageIds(self.files.ids if is_beside else numbers)

    @cached_property
    def images(self) -> ImageSet:
        """The images that can be used as one set."""
        if not len(self._refused):
            return self._held.images
        return ImageSet(self._held.images.numbers[self._is_fine])

    @cached_property
    def _by_path(self) -> _Places:
        """The places in `images` in the order of the paths."""
        return np.argsort(self._of_fine(self._held.first)).astype(_PLACE)

    @cached_property
    def _rows(self) -> _Places:
        """The file to open for each of `images`: by path, but one that is there if any is."""
        return self._of_fine(self._held.there)

    def _of_fine(self, places: _Places) -> _Places:
        """What is said of each image that decodes, of those that can be used."""
        return places[self._is_fine] if len(self._refused) else places

    def rows(self, images: ImageSet | ImageIds) -> Ints:
        """The row in `files` of the file to open for each of some images; -1 for those not here."""
        found = self.images.rows_in(images.numbers)
        return _whole(np.where(found >= 0, self._rows[found], -1)) if len(self) else found

    def _row(self, image: ImageId) -> int:
        place = self.images.place(image)
        if place < 0:
            raise KeyError(image)
        return int(self._rows[place])

    def places(self, images: ImageSet | ImageIds) -> Ints:
        """Where each of some images stands in the order of their paths; -1 if nowhere."""
        found = self.images.rows_in(images.numbers)
        return _whole(np.where(found >= 0, self._order[found], -1)) if len(self) else found

    def first(self, images: ImageSet, count: int) -> tuple[ImageId, ...]:
        """The first `count` of some images by path; fewer where they are rare among these."""
        looked_at = self.ids.numbers[: 64 * count]
        places = np.flatnonzero(images.rows_in(looked_at) >= 0)[:count]
        return tuple(self.ids[int(place)] for place in places)

    @cached_property
    def _order(self) -> _Places:
        """The place by path of each of `images`."""
        order = np.empty(len(self._by_path), dtype=_PLACE)
        order[self._by_path] = np.arange(len(order))
        return order

    def _said(self, make: Callable[[int], Value], only: Bools | None = None) -> RowsByImage[Value]:
        """What the file to open says of each image, or of those where a mask is true."""
        by_path = self._by_path if only is None else self._by_path[only[self._by_path]]
        rows = self._rows[by_path]
        return RowsByImage(ImageIds(self.images.numbers[by_path]), lambda at: make(int(rows[at])))

    @cached_property
    def paths(self) -> Mapping[ImageId, str]:
        """The path of each image as text that can be shown."""
        return RowsByImage(self.ids, lambda at: self._path(int(self._rows[self._by_path[at]])))

    def path(self, image: ImageId) -> str:
        """The path of one image as text that can be shown; no table of all is made for it."""
        return self._path(self._row(image))

    def _path(self, row: int) -> str:
        return self.files.locations[row].decode("utf-8", "backslashreplace")

    @property
    def copies(self) -> int:
        """How many files hold an image that another file holds too."""
        return int((self._held.counts[self._is_fine] - 1).sum())

    @property
    def in_several(self) -> ImageIds:
        """The images that several files hold, in the order of their paths."""
        is_several = (self._held.counts > 1)[self._is_fine]
        return ImageIds(self.images.numbers[self._by_path[is_several[self._by_path]]])

    @property
    def in_several_files(self) -> int:
        """How many images lie in more than one file."""
        return int((self._held.counts > 1)[self._is_fine].sum())

    @cached_property
    def missing(self) -> frozenset[ImageId]:
        """The images none of whose files was there at the last scan."""
        return frozenset(self.missing_images)

    @cached_property
    def missing_images(self) -> ImageSet:
        """The images none of whose files was there at the last scan, as one set."""
        return ImageSet(self.images.numbers[self.files.missing[self._rows]])

    @property
    def present_images(self) -> ImageSet:
        """The images that can be used and are not missing, as one set."""
        missing = self.missing_images
        return self.images - missing if len(missing) else self.images

    @property
    def present(self) -> ImageIds:
        """The images that can be used and are not missing, in the order of their paths."""
        rows = self._rows[self._by_path]
        return ImageIds(self.ids.numbers[~self.files.missing[rows]])

    @cached_property
    def read_otherwise(self) -> Mapping[ImageId, str]:
        """The images that are read otherwise than the first version would, and how."""
        readers = self.files.readers
        return self._said(readers.__getitem__, ~readers.are(PLAIN)[self._rows])

    @cached_property
    def by_reader(self) -> dict[str, ImageSet]:
        """The images by how they are read; "1" are all that are read as the first version would."""
        readers = self.files.readers
        words = [PLAIN[1] if one in PLAIN else one for one in readers.values]
        found = {}
        for word in dict.fromkeys(words):
            alike = [
                one for one, as_word in zip(readers.values, words, strict=True) if as_word == word
            ]
            found[word] = ImageSet(self.images.numbers[readers.are(alike)[self._rows]])
        return {word: images for word, images in found.items() if len(images)}

    @cached_property
    def noted(self) -> Mapping[ImageId, tuple[str, ...]]:
        """The images about whose reading something was noted, with the notes."""
        notes = self.files.notes
        return self._said(notes.__getitem__, ~notes.are([()])[self._rows])

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """The files that cannot be used, by path."""
        files = self.files
        is_refused = files.has_id & (self._refused.rows_in(files.ids) >= 0)
        return tuple(
            Problem(self._path(row), files.problems[row] or self.unmeasurable[self._id(row)])
            for row in np.flatnonzero(~files.problems.are([None]) | is_refused).tolist()
        )

    def _id(self, row: int) -> ImageId:
        return self.files.id(row) or ImageId("")

    def facts(self, image: ImageId) -> ImageRow:
        """What is known about one image without measuring it.

        Raises:
            UnknownName: It is not in this collection.
        """
        place = self._held.images.place(image)
        if place < 0:
            raise UnknownName(f"no image {image!r} in this workspace; scan its folder first")
        files = self._files_of(place)
        first = files[0]
        return ImageRow(
            id=image,
            path=first.path,
            paths=tuple(file.path for file in files),
            width=first.width,
            height=first.height,
            bytes=first.bytes,
            format=first.format,
            notes=first.notes,
            missing=first.missing,
        )

    def bytes_of(self, images: ImageSet | ImageIds) -> int:
        """The size of the files of some images together, in bytes."""
        rows = self.rows(images)
        return int(self.files.bytes[rows[rows >= 0]].sum())

    def find(self, image: str | Path) -> ImageId:
        """The id of an image named by id, or by the path of one of its files.

        Raises:
            UnknownName: No image of this collection is meant by it.
        """
        if isinstance(image, str) and image in self.images:
            return ImageId(image)
        if found := self._at(os.fspath(image)):
            return found
        wanted = Path(image).expanduser().absolute()
        for place in (os.fspath(wanted), os.path.realpath(wanted), str(image)):
            if found := self._at(place):
                return found
        if found := self._spelt_otherwise(os.fspath(image)):
            return found
        raise UnknownName(
            f"{shown(image)} is no image of this workspace; give its id or path, or scan it first"
        )

    def _at(self, place: str) -> ImageId | None:
        """The image whose file is at a place: as the system names it, or as it is shown."""
        row = self.files.at(place)
        if row >= 0 and self._usable[row]:
            return self.files.id(row)
        return self._by_shown.get(place) if "\\" in place else None

    @cached_property
    def _usable(self) -> Bools:
        """For each file whether it holds an image that can be used."""
        files = self.files
        return np.asarray(files.decode & (self._refused.rows_in(files.ids) < 0))

    @cached_property
    def _by_shown(self) -> dict[str, ImageId]:
        """The images of files whose names are no UTF-8, by their paths as they are shown."""
        files = self.files
        rows = (row for row in files.locations.not_ascii.tolist() if self._usable[row])
        paths = {self._path(row): row for row in rows}
        return {
            path: self._id(row)
            for path, row in paths.items()
            if path.encode() != files.locations[row]
        }

    def _spelt_otherwise(self, path: str) -> ImageId | None:
        """The image whose path is this one but for backslashes or the form of its accents."""
        if path.isascii() and "\\" not in path and not path.startswith("file:"):
            return None
        for spelling in spellings(path):
            wanted = os.fspath(Path(spelling).expanduser().absolute())
            for place in (wanted, composed(wanted)):
                if found := self._at(place) or self._by_composed.get(place):
                    return found
        return None

    @cached_property
    def _by_composed(self) -> dict[str, ImageId | None]:
        """The image of each path that holds accents, by its composed form; None for two."""
        found: dict[str, ImageId | None] = {}
        for row in self.files.locations.not_ascii.tolist():
            if not self._usable[row]:
                continue
            image, location = self._id(row), os.fsdecode(self.files.locations[row])
            for place in {location, self._path(row)}:
                if not place.isascii():
                    name = composed(place)
                    found[name] = image if found.get(name, image) == image else None
        return found


def _whole(places: "_Places | Ints") -> Ints:
    """Places as whole numbers that others may calculate with."""
    return places.astype(np.int64)
