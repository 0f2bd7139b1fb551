"""The images of a workspace: which files were found, what they hold, what is wrong with some."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Ints
from contrast_engine.errors import UnknownName
from contrast_engine.imageset import ImageId, ImageSet, Numbers, numbered
from contrast_engine.store.spellings import composed, spellings

_PLAIN = ("", "1")
"""Readers that agree with the first version."""


def shown(path: str | Path) -> str:
    """A path as text that can be shown and sent; bytes that are not UTF-8 are spelt out."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def file_name(path: str) -> str:
    """The last part of a path as this system writes paths."""
    return os.path.basename(path)  # noqa: PTH119 - of a text that is shown, not of a file


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that cannot be used, and why, in plain words."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImageFile:
    """One file as the last scan saw it.

    Args:
        location: Where it is, exactly as the system names it: open this, show `path`.
        root: The folder, archive, table or file that was asked for.
        id: Content id, or None where the file could not be read.
        bytes: Size of the file.
        mtime_ns: When it was last changed.
        width: Width in pixels as shown, 0 where unknown.
        height: Height in pixels as shown, 0 where unknown.
        format: "JPEG", "PNG" ...
        notes: What was special about reading it.
        problem: Why it cannot be used, or None.
        may_heal: True where the reason is not the file itself, so that a scan tries again.
        missing: True where the file was not there at the last scan.
        reader: How it was read (`images.reader_version`); "" by a program that did not say.
    """

    location: str
    root: str
    id: ImageId | None = None
    bytes: int = 0
    mtime_ns: int = 0
    width: int = 0
    height: int = 0
    format: str = ""
    notes: tuple[str, ...] = ()
    problem: str | None = None
    may_heal: bool = False
    missing: bool = False
    reader: str = ""

    @property
    def path(self) -> str:
        """The location as text that can be shown."""
        return shown(self.location)


@dataclass(frozen=True, slots=True)
class ImageRow:
    """One image: everything that is known about it without measuring."""

    id: ImageId
    path: str
    paths: tuple[str, ...]
    width: int
    height: int
    bytes: int
    format: str
    notes: tuple[str, ...]
    missing: bool


