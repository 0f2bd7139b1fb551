"""The clusterings of a workspace by name, and two of them side by side."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contrast_engine.clusterings import clusterings
from contrast_engine.clusterings.comparing import Comparison, compare
from contrast_engine.errors import UnknownName
from contrast_engine.figures.flow import flow
from contrast_engine.results import UNASSIGNED, Clustering
from contrast_engine.steps.structure.edit_clusters import STEP as EDITED
from contrast_engine.steps.structure.name_clustering import clustering_names
from contrast_engine.steps.structure.placed import fitted_key, placed_count
from contrast_engine.store.artifacts import Manifest
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


@dataclass(frozen=True)
class NamedClustering:
    """One clustering: its key, and what it is called."""

    key: str
    name: str


@dataclass(frozen=True)
class Intersection:
    """A cluster of one clustering and one of another, with the images that both hold."""

    words: str
    images: tuple[ImageId, ...]


@dataclass(frozen=True)
class ClusteringComparison:
    """Two clusterings side by side.

    Args:
        words: How far they agree, with the basis.
        chart: The contingency as a Sankey diagram.
        rows: The contingency table, one row per cluster of the first.
        matches: Which cluster of the second is which of the first, in words.
        intersections: Every pair of clusters that share images, the most shared first.
        typical: For both clusterings, typical images of every cluster by its name.
    """

    words: str
    chart: "Figure"
    rows: tuple[dict[str, str], ...]
    matches: tuple[str, ...]
    intersections: tuple[Intersection, ...]
    typical: tuple[dict[str, tuple[ImageId, ...]], dict[str, tuple[ImageId, ...]]]


def named_clusterings(workspace: Workspace) -> tuple[NamedClustering, ...]:
    """The clusterings of a workspace, the newest first, each under a name of its own."""
    given = clustering_names(workspace)
    made = _without_outgrown(workspace, workspace.artifacts("clusterings"))
    titles = [given.get(one.key) or clustering_title(one) for one in made]
    seen: Counter[str] = Counter()
    found = []
    for one, title in zip(reversed(made), reversed(titles), strict=True):  # the first made is 1
        seen[title] += 1
        is_shared = titles.count(title) > 1
        name = f"{title}, no. {seen[title]}" if is_shared else title
        found.append(NamedClustering(one.key, name))
    return tuple(reversed(found))


def compared(workspace: Workspace, first: str, second: str) -> Comparison:
    """The contingency of two clusterings by their keys.

    Raises:
        NotEnoughData: They share no image.
        UnknownName: There is no such clustering.
    """
    known = {one.key for one in workspace.artifacts("clusterings")}
    for key in (first, second):
        if key not in known:
            raise UnknownName(f"no clustering {key!r} in this workspace")
    return compare(workspace.load(first), workspace.load(second))


def clustering_comparison(workspace: Workspace, first: str, second: str) -> ClusteringComparison:
    """Two clusterings side by side, in the form a page shows it."""
    found = compared(workspace, first, second)
    left, right = _names(workspace, first, found.rows), _names(workspace, second, found.columns)
    colours = [found.rows.index(found.matched[c][0]) if c in found.matched else -1
               for c in found.columns]  # fmt: skip
    return ClusteringComparison(
        _agreement(found),
        flow(found.table, list(left.values()), list(right.values()), colours),
        tuple(
            {"": left[r], **{right[c]: f"{n:,}" for c, n in zip(found.columns, row, strict=True)}}
            for r, row in zip(found.rows, found.table.tolist(), strict=True)
        ),
        tuple(
            f"right {right[c]} is most like left {left[r]} ({share:.0%} of their images in common)"
            for c, (r, share) in found.matched.items()
        ),
        _intersections(workspace.load(first), workspace.load(second), found, left, right),
        (_typical(workspace, first, left), _typical(workspace, second, right)),
    )


def _without_outgrown(workspace: Workspace, made: list[Manifest]) -> list[Manifest]:
    """The clusterings without those that are another one with fewer images placed."""
    used, seen, kept = workspace.current("clusterings"), set(), []
    for one in made:  # newest first
        edits = one.recipe.get("edits")
        grown = (fitted_key(one), str(edits))
        if not placed_count(one) or grown not in seen or one.key == used:
            kept.append(one)
        if placed_count(one):
            seen.add(grown)
    return kept


def clustering_title(made: Manifest) -> str:
    """What a clustering is called that nobody gave a name."""
    title = clusterings.of_result(made.recipe).title.partition(":")[0]
    n = len(made.details.get("summary", ()))
    by_hand = ", edited by hand" if made.step == EDITED else ""
    on = made.details.get("on", "features")
    where = "" if on == "features" else f", on {on}"
    return f"{title}, {n} clusters{where}{by_hand}{placed_words(made)}"


def placed_words(made: Manifest) -> str:
    """How many images were placed in a result, behind its name; empty for none."""
    n = placed_count(made)
    return f", {n:,} image{'' if n == 1 else 's'} placed" if n else ""


def _names(workspace: Workspace, key: str, clusters: Iterable[int]) -> dict[int, str]:
    named = workspace.labels.cluster_names(key)
    return {
        c: "no cluster" if c == UNASSIGNED else f"{c}: {named[c]}" if c in named else f"cluster {c}"
        for c in clusters
    }


def _agreement(found: Comparison) -> str:
    alone = found.only_first + found.only_second
    rest = f" {alone:,} images are in one of them only and are left out." if alone else ""
    return (
        f"Adjusted Rand index {found.ari:.2f} on the {len(found.ids):,} images of both: 1 is the "
        "same partition, 0 what chance gives. Images without a cluster count as a group of their "
        f"own.{rest}"
    )


def _intersections(
    one: Clustering, two: Clustering, found: Comparison, left: dict[int, str],
    right: dict[int, str],
) -> tuple[Intersection, ...]:  # fmt: skip
    inside: dict[tuple[int, int], list[ImageId]] = {}
    for image in found.ids:
        inside.setdefault((one.of[image], two.of[image]), []).append(image)
    order = sorted(inside.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(
        Intersection(f"{left[r]} and {right[c]}: {len(images):,} images", tuple(images))
        for (r, c), images in order
    )


def _typical(
    workspace: Workspace, key: str, names: dict[int, str]
) -> dict[str, tuple[ImageId, ...]]:
    stored = workspace.manifest(key).details.get("representatives", {})
    return {name: tuple(ImageId(i) for i in stored.get(str(c), ())) for c, name in names.items()}
