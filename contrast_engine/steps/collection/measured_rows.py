"""Rows of features as they are measured, each kept for the way its image was read."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from contrast_engine.arrays import Bytes, Floats, Json
from contrast_engine.features import (
    ANALYSIS_SIZE,
    FEATURE_VERSION,
    feature_names,
    features,
    measure_image,
)
from contrast_engine.images import LinearImage
from contrast_engine.images.reader_version import reading_recipe
from contrast_engine.imageset import ImageId, ImageIds, ImageSet
from contrast_engine.steps.collection.flush_buffer import FlushBuffer
from contrast_engine.steps.collection.training_copies import USUAL_SIZE, copy_name, left_behind
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.atomic_files import json_text
from contrast_engine.store.copies_part import Part
from contrast_engine.store.row_cache import RowCache
from contrast_engine.vectors import Vectors, present_name

STEP = f"measure@{FEATURE_VERSION}"
"""The step of every table of features that this version makes."""

Measured = tuple[Floats, Bytes]
"""One row of features, and the training copy."""

_PART_ROWS = 100
_PART_SECONDS = 10.0


@contextmanager
def measured_rows(workspace: Workspace) -> "Iterator[MeasuredRows]":
    """Open what is measured of a workspace, to add to it; what was added is saved at the end.

    The lock "measure" must be held.
    """
    with left_behind(workspace) as copies:
        rows = MeasuredRows(workspace, copies)
        try:
            yield rows
        finally:
            rows.flush()


class MeasuredRows:
    """Rows of features and training copies, saved every hundred images or ten seconds.

    A row stands for an image as it was read; read otherwise, the image has another one.

    Args:
        workspace: Where they are saved.
        copies: Where the training copies go.
    """

    def __init__(self, workspace: Workspace, copies: Part) -> None:
        self._workspace = workspace
        self._shelves: dict[str, _Shelf] = {}
        self._copies = copies
        self._buffer = FlushBuffer[tuple[_Shelf, ImageId, Floats]](_keep, _PART_ROWS, _PART_SECONDS)
        self.computed: int = 0

    def has(self, image: ImageId, reader: str) -> bool:
        """True if an image read like this is measured."""
        shelf = self._shelf(reader)
        return image in shelf.new or image in shelf.known

    def images(self, reader: str) -> ImageSet:
        """All images that are measured as they are read like this."""
        shelf = self._shelf(reader)
        return shelf.known | ImageSet.of(shelf.new)

    def rows(self, images: ImageSet, reader: str) -> Vectors:
        """The features of some images that are measured as they are read like this."""
        self.flush()
        shelf = self._shelf(reader)
        there, values = shelf.cache.rows(images)
        found = [Vectors(ImageIds.of(there), values, feature_names())]
        if len(rest := images - there):
            table: Vectors = self._workspace.load(shelf.table)
            found.append(table.take(rest))
        if len(found) == 1:
            return found[0]
        numbers = np.concatenate([one.ids.numbers for one in found])
        order = np.argsort(numbers)
        values = np.concatenate([one.values for one in found])
        return Vectors(ImageIds(numbers[order]), values[order], feature_names())

    def add(self, image: ImageId, measured: Measured, reader: str) -> None:
        """Take in one image that was measured as it was read."""
        if self.has(image, reader):
            return
        shelf = self._shelf(reader)
        shelf.new.add(image)
        self._copies.add(copy_name(image, reader), measured[1])
        self.computed += 1
        self._buffer.add((shelf, image, measured[0]))

    def flush(self) -> None:
        """Save the rows that are not on disk yet."""
        self._buffer.flush()

    def tidy(self) -> None:
        """Join the many small files of rows into few."""
        for shelf in self._shelves.values():
            shelf.cache.tidy()

    def _shelf(self, reader: str) -> "_Shelf":
        if reader not in self._shelves:
            key = Artifact("features", STEP, recipe([reader])).key
            same = [shelf for shelf in self._shelves.values() if shelf.key == key]
            self._shelves[reader] = same[0] if same else self._opened(key, reader)
        return self._shelves[reader]

    def _opened(self, key: str, reader: str) -> "_Shelf":
        root = self._workspace.root / "features"
        cache = RowCache(root / f"rows-{key}", feature_names())
        cache.remove_half_written()
        known, table = cache.images(), ""
        plain, current = recipe([]), self._workspace.current("features")
        if current is not None and recipe([reader]) == plain:
            made = self._workspace.manifest(current)
            if made.step == STEP and is_same_recipe(made.recipe, plain):
                # what is in the table is measured, also where its rows are gone
                table = current
                known = known | self._workspace.load(current).ids.images
        return _Shelf(key, cache, known, table)


@dataclass(frozen=True, eq=False)
class _Shelf:
    """The rows of one way of reading.

    Args:
        key: Which way.
        cache: Where the rows are.
        known: The images that had one when it was opened.
        table: The table of features that has the rows of those that are not in the cache.
        new: The images that got one since.
    """

    key: str
    cache: RowCache
    known: ImageSet
    table: str
    new: set[ImageId] = field(default_factory=set)


def _keep(new: "list[tuple[_Shelf, ImageId, Floats]]") -> None:
    for shelf in dict.fromkeys(shelf for shelf, _, _ in new):
        shelf.cache.add({image: row for on, image, row in new if on is shelf})


def measured(image: LinearImage) -> Measured:
    """The row of features and the training copy of a picture.

    Raises:
        ImageError: A feature has no finite value on it.
    """
    from contrast_engine.encoders.input_image import training_copy

    row = np.array(list(measure_image(image).values()), dtype=np.float64)
    return row, training_copy(image.rgb, USUAL_SIZE)


def is_same_recipe(one: Json, other: Json) -> bool:
    """True if two tables have the same features of images read alike, by whatever name."""
    if not all(isinstance(said.get("features"), list) for said in (one, other)):
        return False  # what somebody else wrote may say anything
    now = (
        {**said, "features": [present_name(str(one)) for one in said["features"]]}
        for said in (one, other)
    )
    first, second = map(json_text, now)
    return first == second


def recipe(readers: Iterable[str]) -> Json:
    """The options of a table of features: those of reading only where it is not as ever."""
    names = [features.stored_name(name) for name in feature_names()]
    return {"size": ANALYSIS_SIZE, "features": names, **reading_recipe(readers)}
