"""choose_k: how many clusters the collection bears, and whether they are groups at all."""

from dataclasses import asdict

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from contrast_engine.arrays import Json
from contrast_engine.clusterings import Clusterer, clusterings
from contrast_engine.errors import OptionError
from contrast_engine.options import options_of
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress
from contrast_engine.results import Finding, Report, Verdict
from contrast_engine.steps.structure.spaces import Space, space
from contrast_engine.store import Artifact, Workspace
from contrast_engine.validation import cluster_count
from contrast_engine.validation.cluster_count import ClusterCount
from contrast_engine.validation.numbers_compared import Cut

STEP = "choose-k@2"
OPTION = "n_clusters"
_JUDGED: dict[str, Verdict] = {"groups": "pass", "regions": "warn", "too few": "unknown"}


def choose_k(
    workspace: Workspace,
    method: str = "kmeans",
    *,
    options: Json | None = None,
    on: str = "features",
    seed: int = 0,
    progress: Progress = SILENT,
) -> str:
    """Key of the comparison of numbers of clusters in the scaled space, made once.

    The details hold `recommended_k` with its `reason`, the `verdict` ("groups", "regions" or
    "too few"), the same as `reading` in the words used everywhere, and the `curve`: for every `k`
    its `stability` with range, `jaccard` by cluster, `silhouette` with `null_mean`, `null_sd`,
    `z` and the `draws` of its null, `davies_bouldin` and `calinski_harabasz` likewise, and `gaps`,
    which clusters a valley of density parts; and on how many images (`n` of `total`).
    It is a report, but never the current one: that is the validation's.

    Args:
        workspace: Where the measurements are and the report goes.
        method: Name of a clustering with a number of clusters.
        options: Its other options.
        on: The space to cluster: "features", the key of an embedding, or "features+KEY".
        seed: For everything drawn at random.
        progress: Told on the way; a cancelled comparison leaves nothing behind.

    Raises:
        NotEnoughData: Nothing was measured, or too few different images.
        OptionError: An option does not fit, or the method finds the number itself.
        UnknownName: There is no such clustering.
    """
    progress = paced(progress, f"choose-k {method}", workspace, "loading the space and the method")
    where = space(workspace, on, save=True)
    artifact = choose_k_artifact(where, method, options=options, seed=seed)
    if not workspace.has(artifact):
        recipe, others = clusterings[method], artifact.recipe["options"]

        def make(k: int) -> Clusterer:
            return recipe.of({**others, OPTION: k})

        one_thread = threadpool_limits(limits=1)  # sums must not depend on how many add them
        with one_thread, clusterings.running(method):
            choice = cluster_count.choose_k(where.vectors, make, seed=seed, progress=progress)
        details = {
            **as_json(choice), "space": where.name, "on": where.on, "method": method,
        }  # fmt: skip
        workspace.save(artifact, Report((_finding(choice, where),)), details)
    return artifact.key


def choose_k_artifact(
    where: Space, method: str = "kmeans", *, options: Json | None = None, seed: int = 0
) -> Artifact:
    """The question, so that a page can see whether it was answered.

    Raises:
        OptionError: An option does not fit, or the method finds the number itself.
        UnknownName: There is no such clustering.
    """
    recipe = clusterings[method]
    if OPTION not in {option.name for option in options_of(recipe)}:
        raise OptionError(
            f"{method} finds the number of clusters itself; choose k for a method with"
            f" {OPTION}, such as kmeans"
        )
    others = {k: v for k, v in recipe.of(options or {}).as_json().items() if k != OPTION}
    question = {"method": method, "options": others, **clusterings.made_by(method)}
    question |= cluster_count.null_question(len(where.vectors))
    return Artifact("reports", STEP, question, (where.key,), seed)


def as_json(choice: ClusterCount) -> Json:
    """A choice as details and command line give it."""
    return {
        "recommended_k": choice.recommended_k,
        "verdict": choice.verdict,
        "reading": choice.reading,
        "reason": choice.reason,
        "curve": [_point(cut) for cut in choice.cuts],
        "uniform": None if choice.uniform is None else asdict(choice.uniform),
        "n": choice.n,
        "total": choice.total,
    }


def _point(cut: Cut) -> Json:
    return {
        "k": cut.k,
        "stability": cut.stability,
        "stability_low": cut.stability_low,
        "stability_high": cut.stability_high,
        "jaccard": list(cut.jaccard),
        "silhouette": cut.silhouette.value,
        "null_mean": cut.silhouette.null_mean,
        "null_sd": cut.silhouette.null_sd,
        "z": cut.silhouette.z,
        "draws": cut.silhouette.draws,
        "davies_bouldin": asdict(cut.davies_bouldin),
        "calinski_harabasz": asdict(cut.calinski_harabasz),
        "gaps": asdict(cut.gaps),
    }


def _finding(choice: ClusterCount, where: Space) -> Finding:
    best = next(cut for cut in choice.cuts if cut.k == choice.recommended_k)
    return Finding(
        "choose_k",
        float(choice.recommended_k),
        choice.n,
        where.name,
        _JUDGED[choice.verdict],
        f"{choice.reason[0].upper()}{choice.reason[1:]}.",
        null=best.silhouette.null_mean,
        better="",
    )
