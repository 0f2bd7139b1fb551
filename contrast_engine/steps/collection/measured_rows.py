"""Rows of features as they are measured, each kept for the way its image was read."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

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
from contrast_engine.steps.collection.flush_buffer import FlushBuffer
from contrast_engine.steps.collection.training_copies import USUAL_SIZE, copy_name, left_behind
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.row_cache import RowCache
from contrast_engine.store.training_cache import Part
from contrast_engine.vectors import ImageId

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
        self._root = workspace.root / "features"
        self._shelves: dict[str, _Shelf] = {}
        self._copies = copies
        self._buffer = FlushBuffer[tuple[_Shelf, ImageId, Floats]](_keep, _PART_ROWS, _PART_SECONDS)
        self.computed: int = 0

    def has(self, image: ImageId, reader: str) -> bool:
        """True if an image read like this is measured."""
        return image in self._shelf(reader).rows

    def row(self, image: ImageId, reader: str) -> Floats:
        """The features of an image read like this."""
        return self._shelf(reader).rows[image]

    def add(self, image: ImageId, measured: Measured, reader: str) -> None:
        """Take in one image that was measured as it was read."""
        shelf = self._shelf(reader)
        if image in shelf.rows:
            return
        shelf.rows[image] = measured[0]
        self._copies.add(copy_name(image, reader), measured[1])
        self.computed += 1
        self._buffer.add((shelf, image, measured[0]))

    def flush(self) -> None:
        """Save the rows that are not on disk yet."""
        self._buffer.flush()

    def tidy(self) -> None:
        """Join the many small files of rows into one."""
        for shelf in self._shelves.values():
            shelf.cache.tidy()

    def _shelf(self, reader: str) -> "_Shelf":
        if reader not in self._shelves:
            key = Artifact("features", STEP, recipe([reader])).key
            same = [shelf for shelf in self._shelves.values() if shelf.key == key]
            cache = RowCache(self._root / f"rows-{key}", feature_names())
            self._shelves[reader] = same[0] if same else _Shelf(key, cache, cache.read())
        return self._shelves[reader]


@dataclass(frozen=True, eq=False)
class _Shelf:
    """The rows of one way of reading."""

    key: str
    cache: RowCache
    rows: dict[ImageId, Floats]


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


def recipe(readers: Iterable[str]) -> Json:
    """The options of a table of features: those of reading only where it is not as ever."""
    names = [features.stored_name(name) for name in feature_names()]
    return {"size": ANALYSIS_SIZE, "features": names, **reading_recipe(readers)}
