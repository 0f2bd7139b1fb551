"""The measures of complexity of every image, each image measured once."""

import numpy as np

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

    Rows of a table made before are taken over, so that only new images are measured. The table is
    for the score and the page of complexity, and is listed among no attributes.

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
    for image, row in _measured(workspace, [i for i in ids if i not in known], progress):
        known[image] = row
    there = tuple(image for image in ids if image in known)
    if not there:
        raise NotEnoughData("none of the images could be read again; scan their folder again")
    names = tuple(known[there[0]])
    values = np.array([[known[image][name] for name in names] for image in there])
    table = Vectors(there, values, names)
    workspace.save(artifact, table)
    return table


def _known(workspace: Workspace, recipe: dict[str, object]) -> dict[ImageId, dict[str, float]]:
    for made in workspace.artifacts(KIND):
        if made.step == STEP and made.recipe == recipe:
            table: Vectors = workspace.load(made.key)
            rows = (dict(zip(table.columns, row, strict=True)) for row in table.values.tolist())
            return dict(zip(table.ids, rows, strict=True))
    return {}


def _measured(
    workspace: Workspace, ids: list[ImageId], progress: Progress
) -> list[tuple[ImageId, dict[str, float]]]:
    from contrast_engine.images import read_image

    options = workspace.reading_options

    def ask(image: ImageId) -> dict[str, float] | None:
        try:
            return measure_complexity(read_image(workspace.original_bytes(image), options=options))
        except (ImageError, WorkspaceError):
            return None  # measuring the features has listed it as a problem

    found = []
    for done, (image, row) in enumerate(side_by_side(ask, ids)):
        progress.tick(done + 1, len(ids), "measuring complexity")
        if row is not None:
            found.append((image, row))
    return found
