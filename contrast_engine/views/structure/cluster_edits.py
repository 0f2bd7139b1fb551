"""Edited clusters: the clustering that stands, its border images and its outliers."""

from dataclasses import dataclass

from contrast_engine.arrays import Json
from contrast_engine.clusterings import clusterings
from contrast_engine.representatives import boundary
from contrast_engine.results import UNASSIGNED, Clustering
from contrast_engine.steps.structure.edit_clusters import STEP
from contrast_engine.steps.structure.spaces import FEATURES, space, space_of
from contrast_engine.store.artifacts import Manifest
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.artifact_lookup import is_of_now

NOTHING_TO_UNDO = "There is no edit of yours to undo."


@dataclass(frozen=True)
class BorderImages:
    """The images of a cluster that say where it ends.

    Args:
        border: Those that could as well be in another cluster.
        outliers: Those furthest from its mean.
    """

    border: tuple[ImageId, ...]
    outliers: tuple[ImageId, ...]


def edited_clustering(
    workspace: Workspace, method: str, options: Json, on: str = FEATURES
) -> str | None:
    """The current clustering if it answers this question, with the edits of a person."""
    key = workspace.current("clusterings")
    if key is None:
        return None
    made = workspace.manifest(key)
    asked = {name: value for name, value in made.recipe.items() if name != "edits"}
    wanted = {"method": method, "options": clusterings[method].of(options).as_json()}
    is_now = is_of_now(workspace, made) if on == FEATURES else is_in(workspace, made, on)
    return key if asked == wanted and is_now else None


def is_in(workspace: Workspace, made: Manifest, on: str) -> bool:
    """True if a clustering was made in this space."""
    return made.inputs[:1] == (space(workspace, on).key,)


def clustered_on(workspace: Workspace) -> str:
    """The space in which the current clustering was made, as steps take it."""
    key = workspace.current("clusterings")
    return str(workspace.manifest(key).details.get("on", FEATURES)) if key else FEATURES


def is_edited(workspace: Workspace, key: str) -> bool:
    """True if a person has edited this clustering."""
    return workspace.manifest(key).step == STEP


def border_images(workspace: Workspace, key: str, each: int = 5) -> dict[int, BorderImages]:
    """The border images and the outliers of every cluster."""
    clustering = workspace.load(key)
    where = space_of(workspace, workspace.manifest(key).inputs[0])
    border = boundary(where.vectors, clustering, each)
    return {
        c: BorderImages(border[c], tuple(reversed(clustering.members(c)))[:each])
        for c in clustering.clusters
    }


def unassigned_words(clustering: Clustering) -> str:
    """How many images belong to no cluster, so that the counts add up; empty for none."""
    left = clustering.size(UNASSIGNED)
    if not left:
        return ""
    rest = len(clustering) - left
    return (
        f"{left:,} of {len(clustering):,} images ({left / len(clustering):.0%}) belong to no "
        f"cluster: too unlike the others, or left out by hand. The other {rest:,} are in the "
        f"{len(clustering.clusters)} clusters below."
    )
