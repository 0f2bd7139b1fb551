"""Edited clusters: the clustering that stands, its border images and its outliers."""

from dataclasses import dataclass

from contrast_engine.representatives import boundary
from contrast_engine.results import UNASSIGNED, Clustering
from contrast_engine.steps.structure.edit_clusters import STEP
from contrast_engine.steps.structure.spaces import space_of
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId

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


def is_edited(workspace: Workspace, key: str) -> bool:
    """True if a person has edited this clustering."""
    return workspace.manifest(key).step == STEP


def border_images(workspace: Workspace, key: str, each: int = 5) -> dict[int, BorderImages]:
    """The border images and the outliers of every cluster."""
    clustering = workspace.load(key)
    where = space_of(workspace, workspace.manifest(key).inputs[0])
    border = boundary(where.vectors, clustering, each)
    return {
        c: BorderImages(border[c], tuple(clustering.members(c)[::-1][:each]))
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
