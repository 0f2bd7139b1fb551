"""Measure: every feature of every image, each image once, saved as it goes."""

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np

from contrast_engine.errors import ContrastError, ImageError, NotEnoughData, WorkspaceError
from contrast_engine.features import feature_names
from contrast_engine.images import read_image
from contrast_engine.images.reader_version import AS_ALWAYS
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts
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
    is_same_recipe,
    measured,
    measured_rows,
    recipe,
)
from contrast_engine.steps.collection.read_in_words import READ, read_in_words
from contrast_engine.steps.collection.scan import read_again
from contrast_engine.steps.parallel import side_by_side
from contrast_engine.store import Artifact, Problem, Workspace
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
    progress = paced(progress, "measure", workspace, "looking what is there")
    with workspace.lock("measure"):
        workspace.refuse(STEP, {})
        if not workspace.images.files:
            raise NotEnoughData(_NOTHING)
        added = AddedFeatures(workspace)
        with measured_rows(workspace) as known:
            rereading, measuring, looking = in_parts(progress, 1, 18, 1)
            again = read_again(workspace, known, rereading, workers)
            if not workspace.images.ids:
                raise NotEnoughData(_NOTHING)
            problems = _measure_new(workspace, known, added, workers, measuring)
        key, ids = keep_table(workspace, known)
        if key is None:
            why = problems[0].reason if problems else "their files are missing"
            raise NotEnoughData(f"none of the images could be measured: {why}")
        look_while_measured(workspace, ids, looking)
        others = added.keep(ids)
    return MeasureReport(key, len(ids), feature_names(), known.computed, problems, again, others)


def keep_table(workspace: Workspace, known: MeasuredRows) -> tuple[str | None, ImageIds]:
    """Make the table of features of every image that is measured, and the current one.

    Where the one in use has some of the images, only the rows of the others are written. The lock
    "measure" must be held.

    Returns:
        Its key, None where no image is measured; and the images, sorted by id.
    """
    read = {
        reader: images & known.images(reader)
        for reader, images in workspace.images.by_reader.items()
    }
    images = reduce(operator.or_, read.values(), ImageSet.of(()))
    if not len(images):
        return None, ImageIds.of(images)
    readers = (reader for reader, some in read.items() if len(some))
    artifact = Artifact("features", STEP, recipe(readers), images)
    key = workspace.key_of(artifact)
    if key is None:
        base = _base(workspace, artifact, images)
        old = workspace.load(base).ids.images if base else ImageSet.of(())
        more = _rows(known, {reader: some - old for reader, some in read.items()})
        said = read_in_words(workspace, images)
        if base is None:
            key = workspace.save(artifact, more, said)
        else:
            key = workspace.save_grown(artifact, base, more, said)
    workspace.make_current("features", key)
    known.tidy()
    return key, ImageIds.of(images)


def _rows(known: MeasuredRows, read: Mapping[str, ImageSet]) -> Vectors:
    """The rows of some images by how they are read, sorted by id."""
    tables = [known.rows(images, reader) for reader, images in read.items() if len(images)]
    if len(tables) == 1:
        return tables[0]
    numbers = np.concatenate([np.zeros(0, np.uint64), *(table.ids.numbers for table in tables)])
    values = np.concatenate([np.zeros((0, len(feature_names()))), *(t.values for t in tables)])
    order = np.argsort(numbers)
    return Vectors(ImageIds(numbers[order]), values[order], feature_names())


def _base(workspace: Workspace, artifact: Artifact, images: ImageSet) -> str | None:
    """The table in use, where all of its rows are rows of the new one as they are; else None."""
    current = workspace.current("features")
    if current is None:
        return None
    made = workspace.manifest(current)
    if made.step != artifact.step or not is_same_recipe(made.recipe, artifact.recipe):
        return None
    old = workspace.load(current).ids.images
    if len(old - images):
        return None
    # an image that is read otherwise now has another row
    read = read_in_words(workspace, old).get(READ, {})
    return current if made.details.get(READ, {}) == read else None


def _measure_new(
    workspace: Workspace,
    known: MeasuredRows,
    added: AddedFeatures,
    workers: int | None,
    progress: Progress,
) -> tuple[Problem, ...]:
    """What could not be measured of the images without a row; the others are measured."""
    images = workspace.images
    reader_of, wanted, lacking_any = images.read_otherwise, images.present, ImageSet.of(())
    for word, some in images.by_reader.items():
        there = some & wanted.images
        lacking_any |= (there - known.images(word)) | added.lacking_some(there, word)
    todo = wanted.among(lacking_any)
    reader = {image: reader_of.get(image, AS_ALWAYS) for image in todo}
    lacking = {image: added.lacking(image, reader[image]) for image in todo}
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
