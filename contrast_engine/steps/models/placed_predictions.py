"""Predictions with the images that came after a model was trained, as the model judges them."""

import numpy as np

from contrast_engine.arrays import Ints
from contrast_engine.errors import ModelError, UnknownName
from contrast_engine.features import FEATURE_VERSION
from contrast_engine.imageset import Numbers
from contrast_engine.pseudo_labels import classifiers
from contrast_engine.pseudo_labels.abstaining import nearest_distance
from contrast_engine.results import UNASSIGNED, Predictions
from contrast_engine.steps.in_use import PLACED
from contrast_engine.steps.monitoring.judge import rule_of
from contrast_engine.steps.structure.frozen_spaces import grown_space, on_scale
from contrast_engine.steps.structure.growing import Growth, NewRows
from contrast_engine.steps.structure.placed_clusters import regions_of
from contrast_engine.steps.structure.spaces import FEATURES
from contrast_engine.store import Artifact, Manifest, Workspace

HOW = "by the model as it was trained, which abstains as before"


def predict_placed(growth: Growth, new: NewRows) -> str:
    """Key of predictions with the new images, by the model as it was trained.

    Args:
        growth: The predictions.
        new: The images that they lack.

    Raises:
        ModelError: The model was trained on features of another version, or is damaged.
    """
    workspace, fitted = growth.workspace, growth.fitted
    artifact = Artifact(
        "predictions", PLACED, fitted.recipe, (growth.space, fitted.key, *fitted.inputs[1:]),
        fitted.seed,
    )  # fmt: skip
    if workspace.has(artifact) and workspace.models.has(artifact.key):
        return artifact.key
    arrays, recipe = workspace.models.load(fitted.key)
    if recipe.get("feature_version") != FEATURE_VERSION:
        raise ModelError(
            f"it was trained on features of version {recipe.get('feature_version')}, and now "
            f"version {FEATURE_VERSION} is measured; train it again"
        )
    trained = {n.removeprefix("model."): a for n, a in arrays.items() if n.startswith("model.")}
    method = classifiers.stored(recipe)
    clusters: Ints | None = None
    if method.uses_clusters:
        clusters = _clusters(workspace, fitted, growth.new)
    values = new.vectors.values
    probability = method.load(trained).predict_proba(values, clusters)
    is_far = nearest_distance(values, arrays["labelled"]) > float(recipe["limit"])
    more = Predictions(
        new.vectors.ids, tuple(recipe["classes"]), probability,
        rule_of(recipe)(probability) | is_far,
    )  # fmt: skip
    workspace.models.save(artifact.key, arrays, {**recipe, "space": growth.space})
    details = growth.details(new, HOW) | {"space_key": growth.space}
    return growth.save(artifact, more, details)


def _clusters(workspace: Workspace, fitted: Manifest, images: Numbers) -> Ints | None:
    """(m,) the cluster of each new image in the clustering that a model learnt with."""
    for key in fitted.inputs[1:]:
        try:
            made = workspace.manifest(key)
        except UnknownName:  # a hash of labels
            continue
        if made.kind != "clusterings":
            continue
        if not (workspace.load(key).cluster >= 0).any():
            return np.full(len(images), UNASSIGNED)
        where = grown_space(workspace, made.inputs[0], str(made.details.get("on", FEATURES)))
        rows = on_scale(workspace, where, images).values
        return regions_of(workspace, made).joined(rows, "nearest mean")  # as a model in use asks
    return None
