"""cluster: cut the space into regions, say what each is like and how real they are."""

from dataclasses import asdict, replace

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from contrast_engine import describe, representatives
from contrast_engine.arrays import Json
from contrast_engine.clusterings import Grouping, clusterings, identity
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.results import UNASSIGNED, Clustering
from contrast_engine.steps.in_use import settle
from contrast_engine.steps.structure.frozen_spaces import known_images
from contrast_engine.steps.structure.regions import keep_regions
from contrast_engine.steps.structure.spaces import Space, space
from contrast_engine.store import Artifact, Manifest, Workspace
from contrast_engine.validation import separation
from contrast_engine.validation.separation import Evidence
from contrast_engine.validation.stability import each_comes_back
from contrast_engine.vectors import Vectors

STEP = "cluster@3"

CARRIED = "(carried over)"
"""Who stands beside a name that a cluster kept from an earlier clustering."""

MANY = 20_000
"""Images above which what lets later ones join is kept at once; of fewer it is made in no time."""

TYPICAL = 5
"""Representatives of each cluster."""


SHARES = 1, 20, 2
"""Time of fitting, of judging, and of leaving images out (10,000 images, k-means)."""


def cluster(
    workspace: Workspace,
    method: str = "kmeans",
    *,
    options: Json | None = None,
    on: str = "features",
    follows: str | None = None,
    seed: int = 0,
    use: bool = True,
    who: str = "",
    progress: Progress = SILENT,
) -> str:
    """Key of the clustering of the images in their scaled space, made once.

    The details hold `silhouette` and `davies_bouldin`, each {value, null_mean, null_sd, z, n,
    draws} with z positive where the clusters are more separate than the null reference;
    `gaps` (which clusters a valley of density parts: groups, chance, valley, power,
    prediction_strength, n, total), the `reading` ("separate groups", "regions of one continuum",
    "not enough images to tell"), `is_grouped` and the `verdict` in words; the share
    `assigned` to a cluster; by cluster id `summary` (words), `differences` (feature, effect, low,
    high), `representatives` (ids, most typical first) and `stability` (how much of it comes back
    without a fifth of the images: mean, lowest and highest Jaccard index); the `space` in words;
    and `method`, what the method says of itself. A merge tree is kept among the models, under the
    same key, its rows in the order of the clustering's ids.

    Args:
        workspace: Where the measurements are and the clustering goes.
        method: Name of a clustering.
        options: Its options; those not named keep their default.
        on: The space to cluster: "features", the key of an embedding, or "features+KEY".
        follows: Key of an earlier clustering whose ids and names are continued: a cluster that
            shares half its images with an earlier one keeps that id, others get new ones. The
            details then hold `identity`: what was `kept`, `new` and `retired`.
        seed: For everything drawn at random.
        use: Whether it is in use from now on; else what is in use stays, and it can be looked
            at. The first of its kind is in use in any case.
        who: Who asks; without it the name that is logged in.
        progress: Told on the way; a cancelled clustering leaves nothing behind.

    Raises:
        NotEnoughData: Nothing was measured, or fewer different images than clusters.
        OptionError: An option does not fit.
        PluginError: A clustering of another package failed, or gave no clusters.
        UnknownName: There is no such clustering.
    """
    progress = paced(progress, f"cluster {method}", workspace, "loading the space and the method")
    recipe = clusterings[method].of(options or {})
    where = space(workspace, on, save=True)
    question = {"method": method, "options": recipe.as_json(), **clusterings.made_by(method)}
    question |= separation.null_question(len(where.vectors))
    inputs = (where.key,) if follows is None else (where.key, follows)
    earlier = None if follows is None else workspace.manifest(follows)
    artifact = Artifact("clusterings", STEP, question, inputs, seed)
    if not workspace.has(artifact):
        by_id = where.vectors.take(where.vectors.images)
        fitting, judging, leaving_out = in_parts(progress, *SHARES)
        one_thread = threadpool_limits(limits=1)  # sums must not depend on how many add them
        with one_thread, clusterings.running(method):
            grouping = recipe.group(by_id, seed=seed, progress=fitting)
            continued: Json = {}
            if earlier is not None:
                grouping, continued = _continued(workspace, grouping, earlier)
            found = separation.against_null(
                where.vectors, grouping.clustering, recipe, seed=seed, progress=judging
            )
            said = grouping.details
            details = described(where, grouping.clustering, found, said) | continued
            back = each_comes_back(
                where.vectors, grouping.clustering, recipe, seed=seed, progress=leaving_out
            )
            details["stability"] = {
                str(c): {"value": value, "low": low, "high": high}
                for c, (value, low, high) in back.items()
            }
        if grouping.arrays:
            kept = {"step": artifact.step, **question, "arrays": sorted(grouping.arrays)}
            workspace.models.save(artifact.key, grouping.arrays, kept)
        workspace.save(artifact, grouping.clustering, details)
        if len(by_id) > MANY:
            keep_regions(workspace, artifact.key, method, by_id.values, grouping.clustering.cluster)
            known_images(workspace, where.key)  # that new ones are placed among
        if earlier is not None:
            carry_names(workspace, earlier.key, artifact.key)
    return settle(workspace, "clusterings", artifact.key, use=use, who=who)


