"""What is kept of the clusters of a clustering, so that images that come later can join them."""

from contrast_engine.among_known import Regions
from contrast_engine.arrays import Floats, Ints
from contrast_engine.clusterings import clusterings
from contrast_engine.imageset import ImageIds
from contrast_engine.results import Clustering
from contrast_engine.steps.structure.frozen_spaces import on_scale
from contrast_engine.store import Artifact, Manifest, Workspace

STEP = "regions@1"


def regions_of(workspace: Workspace, made: Manifest) -> Regions:
    """Means, sizes and shapes of the fitted clusters of a clustering; measured once and kept."""
    key = _key(made.key)
    if not workspace.models.has(key):
        clustering: Clustering = workspace.load(made.key)
        n = int(made.details.get("fitted", made.rows))
        values = on_scale(workspace, made.inputs[0], ImageIds.of(clustering.ids).numbers[:n]).values
        method = clusterings.present_name(str(made.recipe["method"]))
        keep_regions(workspace, made.key, method, values, clustering.cluster[:n])
    return Regions.from_arrays(workspace.models.load(key)[0])


def keep_regions(
    workspace: Workspace, clustering: str, method: str, values: Floats, cluster: Ints
) -> None:
    """Measure and keep the regions of a clustering.

    Args:
        workspace: Where it is.
        clustering: Its key.
        method: Its method.
        values: (n, d) rows of its images in its space.
        cluster: (n,) the cluster of each.
    """
    if not (cluster >= 0).any():
        return
    has_shapes = clusterings[method].joins == "likeliest cloud"
    regions = Regions.of(values, cluster, with_spreads=has_shapes)
    recipe = {"step": STEP, "clustering": clustering}
    workspace.models.save(_key(clustering), regions.arrays(), recipe)


def _key(clustering: str) -> str:
    return Artifact("models", STEP, {}, (clustering,)).key
