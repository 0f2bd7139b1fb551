"""Images on which the model abstains because they are unlike anything that is labelled."""

import functools

import numpy as np

from contrast_engine.errors import ModelError
from contrast_engine.imageset import ImageIds
from contrast_engine.pseudo_labels.abstaining import nearest_distance
from contrast_engine.results import Predictions
from contrast_engine.steps.structure.spaces import in_space
from contrast_engine.store.workspace import Workspace


def unlike(workspace: Workspace, key: str) -> ImageIds:
    """Those that lie too far from every labelled image, the farthest first.

    None where the model was saved without what tells it. Only images of the collection.

    Args:
        workspace: Where the model is.
        key: Of its predictions.
    """
    found = _unlike(workspace, key, workspace.current("features"))
    return found.among(workspace.images.images)


@functools.lru_cache(maxsize=4)
def _unlike(workspace: Workspace, key: str, _features: str | None) -> ImageIds:
    none = ImageIds.of(())
    found: Predictions = workspace.load(key)
    silent = ImageIds(found.ids.numbers[found.abstains])
    try:
        arrays, recipe = workspace.models.load(key)
        if "labelled" not in arrays or "limit" not in recipe:
            return none
        there = in_space(workspace, str(recipe["space"]), silent)
    except (ModelError, KeyError):
        return none
    apart = nearest_distance(there.values, np.asarray(arrays["labelled"], np.float64))
    order = np.argsort(-apart, kind="stable")
    return ImageIds(there.numbers[order[apart[order] > recipe["limit"]]])
