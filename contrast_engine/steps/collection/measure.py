"""Measure: every feature of every image, each image once, saved as it goes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Bytes, Floats, Json
from contrast_engine.errors import ContrastError, ImageError, NotEnoughData, WorkspaceError
from contrast_engine.features import (
    ANALYSIS_SIZE,
    FEATURE_VERSION,
    feature_names,
    features,
    measure_image,
)
from contrast_engine.images import LinearImage, read_image
from contrast_engine.progress import SILENT, Progress
from contrast_engine.steps.collection.flush_buffer import FlushBuffer
from contrast_engine.steps.collection.training_copies import USUAL_SIZE, left_behind
from contrast_engine.steps.parallel import side_by_side
from contrast_engine.store import Artifact, Problem, Workspace
from contrast_engine.store.row_cache import RowCache
from contrast_engine.store.training_cache import Part
from contrast_engine.vectors import ImageId, Vectors

STEP = f"measure@{FEATURE_VERSION}"
"""The step of every table of features that this version makes."""

Measured = tuple[Floats, Bytes]
"""One row of features, and the training copy."""

_PART_ROWS = 100
_PART_SECONDS = 10.0


@dataclass(frozen=True)
class MeasureReport:
    """The table of features, and what could not be measured.

    Args:
        key: Key of the table of features.
        images: Images in it.
        features: Its columns.
        computed: Images measured now; the others were known.
        problems: Images that could not be measured, and why.
    """

    key: str
    images: int
    features: tuple[str, ...]
    computed: int
    problems: tuple[Problem, ...]


def measure(
    workspace: Workspace, *, workers: int | None = None, progress: Progress = SILENT
) -> MeasureReport:
    """Measure every feature of every image not measured before.

    An image is measured once, however often its file moves. Rows are saved every hundred images,
    so an interrupted run goes on where it stopped. The result is the same for any number of
    workers.

    Args:
        workspace: Where the images were scanned into and the features go.
        workers: Images measured at a time; as many as there are cores by default.
        progress: Told after every image.

    Raises:
        NotEnoughData: There is no image that can be measured.
        WorkspaceError: Another process is measuring, or the disk is full.
    """
    with workspace.lock("measure"):
        workspace.refuse(STEP, {})
        if not workspace.images.ids:
            raise NotEnoughData(
                "there are no readable images in this workspace; scan a folder of images first"
            )
        with measured_rows(workspace) as known:
            problems = _measure_new(workspace, known, workers, progress)
        ids = tuple(sorted(image for image in workspace.images.ids if image in known.rows))
        if not ids:
            why = problems[0].reason if problems else "their files are missing"
            raise NotEnoughData(f"none of the images could be measured: {why}")
        artifact = Artifact("features", STEP, _recipe(), ids)
        if not workspace.has(artifact):
            table = Vectors(ids, np.stack([known.rows[i] for i in ids]), feature_names())
            workspace.save(artifact, table)
        workspace.make_current("features", artifact.key)
        known.tidy()
    return MeasureReport(artifact.key, len(ids), feature_names(), known.computed, problems)


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

    Args:
        workspace: Where they are saved.
        copies: Where the training copies go.
    """

    def __init__(self, workspace: Workspace, copies: Part) -> None:
        key = Artifact("features", STEP, _recipe()).key
        folder = workspace.root / "features" / f"rows-{key}"
        self._cache = RowCache(folder, feature_names())
        self._copies = copies
        self._buffer = FlushBuffer[tuple[ImageId, Floats]](
            lambda rows: self._cache.add(dict(rows)), _PART_ROWS, _PART_SECONDS
        )
        self.rows = self._cache.read()
        self.computed = 0

    def add(self, image: ImageId, measured: Measured) -> None:
        """Take in one image that was measured."""
        if image in self.rows:
            return
        self.rows[image] = measured[0]
        self._copies.add(image, measured[1])
        self.computed += 1
        self._buffer.add((image, measured[0]))

    def flush(self) -> None:
        """Save the rows that are not on disk yet."""
        self._buffer.flush()

    def tidy(self) -> None:
        """Join the many small files of rows into one."""
        self._cache.tidy()


def measured(image: LinearImage) -> Measured:
    """The row of features and the training copy of a picture.

    Raises:
        ImageError: A feature has no finite value on it.
    """
    from contrast_engine.encoders.input_image import training_copy

    row = np.array(list(measure_image(image).values()), dtype=np.float64)
    return row, training_copy(image.rgb, USUAL_SIZE)


def _recipe() -> Json:
    names = [features.stored_name(name) for name in feature_names()]
    return {"size": ANALYSIS_SIZE, "features": names}


def _measure_new(
    workspace: Workspace, known: MeasuredRows, workers: int | None, progress: Progress
) -> tuple[Problem, ...]:
    """What could not be measured of the images without a row; the others are measured."""
    images = workspace.images
    wanted = [image for image in images.ids if image not in images.missing]
    todo = [image for image in wanted if image not in known.rows]
    done = len(wanted) - len(todo)
    progress.tick(done, len(wanted), "measuring images")
    refused: dict[ImageId, str] = {}
    gone: dict[ImageId, str] = {}

    def one(image: ImageId) -> Measured | ContrastError:
        try:
            # the bytes that were checked to be this image, not whatever the path holds by now
            return measured(read_image(workspace.original_bytes(image)))
        except (ImageError, WorkspaceError) as error:
            return error
        except MemoryError:
            return WorkspaceError("measuring it needs more memory than there is")

    try:
        for image, answer in side_by_side(one, todo, workers):
            if isinstance(answer, ImageError):
                refused[image] = str(answer)
            elif isinstance(answer, ContrastError):
                gone[image] = str(answer)
            else:
                known.add(image, answer)
            done += 1
            progress.tick(done, len(wanted), "measuring images")
    finally:
        if refused:
            workspace.refuse(STEP, refused)
    unmeasurable = {i: why for i, why in workspace.images.unmeasurable.items() if i in images.of}
    return tuple(
        Problem(images.facts(image).path, why) for image, why in (unmeasurable | gone).items()
    )
