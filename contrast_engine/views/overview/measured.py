"""What is measured of a collection, or why the cards that need it are not there."""

from contrast_engine.steps.collection.measured_rows import STEP
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import Vectors
from contrast_engine.views.overview.card import Absent

COLLECTION = "collection"


def measured(workspace: Workspace) -> Vectors | Absent:
    """The features measured last, by this version."""
    if not len(workspace.images):
        return Absent("There are no photographs in this collection yet.", COLLECTION)
    key = workspace.current("features")
    if key is None:
        return Absent("The images are not measured yet.", COLLECTION)
    if workspace.manifest(key).step != STEP:
        return Absent(
            "The features have become better since these images were measured; measure again.",
            COLLECTION,
        )
    table: Vectors = workspace.load(key)
    if not len(table):
        return Absent("None of the images could be measured.", COLLECTION)
    return table
