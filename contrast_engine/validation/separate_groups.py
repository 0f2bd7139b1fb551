"""Are the clusters groups with gaps between them, or regions of one cloud?"""

from contrast_engine.results import Finding, Verdict
from contrast_engine.validation import checks
from contrast_engine.validation.context import Context, unknown
from contrast_engine.validation.separation import (
    SURE,
    Separation,
    against_null,
    assigned_share,
    is_grouped,
)

CHECK = "separate_groups"


@checks.add(CHECK)
def separate_groups(context: Context) -> list[Finding]:
    """Silhouette and Davies-Bouldin index beside those of the null reference."""
    clustering, space = context.clustering, context.space
    if "clusters" in context.outdated:
        return unknown(CHECK, "The clusters were made before images were measured anew; "
                       "cluster again to judge them.")  # fmt: skip
    if clustering is None or space is None or context.clusterer is None:
        return unknown(CHECK, "There are no clusters yet; cluster the collection to see whether "
                       "it falls into groups.")  # fmt: skip
    if len(clustering.clusters) < 2:
        return unknown(CHECK, "One cluster alone cannot be separate from another; make two.")
    found = against_null(
        space, clustering, context.clusterer, seed=context.seed, progress=context.progress
    )
    is_group = is_grouped(found, assigned_share(clustering))
    note = (
        "The clusters lie further apart than those of the null reference: groups with gaps "
        "between them."
        if is_group
        else "The null reference, data without groups, gives just the same: read the clusters as "
        "regions, not as natural groups."
    )
    silhouette, davies_bouldin = found["silhouette"], found["davies_bouldin"]
    return [
        _finding("silhouette", silhouette, "pass" if is_group else "warn", note, "higher", context),
        _finding("Davies-Bouldin", davies_bouldin, _second(davies_bouldin), _told(davies_bouldin),
                 "lower", context),
    ]  # fmt: skip


def _second(found: Separation) -> Verdict:
    return "pass" if found.z is not None and found.z >= SURE else "warn"


def _told(found: Separation) -> str:
    if _second(found) == "pass":
        return "The clusters are tighter for their distance than those of the null reference."
    return "The clusters are no tighter for their distance than those of the null reference."


def _finding(
    name: str, found: Separation, verdict: Verdict, note: str, better: str, context: Context
) -> Finding:
    beside = "" if found.z is None else f", {found.z:+.1f} null deviations better"
    null = f"{found.draws} Gaussian draws of the same covariance"
    space = f"{name} in {context.space_name}; null reference: {null}{beside}"
    return Finding(CHECK, found.value, found.n, space, verdict, note, null=found.null_mean,
                   better=better)  # fmt: skip
