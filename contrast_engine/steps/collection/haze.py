"""look_for_haze: the veil of every image, from the small copies that measuring leaves behind."""

import contextlib
from collections.abc import Iterable

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import NotEnoughData
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.issues.veil import VEIL_VERSION, veil
from contrast_engine.progress import SILENT, Progress
from contrast_engine.steps.attributes import attribute_tables, keep
from contrast_engine.steps.collection.training_copies import USUAL_SIZE, copies, copy_name
from contrast_engine.steps.encoders.train import reading_of_images, trainable
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.training_cache import TrainingCache
from contrast_engine.vectors import ImageId, Vectors

STEP = f"veil@{VEIL_VERSION}"
ATTRIBUTE = "veil"
"""The attribute that the issue of haze is read from."""

_TOGETHER = 2048  # copies in memory at a time: 25 MB


def look_for_haze(workspace: Workspace, *, progress: Progress = SILENT) -> str:
    """Measure the veil of every image as an attribute, unless done; give the table's key.

    What measuring left behind is used; only images without a small copy are read again.

    Args:
        workspace: Where the images are.
        progress: Told after each part.

    Raises:
        NotEnoughData: No image can be read.
    """
    ids = trainable(workspace)
    if not ids:
        raise NotEnoughData("haze is looked for in images, there are none; scan a folder first")
    return _kept(workspace, ids, progress)


def look_while_measured(
    workspace: Workspace, measured: Iterable[ImageId], progress: Progress = SILENT
) -> None:
    """Measure the veil of every measured image whose file is there.

    Only those without a small copy are read, as after a measuring that was killed: rows are
    saved as it goes, copies when it ends. What was read stays where this is stopped too.

    Args:
        workspace: Where the images are.
        measured: Those that have their features.
        progress: Told of what has to be read; nothing is said where that is nothing.
    """
    there = set(measured)
    ids = tuple(image for image in trainable(workspace) if image in there)
    if not ids:
        return
    held = set(TrainingCache(workspace.root, USUAL_SIZE).ids())
    readers = workspace.images.read_otherwise
    lacking = any(copy_name(image, readers.get(image, "")) not in held for image in ids)
    with contextlib.suppress(NotEnoughData):  # none can be read any more; they are measured
        _kept(workspace, ids, progress if lacking else SILENT)


def _kept(workspace: Workspace, ids: tuple[ImageId, ...], progress: Progress) -> str:
    images = ImageSet.of(ids)
    artifact = Artifact("attributes", STEP, reading_of_images(workspace, ids), images)
    newest, known = attribute_tables(workspace).get(ATTRIBUTE), workspace.key_of(artifact)
    if newest is not None and newest == known:
        return newest
    if known is not None:
        return keep(workspace, artifact, workspace.load(known))
    base = newest if newest and _has_first(workspace, newest, artifact, images) else None
    if base is not None:
        wanted = ImageIds.of(ids)
        ids = tuple(ImageIds(wanted.numbers[workspace.load(base).places(wanted) < 0]))
    there: list[ImageId] = []
    values: list[Floats] = []
    for start in range(0, len(ids), _TOGETHER):
        progress.tick(start, len(ids), "looking for haze")
        some, codes = copies(workspace, ids[start : start + _TOGETHER], USUAL_SIZE, progress)
        there += some
        values.append(veil(codes))
    if not there and base is not None:
        return base
    if not there:
        raise NotEnoughData("haze is looked for in images that can be read, there are none; scan")
    progress.tick(len(ids), len(ids), "looking for haze")
    table = Vectors(tuple(there), np.concatenate(values)[:, None], (ATTRIBUTE,))
    if base is not None:
        return workspace.save_grown(artifact, base, table, {"columns": [ATTRIBUTE]})
    return keep(workspace, artifact, table)


def _has_first(workspace: Workspace, base: str, artifact: Artifact, images: ImageSet) -> bool:
    """True if a table answers the question about some of these images, all read as ever."""
    made = workspace.manifest(base)
    is_same = made.step == artifact.step and not made.recipe and not artifact.recipe
    return is_same and not len(workspace.load(base).images - images)