class Collection:
    """All files of a workspace, and the images among them.

    Args:
        files: One per path.
        unmeasurable: Why an image that decodes cannot be measured, by id.
    """

    def __init__(
        self, files: Iterable[ImageFile], unmeasurable: Mapping[ImageId, str] | None = None
    ) -> None:
        self.files: tuple[ImageFile, ...] = tuple(
            sorted(files, key=lambda file: os.fsencode(file.location))
        )
        self.unmeasurable: dict[ImageId, str] = dict(unmeasurable or {})

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, image: object) -> bool:
        return image in self._usable

    @cached_property
    def of(self) -> dict[ImageId, tuple[ImageFile, ...]]:
        """The files of each image that decodes: those that are there first, then by path."""
        found: dict[ImageId, list[ImageFile]] = {}
        for file in self.files:
            if file.id is not None and file.problem is None:
                found.setdefault(file.id, []).append(file)
        return {i: tuple(sorted(files, key=lambda f: f.missing)) for i, files in found.items()}

    @cached_property
    def ids(self) -> tuple[ImageId, ...]:
        """The images that can be used, also missing ones, in the order of their paths."""
        return tuple(self._usable)

    @cached_property
    def images(self) -> ImageSet:
        """The images that can be used as one set."""
        return ImageSet(self._numbers)

    def places(self, images: ImageSet) -> Ints:
        """Where each of some images stands in the order of their paths; -1 if nowhere."""
        found = self.images.rows_in(images.numbers)
        return np.where(found >= 0, self._order[found], -1) if len(self) else found

    def first(self, images: ImageSet, count: int) -> tuple[ImageId, ...]:
        """The first `count` of some images by path; fewer where they are rare among these."""
        looked_at = self._numbers[: 64 * count]
        places = np.flatnonzero(images.rows_in(looked_at) >= 0)[:count]
        return tuple(self.ids[place] for place in places)

    @cached_property
    def _numbers(self) -> Numbers:
        return numbered(self.ids)

    @cached_property
    def _order(self) -> Ints:
        return np.argsort(self._numbers)

    @cached_property
    def paths(self) -> dict[ImageId, str]:
        """The path of each image as text that can be shown."""
        return {image: file.path for image, file in self._usable.items()}

    def path(self, image: ImageId) -> str:
        """The path of one image as text that can be shown; no table of all is made for it."""
        return self._usable[image].path

    @cached_property
    def missing(self) -> frozenset[ImageId]:
        """The images none of whose files was there at the last scan."""
        return frozenset(image for image, file in self._usable.items() if file.missing)

    @cached_property
    def read_otherwise(self) -> dict[ImageId, str]:
        """The images that are read otherwise than the first version would, and how."""
        return {i: file.reader for i, file in self._usable.items() if file.reader not in _PLAIN}

    @cached_property
    def noted(self) -> dict[ImageId, tuple[str, ...]]:
        """The images about whose reading something was noted, with the notes."""
        return {image: file.notes for image, file in self._usable.items() if file.notes}

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """The files that cannot be used, by path."""
        found = []
        for file in self.files:
            reason = file.problem
            if reason is None and file.id is not None:
                reason = self.unmeasurable.get(file.id)
            if reason is not None:
                found.append(Problem(file.path, reason))
        return tuple(found)

    def facts(self, image: ImageId) -> ImageRow:
        """What is known about one image without measuring it.

        Raises:
            UnknownName: It is not in this collection.
        """
        if image not in self.of:
            raise UnknownName(f"no image {image!r} in this workspace; scan its folder first")
        files = self.of[image]
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

    def find(self, image: str | Path) -> ImageId:
        """The id of an image named by id, or by the path of one of its files.

        Raises:
            UnknownName: No image of this collection is meant by it.
        """
        if image in self._usable:
            return ImageId(str(image))
        if os.fspath(image) in self._by_place:
            return self._by_place[os.fspath(image)]
        wanted = Path(image).expanduser().absolute()
        with_links = {os.fspath(wanted), os.path.realpath(wanted), str(image)}
        for place in with_links:
            if place in self._by_place:
                return self._by_place[place]
        if found := self._spelt_otherwise(os.fspath(image)):
            return found
        raise UnknownName(
            f"{shown(image)} is no image of this workspace; give its id or path, or scan it first"
        )

    @cached_property
    def _usable(self) -> dict[ImageId, ImageFile]:
        """The file to open for each image: the first by path, but one that is there if any is."""
        found: dict[ImageId, ImageFile] = {}
        for file in self.files:
            if file.id is None or file.problem is not None or file.id in self.unmeasurable:
                continue
            known = found.get(file.id)
            if known is None or (known.missing and not file.missing):
                found[file.id] = file
        return found

    def _spelt_otherwise(self, path: str) -> ImageId | None:
        """The image whose path is this one but for backslashes or the form of its accents."""
        if path.isascii() and "\\" not in path and not path.startswith("file:"):
            return None
        for spelling in spellings(path):
            wanted = os.fspath(Path(spelling).expanduser().absolute())
            for place in (wanted, composed(wanted)):
                if place in self._by_place:
                    return self._by_place[place]
                if self._by_composed.get(place) is not None:
                    return self._by_composed[place]
        return None

    @cached_property
    def _by_composed(self) -> dict[str, ImageId | None]:
        """The image of each path that holds accents, by its composed form; None for two."""
        found: dict[str, ImageId | None] = {}
        for place, image in self._by_place.items():
            if not place.isascii():
                name = composed(place)
                found[name] = image if found.get(name, image) == image else None
        return found

    @cached_property
    def _by_place(self) -> dict[str, ImageId]:
        by_path = {file.path: image for image in self.ids for file in self.of[image]}
        return by_path | {file.location: image for image in self.ids for file in self.of[image]}
