"""The measures of complexity of every image, each image measured once."""

from collections.abc import Iterator

import numpy as np

from contrast_engine.arrays import Json
from contrast_engine.complexity.measures import MEASURES_VERSION, measure_complexity
from contrast_engine.errors import ImageError, NotEnoughData, WorkspaceError
from contrast_engine.progress import SILENT, Progress
from contrast_engine.steps.attributes import KIND
from contrast_engine.steps.encoders.train import reading_of_images, trainable
from contrast_engine.steps.parallel import side_by_side
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import ImageId, Vectors

STEP = f"complexity-measures@{MEASURES_VERSION}"


def measured_complexity(workspace: Workspace, progress: Progress = SILENT) -> Vectors:
    """One row of measures for every image that can be read.

    Rows of tables made before are taken over, also of one that was interrupted, so that only new
    images are measured. The table is for scores and pages of complexity, and is listed among no
    attributes.

    Raises:
        NotEnoughData: There is no readable image.
    """
    ids = trainable(workspace)
    if not ids:
        raise NotEnoughData("there are no readable images in this workspace; scan a folder first")
    recipe = reading_of_images(workspace, ids)
    artifact = Artifact(KIND, STEP, recipe, ids)
    if workspace.has(artifact):
        table: Vectors = workspace.load(artifact.key)
        return table
    known = _known(workspace, recipe)
    todo = [image for image in ids if image not in known]
    try:
        for done, (image, row) in enumerate(_measured(workspace, todo)):
            if row is not None:
                known[image] = row
            progress.tick(done + 1, len(todo), "measuring complexity")
    finally:  # what is measured stays measured when it is cancelled
        there = tuple(image for image in ids if image in known)
        if there:
            names = tuple(known[there[0]])
            values = np.array([[known[image][name] for name in names] for image in there])
            table = Vectors(there, values, names)
            workspace.save(Artifact(KIND, STEP, recipe, there), table)
    if not there:
        raise NotEnoughData("none of the images could be read again; scan their folder again")
    return table


def _known(workspace: Workspace, recipe: Json) -> dict[ImageId, dict[str, float]]:
    known: dict[ImageId, dict[str, float]] = {}
    for made in workspace.artifacts(KIND):
        if made.step == STEP and made.recipe == recipe:
            table: Vectors = workspace.load(made.key)
            rows = (dict(zip(table.columns, row, strict=True)) for row in table.values.tolist())
            known = dict(zip(table.ids, rows, strict=True)) | known
    return known


def _measured(
    workspace: Workspace, ids: list[ImageId]
) -> Iterator[tuple[ImageId, dict[str, float] | None]]:
    from contrast_engine.images import read_image

    options = workspace.reading_options

    def ask(image: ImageId) -> dict[str, float] | None:
        try:
            return measure_complexity(read_image(workspace.original_bytes(image), options=options))
        except (ImageError, WorkspaceError):
            return None  # measuring the features has listed it as a problem

    yield from side_by_side(ask, ids)
