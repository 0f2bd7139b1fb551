"""Are the clusters groups with gaps between them, or regions of one cloud?"""

from contrast_engine.results import Finding, Verdict
from contrast_engine.validation import checks
from contrast_engine.validation.context import Context, unknown
from contrast_engine.validation.gaps import Gaps
from contrast_engine.validation.halves import ALPHA
from contrast_engine.validation.separation import (
    GROUPS,
    REGIONS,
    SURE,
    Evidence,
    Separation,
    against_null,
    assigned_share,
    reading,
    stands_out,
    verdict,
)

CHECK = "separate_groups"

STRONG = 0.8
"""Prediction strength from which clusters are those of other images as well (Tibshirani &
Walther 2005: .8 to .9)."""

NEXT = {
    GROUPS: "Clusters that meet without a valley in more images would join into one group.",
    REGIONS: "A valley between neighbouring clusters, empty to half of the density beside it, "
    "would make them groups; other features or another encoder may show one.",
}
MORE = "More images, or fewer clusters, so that each holds enough of them."
ACROSS = (
    "Clusters that follow the valley: another method or number of clusters, or a space in which "
    "the features that show it weigh more."
)
"""What would change each of the readings."""


@checks.add(CHECK)
def separate_groups(context: Context) -> list[Finding]:
    """Valleys of density between clusters; silhouette and Davies-Bouldin beside their null."""
    clustering, space = context.clustering, context.space
    if "clusters" in context.outdated:
        return unknown(CHECK, "The clusters were made before images were measured anew; "
                       "cluster again to judge them.")  # fmt: skip
    if clustering is None or space is None or context.clusterer is None:
        return unknown(CHECK, "There are no clusters yet; cluster the collection to see whether "
                       "it falls into groups.")  # fmt: skip
    found = context.evidence
    if found is None:
        found = against_null(
            space, clustering, context.clusterer, seed=context.seed, progress=context.progress
        )
    if len(clustering.clusters) < 2:  # the images may have groups that the method misses
        return [_valley(found, assigned_share(clustering), context)]
    silhouette, davies_bouldin = found["silhouette"], found["davies_bouldin"]
    is_out = stands_out(found)
    return [
        _valley(found, assigned_share(clustering), context),
        _finding("silhouette", silhouette, "pass" if is_out else "warn", _said(is_out), "higher",
                 context),
        _finding("Davies-Bouldin", davies_bouldin, _second(davies_bouldin), _told(davies_bouldin),
                 "lower", context),
        *([] if found.gaps is None else [_strength(found.gaps, context)]),
    ]  # fmt: skip


def _valley(found: Evidence, assigned: float, context: Context) -> Finding:
    """The verdict, with the density in the deciding valley over that of the lower hill."""
    seen, said = found.gaps, reading(found, assigned)
    if seen is None:
        return unknown(CHECK, "No valleys were looked for; cluster again.")[0]
    of = f"{seen.n:,} images" + ("" if seen.n == seen.total else f" of {seen.total:,}")
    space = (
        f"density in the valley over that of the lower hill, in {context.space_name}; counted on"
        f" images that did not place it, {of}; chance {seen.chance:.2g}, sure below {ALPHA:g}"
    )
    judged: Verdict = "pass" if said == GROUPS else "warn" if said == REGIONS else "unknown"
    if seen.is_across:  # there are groups, but not these clusters
        judged = "warn"
    following = ACROSS if seen.is_across else NEXT.get(said, MORE)
    note = verdict(found, assigned)
    return Finding(CHECK, seen.valley, seen.n, space, judged, f"{note[0].upper()}{note[1:]}.",
                   null=1.0, better="lower", next=following)  # fmt: skip


def _strength(seen: Gaps, context: Context) -> Finding:
    value = seen.prediction_strength
    is_strong = value >= STRONG
    note = (
        "Other images of the same kind fall into the same clusters."
        if is_strong
        else "Other images of the same kind would be cut elsewhere."
    )
    space = f"prediction strength in {context.space_name}; one half told by the other's means"
    return Finding(CHECK, value, seen.n, space, "pass" if is_strong else "warn", note)


def _said(is_out: bool) -> str:
    if is_out:
        return (
            "The clusters lie further apart than those of the null reference, as skewed and "
            "curved continua do too: the valleys decide."
        )
    return "The null reference, data without groups, gives much the same."


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