def described(where: Space, clustering: Clustering, found: Evidence, said: Json) -> Json:
    """The details of a clustering: how separate, what each cluster is like, who stands for it.

    Args:
        where: The clustered space.
        clustering: The clusters.
        found: How separate they are.
        said: What the method says of itself.
    """
    assigned = separation.assigned_share(clustering)
    different = _differences(where.readable, clustering)
    typical = representatives.medoids(where.vectors, clustering, TYPICAL)
    return {
        **{index: asdict(result) for index, result in found.items()},
        "gaps": None if found.gaps is None else asdict(found.gaps),
        "reading": separation.reading(found, assigned),
        "is_grouped": separation.is_grouped(found, assigned),
        "verdict": separation.verdict(found, assigned),
        "assigned": assigned,
        "summary": {str(c): describe.words(different[c]) for c in clustering.clusters},
        "differences": {str(c): [asdict(d) for d in different[c]] for c in clustering.clusters},
        "representatives": {str(c): list(typical[c]) for c in clustering.clusters},
        "space": where.name,
        "on": where.on,
        "method": said,
    }


def next_id(made: Manifest, clustering: Clustering) -> int:
    """The first cluster id that was never used in the history of this clustering."""
    known = int(made.details.get("identity", {}).get("next_id", 0))
    return max([known, *(cluster + 1 for cluster in clustering.clusters)])


def carry_names(workspace: Workspace, before: str, after: str) -> None:
    """Clusters that kept their id the names they had, unless they were named anew."""
    named = workspace.labels.cluster_names(after)
    there = set(workspace.load(after).clusters)
    for cluster, name in workspace.labels.cluster_names(before).items():
        if cluster in there and cluster not in named:
            workspace.labels.name_cluster(after, cluster, name, CARRIED)


def _continued(
    workspace: Workspace, grouping: Grouping, earlier: Manifest
) -> tuple[Grouping, Json]:
    before = workspace.load(earlier.key)
    followed = identity.follow(grouping.clustering, before, next_id(earlier, before))
    details = {
        "follows": earlier.key,
        "kept": list(followed.kept),
        "new": list(followed.new),
        "retired": list(followed.retired),
        "next_id": followed.next_id,
    }
    return replace(grouping, clustering=followed.clustering), {"identity": details}


def _differences(
    vectors: Vectors, clustering: Clustering
) -> dict[int, tuple[describe.Difference, ...]]:
    """Compare each cluster with all other images; only ranks count, so scaled values will do."""
    parts = [c for c in clustering.clusters if clustering.size(c) < len(vectors)]
    cluster = np.full(len(vectors), UNASSIGNED)
    cluster[vectors.places(clustering.ids)] = clustering.cluster
    found = describe.differences_of_each(vectors, [cluster == c for c in parts])
    return dict.fromkeys(clustering.clusters, ()) | dict(zip(parts, found, strict=True))
