"""Images on which the model abstains because they are unlike anything that is labelled."""

import functools

import numpy as np

from contrast_engine.errors import ModelError
from contrast_engine.imageset import ImageIds
from contrast_engine.pseudo_labels.abstaining import nearest_distance
from contrast_engine.results import Predictions
from contrast_engine.steps.structure.spaces import space_of
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId


def unlike(workspace: Workspace, key: str) -> tuple[ImageId, ...]:
    """Those that lie too far from every labelled image, the farthest first.

    None where the model was saved without what tells it. Only images of the collection.

    Args:
        workspace: Where the model is.
        key: Of its predictions.
    """
    known = workspace.images
    found = _unlike(workspace, key, workspace.current("features"))
    return tuple(image for image in found if image in known)


@functools.lru_cache(maxsize=4)
def _unlike(workspace: Workspace, key: str, _features: str | None) -> tuple[ImageId, ...]:
    found: Predictions = workspace.load(key)
    silent = ImageIds(found.ids.numbers[found.abstains])
    try:
        arrays, recipe = workspace.models.load(key)
        there = space_of(workspace, str(recipe["space"])).vectors
    except (ModelError, KeyError):
        return ()
    if "labelled" not in arrays or "limit" not in recipe:
        return ()
    rows = there.rows_of(silent)
    apart = nearest_distance(there.values[rows], np.asarray(arrays["labelled"], np.float64))
    order = np.argsort(-apart, kind="stable")
    return tuple(there.ids[rows[at]] for at in order if apart[at] > recipe["limit"])
