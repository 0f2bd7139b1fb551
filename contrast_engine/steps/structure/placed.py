"""Which rows of a result were placed after it was fitted, and whether a fresh fit is due."""

from collections.abc import Iterable

import numpy as np

from contrast_engine.arrays import Json
from contrast_engine.errors import UnknownName
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.results import Clustering, Predictions
from contrast_engine.steps.in_use import PLACED
from contrast_engine.steps.structure.edit_clusters import STEP as EDITED
from contrast_engine.store import Manifest, Workspace
from contrast_engine.vectors import Vectors

SHARE = 0.2
"""Share of placed images above which a fresh fit is due (own choice)."""

FAR_SHARE, FEWEST = 0.05, 20
"""Share of the placed images that are far from all known ones above which a fresh fit is due, of
at least so many placed ones; by chance it is about 0.1 % (own choice)."""


def fitted_key(made: Manifest) -> str:
    """The key of the result as it was fitted, under one with images placed or changed by hand."""
    if made.step == PLACED:
        return made.inputs[1]
    return made.inputs[-1] if made.step == EDITED else made.key


def placed_count(made: Manifest) -> int:
    """How many rows of a result were placed and were no part of its fit."""
    return int(made.details.get("placed", 0))


def fitted_count(made: Manifest) -> int:
    """How many rows of a result were part of its fit; they come first."""
    return int(made.details.get("fitted", made.rows))


def placed_images(workspace: Workspace, key: str) -> ImageSet:
    """The images of a result that were placed and were no part of its fit.

    Args:
        workspace: Where it is.
        key: A map, clustering or predictions.

    Raises:
        UnknownName: There is no such result.
    """
    made = workspace.manifest(key)
    if not placed_count(made):
        return ImageSet(np.zeros(0, dtype=np.uint64))
    result: Vectors | Clustering | Predictions = workspace.load(key)
    return ImageSet(ImageIds.of(result.ids).numbers[fitted_count(made) :])


def far_images(workspace: Workspace, key: str) -> ImageSet:
    """The placed images that are far from all images that a result was fitted on."""
    return ImageSet.of(workspace.manifest(key).details.get("far", ()))


def grew_from(workspace: Workspace, key: str, inputs: Iterable[str]) -> bool:
    """Whether a result is one of some others with images placed, and the same in all else.

    Args:
        workspace: Where they are.
        key: The result.
        inputs: Keys of the others, among anything.
    """
    made = workspace.manifest(key)
    if not placed_count(made):
        return False
    for one in inputs:
        try:
            other = workspace.manifest(one)
        except UnknownName:  # a hash of labels, or a result that was removed
            continue
        is_same = (other.kind, other.recipe) == (made.kind, made.recipe)
        if is_same and fitted_key(other) == fitted_key(made):
            return True
    return False


def fresh_fit_due(details: Json) -> str:
    """Why a result with placed images is to be fitted again, in words; empty where it is not."""
    placed, fitted = int(details.get("placed", 0)), int(details.get("fitted", 0))
    if not placed:
        return ""
    share = placed / (placed + fitted)
    if share > SHARE:
        return (f"{placed:,} of {placed + fitted:,} images ({share:.0%}) were placed and are no "
                f"part of the fit, more than {SHARE:.0%}")  # fmt: skip
    far = int(details.get("n_far", 0))
    if placed >= FEWEST and far > FAR_SHARE * placed:
        return (f"{far:,} of the {placed:,} placed images are far from all images of the fit, "
                f"more than {FAR_SHARE:.0%}")  # fmt: skip
    return ""
