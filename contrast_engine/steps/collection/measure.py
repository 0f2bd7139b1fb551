"""Measure: every feature of every image, each image once, saved as it goes."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from contrast_engine.errors import ContrastError, ImageError, NotEnoughData, WorkspaceError
from contrast_engine.features import feature_names
from contrast_engine.images import read_image
from contrast_engine.images.reader_version import AS_ALWAYS
from contrast_engine.imageset import ImageSet
from contrast_engine.progress import SILENT, Progress
from contrast_engine.steps.collection.added_features import (
    Added,
    AddedFeature,
    AddedFeatures,
    measured_added,
)
from contrast_engine.steps.collection.haze import look_while_measured
from contrast_engine.steps.collection.measured_rows import (
    STEP,
    Measured,
    MeasuredRows,
    measured,
    measured_rows,
    recipe,
)
from contrast_engine.steps.collection.scan import read_again
from contrast_engine.steps.parallel import side_by_side
from contrast_engine.store import Artifact, Problem, Workspace
from contrast_engine.store.atomic_files import json_text
from contrast_engine.vectors import ImageId, Vectors

_NOTHING = "there are no readable images in this workspace; scan a folder of images first"


@dataclass(frozen=True)
class MeasureReport:
    """The table of features, and what could not be measured.

    Args:
        key: Key of the table of features.
        images: Images in it.
        features: Its columns.
        computed: Images measured now; the others were known.
        problems: Images that could not be measured, and why.
        read_again: Files read again, because this version or the options read them otherwise.
        added: Features of other packages, each in a table of its own.
    """

    key: str
    images: int
    features: tuple[str, ...]
    computed: int
    problems: tuple[Problem, ...]
    read_again: int = 0
    added: tuple[AddedFeature, ...] = ()


def measure(
    workspace: Workspace, *, workers: int | None = None, progress: Progress = SILENT
) -> MeasureReport:
    """Measure every feature of every image not measured before.

    Features of other packages are measured with them; one that is new is measured alone.

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
        if not workspace.images.files:
            raise NotEnoughData(_NOTHING)
        added = AddedFeatures(workspace)
        with measured_rows(workspace) as known:
            again = read_again(workspace, known, progress, workers)
            if not workspace.images.ids:
                raise NotEnoughData(_NOTHING)
            problems = _measure_new(workspace, known, added, workers, progress)
        key, ids = keep_table(workspace, known)
        if key is None:
            why = problems[0].reason if problems else "their files are missing"
            raise NotEnoughData(f"none of the images could be measured: {why}")
        look_while_measured(workspace, ids, progress)
        others = added.keep(ids)
    return MeasureReport(key, len(ids), feature_names(), known.computed, problems, again, others)


def keep_table(workspace: Workspace, known: MeasuredRows) -> tuple[str | None, tuple[ImageId, ...]]:
    """Make the table of features of every image that is measured, and the current one.

    The lock "measure" must be held.

    Returns:
        Its key, None where no image is measured; and the images.
    """
    readers = workspace.images.read_otherwise
    ids = tuple(sorted(i for i in workspace.images.ids if known.has(i, readers.get(i, AS_ALWAYS))))
    if not ids:
        return None, ids
    read = {image: readers[image] for image in ids if image in readers}
    artifact = Artifact("features", STEP, recipe(read.values()), ImageSet.of(ids))
    key = workspace.key_of(artifact) or _saved(workspace, artifact, known, readers)
    workspace.make_current("features", key)
    known.tidy()
    return key, ids


def _saved(
    workspace: Workspace, artifact: Artifact, known: MeasuredRows, readers: Mapping[ImageId, str]
) -> str:
    """The key of a table of features: the one in use with further rows, where it has the others.

    Where files are read otherwise than ever, rows of before may be others now: all are written.
    """
    images = ImageSet.of(map(ImageId, artifact.inputs))
    base = workspace.current("features")
    if base is None or readers or not _has_first(workspace, base, artifact, images):
        base = None
    new = images - workspace.load(base).images if base else images
    rows = [known.row(i, readers.get(i, AS_ALWAYS)) for i in new]
    more = Vectors(new, np.stack(rows), feature_names())
    if base is None:
        return workspace.save(artifact, more)
    return workspace.save_grown(artifact, base, more)


def _has_first(workspace: Workspace, base: str, artifact: Artifact, images: ImageSet) -> bool:
    """True if a table answers the same question about some of these images, and no others."""
    made = workspace.manifest(base)
    is_same = (made.step, json_text(made.recipe)) == (artifact.step, json_text(artifact.recipe))
    return is_same and made.rows < len(images) and not len(workspace.load(base).images - images)


def _measure_new(
    workspace: Workspace,
    known: MeasuredRows,
    added: AddedFeatures,
    workers: int | None,
    progress: Progress,
) -> tuple[Problem, ...]:
    """What could not be measured of the images without a row; the others are measured."""
    images = workspace.images
    wanted = [image for image in images.ids if image not in images.missing]
    readers = images.read_otherwise
    reader = {image: readers.get(image, AS_ALWAYS) for image in wanted}
    lacking = {image: added.lacking(image, reader[image]) for image in wanted}
    todo = [image for image in wanted if lacking[image] or not known.has(image, reader[image])]
    done = len(wanted) - len(todo)
    progress.tick(done, len(wanted), "measuring images")
    refused: dict[ImageId, str] = {}
    gone: dict[ImageId, str] = {}
    options = workspace.reading_options

    def one(image: ImageId) -> tuple[Measured | None, Added] | ContrastError:
        try:
            # the bytes that were checked to be this image, not whatever the path holds by now
            picture = read_image(workspace.original_bytes(image), options=options)
            row = None if known.has(image, reader[image]) else measured(picture)
            return row, measured_added(picture, lacking[image])
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
                row, values = answer
                if row is not None:
                    known.add(image, row, reader[image])
                added.add(image, reader[image], values)
            done += 1
            progress.tick(done, len(wanted), "measuring images")
    finally:
        added.flush()
        if refused:
            workspace.refuse(STEP, refused)
    unmeasurable = {i: why for i, why in workspace.images.unmeasurable.items() if i in images.of}
    return tuple(
        Problem(images.facts(image).path, why) for image, why in (unmeasurable | gone).items()
    )
