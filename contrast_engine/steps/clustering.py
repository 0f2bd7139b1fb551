"""cluster: cut the space into regions, say what each is like and how real they are."""

from dataclasses import asdict

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from contrast_engine import describe, representatives
from contrast_engine.arrays import Json
from contrast_engine.clusterings import Clusterer, Grouping, clusterings
from contrast_engine.progress import SILENT, Progress
from contrast_engine.results import Clustering
from contrast_engine.steps.spaces import Space, space
from contrast_engine.store import Artifact, Workspace
from contrast_engine.validation import separation
from contrast_engine.vectors import Vectors

TYPICAL = 5
"""Representatives of each cluster."""


def cluster(
    workspace: Workspace,
    method: str = "kmeans",
    *,
    options: Json | None = None,
    seed: int = 0,
    progress: Progress = SILENT,
) -> str:
    """Cluster the measured images in their scaled space, unless it is done; give the key.

    The details hold `silhouette` and `davies_bouldin`, each {value, null_mean, null_sd, z, n}
    with z positive where the clusters are more separate than structureless data; `is_grouped`
    and the `verdict` in words; by cluster id `summary` (words), `differences` (feature,
    effect, low, high) and `representatives` (ids, most typical first); the `space` in words;
    and `method`, what the method says of itself. A merge tree is kept among the models, under
    the same key, its rows in the order of the clustering's ids.

    Args:
        workspace: Where the measurements are and the clustering goes.
        method: Name of a clustering.
        options: Its options; those not named keep their default.
        seed: For everything drawn at random.
        progress: Told on the way; a cancelled clustering leaves nothing behind.

    Raises:
        NotEnoughData: Nothing was measured, or fewer different images than clusters.
        OptionError: An option does not fit.
        UnknownName: There is no such clustering.
    """
    recipe = clusterings[method].of(options or {})
    where = space(workspace)
    question = {"method": method, "options": recipe.as_json()}
    artifact = Artifact("clusterings", "cluster@1", question, (where.key,), seed)
    if not workspace.has(artifact):
        by_id = where.vectors.take(sorted(where.vectors.ids))
        with threadpool_limits(limits=1):  # sums must not depend on how many threads add them
            grouping = recipe.group(by_id, seed=seed, progress=progress)
            details = _details(where, recipe, grouping, seed, progress)
        if grouping.arrays:
            kept = {"step": artifact.step, **question, "arrays": sorted(grouping.arrays)}
            workspace.models.save(artifact.key, grouping.arrays, kept)
        workspace.save(artifact, grouping.clustering, details)
    workspace.make_current("clusterings", artifact.key)
    return artifact.key


def _details(
    where: Space, recipe: Clusterer, grouping: Grouping, seed: int, progress: Progress
) -> Json:
    clustering = grouping.clustering
    found = separation.against_null(where.vectors, clustering, recipe, seed=seed, progress=progress)
    different = _differences(where.vectors, clustering)
    typical = representatives.medoids(where.vectors, clustering, TYPICAL)
    return {
        **{measure: asdict(result) for measure, result in found.items()},
        "is_grouped": separation.is_grouped(found),
        "verdict": separation.verdict(found),
        "summary": {str(c): describe.words(different[c]) for c in clustering.clusters},
        "differences": {str(c): [asdict(d) for d in different[c]] for c in clustering.clusters},
        "representatives": {str(c): list(typical[c]) for c in clustering.clusters},
        "space": where.name,
        "method": grouping.details,
    }


def _differences(
    vectors: Vectors, clustering: Clustering
) -> dict[int, tuple[describe.Difference, ...]]:
    """Compare each cluster with all other images; only ranks count, so scaled values will do."""
    return {
        c: describe.differences(vectors, clustering.members(c))
        if clustering.size(c) < len(vectors)
        else ()
        for c in clustering.clusters
    }
