"""A clustering with the images that came after it was made, each in a cluster of before."""

import numpy as np

from contrast_engine.among_known import Regions, joined_as_nearest
from contrast_engine.arrays import Ints
from contrast_engine.clusterings import clusterings
from contrast_engine.clusterings.editing import Edit, edited
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.results import UNASSIGNED, Clustering
from contrast_engine.steps.in_use import PLACED
from contrast_engine.steps.structure.cluster import CARRIED
from contrast_engine.steps.structure.edit_clusters import STEP as EDITED
from contrast_engine.steps.structure.edit_clusters import edited_artifact, edits_of
from contrast_engine.steps.structure.frozen_spaces import on_scale
from contrast_engine.steps.structure.growing import Growth, NewRows
from contrast_engine.steps.structure.name_clustering import clustering_names, name_clustering
from contrast_engine.store import Artifact, Manifest, Workspace

_REGIONS = "regions@1"

HOW = {
    "nearest mean": "in the cluster whose mean is nearest",
    "least variance": "in the cluster whose variance grows least, as Ward merges",
    "likeliest cloud": "in the likeliest cloud, by the mean and the shape of each",
    "nearest image": "in the cluster of the nearest image; in none where that is too far off",
}


def place_in_clusters(growth: Growth, new: NewRows) -> str:
    """Key of a clustering with the new images in it; clusters keep their ids and their names.

    A clustering that was edited by hand grows as the computed one does, and the same edits are
    made of it: what was merged is joined, an image joins the cluster that others were split from.

    Args:
        growth: The clustering.
        new: The images that it lacks.
    """
    workspace, fitted = growth.workspace, growth.fitted
    rule = clusterings.of_result(fitted.recipe).joins
    cluster = _joined(workspace, fitted, new, rule)
    artifact = Artifact(
        "clusterings", PLACED, fitted.recipe, (growth.space, fitted.key), fitted.seed
    )
    plain = growth
    if growth.now.step == EDITED:
        plain = Growth(workspace, workspace.manifest(growth.now.inputs[1]), growth.space)
    if not workspace.has(artifact):
        regions = regions_of(workspace, fitted)
        away = regions.distances(new.vectors.values, cluster)
        more = Clustering(new.vectors.ids, cluster, away)
        _keep_tree(plain, artifact.key, new, cluster)
        plain.save(artifact, more, plain.details(new, HOW[rule]))
    key = artifact.key
    _carry(workspace, plain.now.key, key)
    edits = edits_of(workspace, workspace.manifest(key))
    if growth.now.step == EDITED and edits:
        key = _edited(growth, workspace.manifest(key), new, cluster, edits)
    _carry(workspace, growth.now.key, key)
    return key


def regions_of(workspace: Workspace, made: Manifest) -> Regions:
    """Means, sizes and shapes of the clusters of a clustering; measured once and kept."""
    key = Artifact("models", _REGIONS, {}, (made.key,)).key
    if not workspace.models.has(key):
        clustering: Clustering = workspace.load(made.key)
        n = int(made.details.get("fitted", made.rows))
        values = on_scale(workspace, made.inputs[0], ImageIds.of(clustering.ids).numbers[:n]).values
        keep_regions(workspace, made, values, clustering.cluster[:n])
    return Regions.from_arrays(workspace.models.load(key)[0])


def keep_regions(workspace: Workspace, made: Manifest, values: "np.ndarray", cluster: Ints) -> None:
    """Measure and keep the regions of a clustering.

    Args:
        workspace: Where it is.
        made: The clustering.
        values: (n, d) rows of its images in its space.
        cluster: (n,) the cluster of each.
    """
    rule = clusterings.of_result(made.recipe).joins
    regions = Regions.of(values, cluster, with_spreads=rule == "likeliest cloud")
    key = Artifact("models", _REGIONS, {}, (made.key,)).key
    workspace.models.save(key, regions.arrays(), {"step": _REGIONS, "clustering": made.key})


def _joined(workspace: Workspace, fitted: Manifest, new: NewRows, rule: str) -> Ints:
    """(m,) the cluster of each new image by the rule of the method."""
    if rule == "nearest image":
        clustering: Clustering = workspace.load(fitted.key)
        rows = ImageIds.of(clustering.ids).places(ImageSet(new.known.images))
        known = np.where(rows >= 0, clustering.cluster[rows], UNASSIGNED)
        return joined_as_nearest(new.known.values, known, new.vectors.values, new.known.probes)[0]
    if not (workspace.load(fitted.key).cluster >= 0).any():
        return np.full(len(new.vectors), UNASSIGNED)
    shape = str(fitted.recipe["options"].get("shape", ""))
    return regions_of(workspace, fitted).joined(new.vectors.values, rule, shape)


def _edited(growth: Growth, grown: Manifest, new: NewRows, cluster: Ints, edits: list[Edit]) -> str:
    """Key of the grown clustering with the edits that were made by hand."""
    workspace = growth.workspace
    artifact = edited_artifact(grown, edits)
    if not workspace.has(artifact):
        values = new.vectors.values
        computed = Clustering(new.vectors.ids, cluster, np.zeros(len(cluster)))
        own = edited(computed, [edit for edit in edits if edit.kind == "merge"]).cluster
        regions = regions_of(workspace, growth.now)
        is_there = np.isin(own, regions.clusters) | (own == UNASSIGNED)
        own = np.where(is_there, own, regions.joined(values, "nearest mean"))
        away = regions.distances(values, own)
        more = Clustering(new.vectors.ids, own, away)
        details = growth.details(new, str(grown.details["placed_by"]))
        growth.save(artifact, more, details)
    return artifact.key


def _keep_tree(growth: Growth, key: str, new: NewRows, cluster: Ints) -> None:
    """Keep a merge tree under a grown clustering; a new image has the leaf of the nearest known."""
    workspace = growth.workspace
    if "merges" not in (workspace.models.recipe(growth.now.key) or {}).get("arrays", ()):
        return
    arrays, recipe = workspace.models.load(growth.now.key)
    clustering: Clustering = workspace.load(growth.now.key)
    rows = ImageIds.of(clustering.ids).places(ImageSet(new.known.images))
    is_own = clustering.cluster[rows][new.near] == cluster[:, None]
    nearest = np.take_along_axis(new.near, is_own.argmax(axis=1)[:, None], axis=1)[:, 0]
    leaf = np.concatenate([arrays["leaf"][growth.stays], arrays["leaf"][rows[nearest]]])
    workspace.models.save(key, {**arrays, "leaf": leaf}, recipe)


def _carry(workspace: Workspace, before: str, after: str) -> None:
    """The names of the clusters and of the clustering, unless they were named anew."""
    if before == after:
        return
    named = workspace.labels.cluster_names(after)
    for cluster, name in workspace.labels.cluster_names(before).items():
        if cluster not in named:
            workspace.labels.name_cluster(after, cluster, name, CARRIED)
    names = clustering_names(workspace)
    if names.get(before) and after not in names:
        name_clustering(workspace, after, names[before], CARRIED)
