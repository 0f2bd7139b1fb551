"""look_for_haze: the veil of every image, from the small copies that measuring leaves behind."""

import contextlib
from collections.abc import Sequence
from typing import cast

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import NotEnoughData
from contrast_engine.images.reader_version import reading_recipe
from contrast_engine.imageset import ImageId, ImageIds, ImageSet
from contrast_engine.issues.veil import VEIL_VERSION, veil
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, within
from contrast_engine.steps.attributes import attribute_tables, keep
from contrast_engine.steps.collection.read_in_words import READ, read_in_words
from contrast_engine.steps.collection.training_copies import USUAL_SIZE, copies, lack_copies
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.atomic_files import json_text
from contrast_engine.vectors import Vectors

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
    progress = paced(progress, "haze", workspace, "looking what is there")
    ids = workspace.images.present_images
    if not len(ids):
        raise NotEnoughData("haze is looked for in images, there are none; scan a folder first")
    return _kept(workspace, ids, progress)


def look_while_measured(
    workspace: Workspace, measured: ImageIds, progress: Progress = SILENT
) -> None:
    """Measure the veil of every measured image whose file is there.

    Only those without a small copy are read, as after a measuring that was killed: rows are
    saved as it goes, copies when it ends. What was read stays where this is stopped too.

    Args:
        workspace: Where the images are.
        measured: Those that have their features.
        progress: Told of what has to be read; nothing is said where that is nothing.
    """
    ids = workspace.images.present_images & measured.images
    if not len(ids):
        return
    with contextlib.suppress(NotEnoughData):  # none can be read any more; they are measured
        _kept(workspace, ids, progress, is_quiet=True)


def _kept(
    workspace: Workspace, ids: ImageSet, progress: Progress, *, is_quiet: bool = False
) -> str:
    read = {reader: some & ids for reader, some in workspace.images.by_reader.items()}
    reading = reading_recipe(reader for reader, some in read.items() if len(some))
    recipe = {"reading": reading} if reading else {}
    artifact = Artifact("attributes", STEP, recipe, ids)
    newest = attribute_tables(workspace).get(ATTRIBUTE)
    key, said = workspace.key_of(artifact), read_in_words(workspace, ids)
    if key is not None:
        return key if key == newest else keep(workspace, artifact, workspace.load(key), said)
    base, tried = _base(workspace, newest, artifact, ids)
    todo = ids - tried
    if is_quiet and not lack_copies(workspace, todo):
        progress = SILENT
    new = _veils(workspace, todo, progress)
    if not len(new) and base is None:
        raise NotEnoughData("haze is looked for in images that can be read, there are none; scan")
    if base is None:
        return keep(workspace, artifact, new, said)
    return workspace.save_grown(artifact, base, new, {"columns": [ATTRIBUTE], **said})


def _base(
    workspace: Workspace, newest: str | None, artifact: Artifact, ids: ImageSet
) -> tuple[str | None, ImageSet]:
    """The newest table where it answers the question for some of the images, and for which."""
    nothing = None, ImageSet.of(())
    if newest is None:
        return nothing
    made = workspace.manifest(newest)
    if (made.step, json_text(made.recipe)) != (artifact.step, json_text(artifact.recipe)):
        return nothing
    tried = ImageIds.of(cast("Sequence[ImageId]", made.inputs)).images
    # an image that is read otherwise now has another veil
    is_as_read = made.details.get(READ, {}) == read_in_words(workspace, tried).get(READ, {})
    return nothing if len(tried - ids) or not is_as_read else (newest, tried)


def _veils(workspace: Workspace, ids: ImageSet, progress: Progress) -> Vectors:
    """The veil of those of some images that can be read."""
    there: list[ImageId] = []
    values: list[Floats] = [np.zeros(0)]
    for start in range(0, len(ids), _TOGETHER):
        progress.tick(start, len(ids), "looking for haze")
        together = ids[start : start + _TOGETHER]
        reading = within(progress, start, len(together), len(ids))
        some, codes = copies(workspace, together, USUAL_SIZE, reading)
        there += some
        values.append(veil(codes))
    progress.tick(len(ids), len(ids), "looking for haze")
    return Vectors(tuple(there), np.concatenate(values)[:, None], (ATTRIBUTE,))
