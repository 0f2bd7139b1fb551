"""The old and the new map of a candidate side by side, and what becomes of the clusters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contrast_engine.arrays import Json
from contrast_engine.figures.monitoring import map_pair
from contrast_engine.results import Clustering
from contrast_engine.steps.monitoring.candidates import Candidate, looked_at
from contrast_engine.steps.monitoring.compare import aligned
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

NEW = "new image"
FATES = {"kept": "kept", "new": "new", "retired": "retired"}


@dataclass(frozen=True)
class MapPair:
    """An old and a new map on the same axes.

    Args:
        before, after: The figures.
        words: How to read them.
    """

    before: "Figure"
    after: "Figure"
    words: str


def map_figures(workspace: Workspace, candidate: Candidate) -> MapPair | None:
    """Both maps, every image in the colour of its old cluster; None where there are not two."""
    keys = candidate.record
    old, new = keys["before"]["maps"], keys["after"]["maps"]
    if not old or not new or old == new:
        return None
    with looked_at(workspace, candidate.id) as view:
        pair = aligned(view.load(old), view.load(new))
        if pair is None:
            return None
        grouped = keys["before"]["clusterings"]
        clustering: Clustering | None = view.load(grouped) if grouped else None
        names = view.labels.cluster_names(grouped) if grouped else {}
    classes, order = _classes(pair.before.ids, clustering, names)
    classes |= {image: NEW for image in pair.after.ids if image not in classes}
    before, after = map_pair(pair.before, pair.after, classes, [*order, NEW], NEW)
    words = (
        "An image has the same colour on both: that of its cluster before. New images are grey. "
        "Near means alike; the axes of a map have no unit. The new map is turned, mirrored, scaled "
        f"and moved onto the old one by the {pair.shared:,} images of both (Procrustes). Disparity "
        f"{pair.disparity:.2f}: 0 is nothing moved, 1 nothing where it was."
    )
    return MapPair(before, after, words)


def cluster_rows(record: Json) -> list[dict[str, str]]:
    """What becomes of every cluster, as rows of a table."""
    found = record["clusters"]
    return [
        {
            "Cluster": _name(one["cluster"], one["name"]),
            "What becomes of it": FATES[one["fate"]],
            "Images before": "" if one["before"] is None else f"{one['before']:,}",
            "Images after": "" if one["after"] is None else f"{one['after']:,}",
        }
        for one in (found["each"] if found else ())
    ]


def _classes(
    ids: Sequence[ImageId], clustering: Clustering | None, names: dict[int, str]
) -> tuple[dict[str, str], list[str]]:
    if clustering is None:
        return dict.fromkeys(ids, "old image"), ["old image"]
    said = {cluster: _name(cluster, names.get(cluster)) for cluster in clustering.clusters}
    rest = "in no cluster"
    of = {str(image): cluster for image, cluster in clustering.of.items()}
    found = {str(image): said.get(of.get(image, -1), rest) for image in ids}
    return found, [*said.values(), *([rest] if rest in found.values() else [])]


def _name(cluster: int, name: str | None) -> str:
    return f"{cluster} {name}" if name else f"cluster {cluster}"
