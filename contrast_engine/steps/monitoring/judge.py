"""What a stored model says of images that are measured already, without opening a file."""

from collections.abc import Callable, Sequence

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints, Json
from contrast_engine.placing import joined
from contrast_engine.pseudo_labels import Abstaining, classifiers
from contrast_engine.pseudo_labels.abstaining import distances, nearest_distance
from contrast_engine.pseudo_labels.calibration import Sets
from contrast_engine.pseudo_labels.promise import Promise
from contrast_engine.results import Predictions
from contrast_engine.steps.structure.space_encoder import SpaceEncoder
from contrast_engine.steps.structure.spaces import FEATURES
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId, Vectors

Instead = Callable[[str], str]
"""For the table of features or the embedding of a space, one that holds the new images, too."""


def judged(
    workspace: Workspace,
    model: str,
    clustering: str | None,
    ids: Sequence[ImageId],
    instead: Instead,
) -> Predictions:
    """The predictions of a model for images that it was not made with, on its own frozen scale.

    Args:
        workspace: Where the model is and the images are measured.
        model: Key of its predictions.
        clustering: Key of the clustering it was made with.
        ids: The images.
        instead: Where the rows of the images are.

    Raises:
        ModelError: The model is gone or damaged.
    """
    arrays, recipe = workspace.models.load(model)
    fitted = {n.removeprefix("model."): a for n, a in arrays.items() if n.startswith("model.")}
    method = classifiers.stored(recipe)
    values = placed(workspace, recipe["space"], ids, instead).values
    known: Ints | None = None
    if clustering is not None and method.uses_clusters:
        known = nearest_clusters(workspace, clustering, ids, instead)
    probability = method.load(fitted).predict_proba(values, known)
    is_far = nearest_distance(values, arrays["labelled"]) > float(recipe["limit"])
    return Predictions(
        tuple(ids), tuple(recipe["classes"]), probability, rule_of(recipe)(probability) | is_far
    )


def placed(workspace: Workspace, key: str, ids: Sequence[ImageId], instead: Instead) -> Vectors:
    """Measured images in a space that was fitted without them, by its key."""
    from contrast_engine.scaling import QuantileScaling, Standardising

    arrays, recipe = workspace.models.load(key)
    if "parts" in recipe:
        return joined([placed(workspace, part, ids, instead) for part in recipe["parts"]])
    source = str(recipe["input"])
    kind = QuantileScaling if workspace.manifest(source).kind == FEATURES else Standardising
    rows: Vectors = workspace.load(instead(source)).take(ids)
    return kind.from_arrays(arrays).transform(rows)


def nearest_clusters(
    workspace: Workspace, key: str, ids: Sequence[ImageId], instead: Instead
) -> Ints:
    """(n,) the cluster whose centre each image is nearest to, in the space of the clustering."""
    clustering, space = workspace.load(key), workspace.manifest(key).inputs[0]
    present = np.array(clustering.clusters)
    centres = SpaceEncoder(workspace, space).centres(clustering)
    rows = placed(workspace, space, ids, instead).values
    nearest: Ints = present[distances(rows, centres).argmin(axis=1)]
    return nearest


def rule_of(recipe: Json) -> Callable[[Floats], Bools]:
    """Where the model abstains, as `predict` has it."""
    if "promise" in recipe:
        return Promise(**recipe["promise"]).unsure
    if recipe.get("sets"):
        return Sets(**recipe["sets"]).unsure
    return Abstaining.of(recipe["abstaining"]).unsure
