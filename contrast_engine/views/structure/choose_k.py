"""How many clusters: the evidence for each number, and the verdict, in the form a page shows."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contrast_engine.arrays import Json
from contrast_engine.clusterings import clusterings
from contrast_engine.figures.evidence import choose_k
from contrast_engine.options import options_of
from contrast_engine.steps.structure.choose_k import OPTION, choose_k_artifact
from contrast_engine.steps.structure.spaces import FEATURES, space
from contrast_engine.store.workspace import Workspace
from contrast_engine.validation.stability import SHARE
from contrast_engine.views.input_checks import sentence

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

VERDICTS = {
    "groups": "Separate groups",
    "regions": "Regions of one continuum",
    "too few": "Not enough images to tell",
}


@dataclass(frozen=True)
class ChooseKCard:
    """What speaks for which number of clusters.

    Args:
        recommended: The number that is recommended.
        verdict: Whether there are groups at all, in words.
        reason: Why this number.
        basis: What was compared, on how many images and in which space.
        chart: Stability and silhouette for every number, each with its range.
        rows: The same as a table, one row per number.
    """

    recommended: int
    verdict: str
    reason: str
    basis: str
    chart: "Figure"
    rows: tuple[dict[str, str], ...]


def has_choose_k(method: str) -> bool:
    """True if a clustering is told its number of clusters, and does not find it itself."""
    if method not in clusterings:  # of a package that is gone
        return False
    return OPTION in {option.name for option in options_of(clusterings[method])}


def choose_k_card(
    workspace: Workspace, method: str, options: Json, on: str = FEATURES
) -> ChooseKCard | None:
    """What speaks for each number of clusters; None where that was not compared yet.

    Args:
        workspace: Measured.
        method: A clustering that is told its number of clusters.
        options: Its options; the number among them does not matter.
        on: The space that is clustered.
    """
    artifact = choose_k_artifact(space(workspace, on), method, options=options)
    if not workspace.has(artifact):
        return None
    found = workspace.manifest(artifact.key).details
    of = "" if found["n"] == found["total"] else f" drawn at random from {found['total']:,}"
    return ChooseKCard(
        found["recommended_k"],
        VERDICTS[found["verdict"]],
        sentence(found["reason"]) + _uniform(found),
        f"{found['n']:,} images{of}; {found['space']}. Agreement (adjusted Rand index, chance 0) "
        f"is that of two clusterings of a random {SHARE:.0%} of the images each, with the range of "
        "95% of the comparisons. The silhouette stands beside its null reference, data without "
        "groups of the same covariance (mean ± 2 standard deviations); z counts standard "
        "deviations above it.",
        choose_k(found["curve"], found["recommended_k"]),
        tuple(_row(point) for point in found["curve"]),
    )


def _uniform(found: Json) -> str:
    beside = found["uniform"]
    if beside is None:
        return ""
    return (
        f" Against a uniform null reference as well, the silhouette is {beside['value']:.2f} where "
        f"chance gives {beside['null_mean']:.2f} ± {beside['null_sd']:.2f}."
    )


def _row(point: Json) -> dict[str, str]:
    return {
        "Clusters": str(point["k"]),
        "Agreement": f"{point['stability']:.2f} ({point['stability_low']:.2f} to "
        f"{point['stability_high']:.2f})",
        "Weakest cluster comes back": f"{min(point['jaccard']):.0%}",
        "Silhouette": f"{point['silhouette']:.3f}",
        "By chance": f"{point['null_mean']:.3f} ± {point['null_sd']:.3f}",
        "Groups parted by valleys": str(len(point["gaps"]["groups"])),
        "z": _z(point["z"]),
        "z of Davies-Bouldin": _z(point["davies_bouldin"]["z"]),
        "z of Calinski-Harabasz": _z(point["calinski_harabasz"]["z"]),
    }


def _z(value: float) -> str:
    return f"{value:+.1f}".replace("-", "\N{MINUS SIGN}")
