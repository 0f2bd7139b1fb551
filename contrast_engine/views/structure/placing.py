"""What is said of placed images: how many, how well, which; and how many could be placed now."""

from contrast_engine.errors import ContrastError
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.steps.encoders.embed import STEP as EMBEDDED
from contrast_engine.steps.encoders.train import trainable
from contrast_engine.steps.structure.frozen_spaces import sources_of
from contrast_engine.steps.structure.growing import Growth
from contrast_engine.steps.structure.place import WAYS
from contrast_engine.steps.structure.placed import (
    far_images,
    fitted_count,
    placed_count,
    placed_images,
)
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId

FITTED, PLACED, FAR = "fitted", "placed, not fitted", "placed, far from all others"


def to_place(workspace: Workspace, key: str) -> int:
    """How many images could be placed in a result in use now; 0 where none, or where it cannot.

    Args:
        workspace: The open workspace.
        key: A map, clustering or predictions.
    """
    made = workspace.manifest(key)
    if made.kind not in WAYS or workspace.current(made.kind) != key:
        return 0
    try:
        growth = Growth.of(workspace, key)
        if growth.is_needed:
            return len(growth.new)
        return _not_embedded(workspace, growth.space)
    except ContrastError:
        return 0


def placed_line(workspace: Workspace, key: str) -> str:
    """How many images of a result were placed and how; empty where all were part of its fit."""
    made = workspace.manifest(key)
    placed, fitted = placed_count(made), fitted_count(made)
    if not placed:
        return ""
    n_far = int(made.details.get("n_far", 0))
    are = "is" if n_far == 1 else "are"
    far = f" {n_far:,} of them {are} far from all images of the fit." if n_far else ""
    how = str(made.details.get("placed_by", ""))
    return (
        f"Fitted on {fitted:,} images; {placed:,} more {'was' if placed == 1 else 'were'} placed: "
        f"{how}.{far} All measures of quality are of the fit."
    )


def placed_as(workspace: Workspace, key: str, image: ImageId) -> str:
    """What is to be said of one image that was placed; empty where it was part of the fit."""
    if not placed_count(workspace.manifest(key)) or image not in placed_images(workspace, key):
        return ""
    return FAR if image in far_images(workspace, key) else PLACED


def _not_embedded(workspace: Workspace, space: str) -> int:
    """Images that the encoder of a space has not seen yet."""
    made = [workspace.manifest(source) for source in sources_of(workspace, space)]
    seen = [ImageIds.of(workspace.load(one.key).ids).images for one in made if one.step == EMBEDDED]
    if not seen:
        return 0
    there = ImageSet.of(trainable(workspace))
    return max(len(there - one) for one in seen)
