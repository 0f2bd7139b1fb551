"""The clusters in use: names, sizes, medoids, and whether they are groups."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Json
from contrast_engine.results import UNASSIGNED, Clustering
from contrast_engine.store.workspace import Workspace
from contrast_engine.validation.separation import ACROSS, GROUPS, MISSED
from contrast_engine.vectors import ImageId
from contrast_engine.views.outdated import why_outdated
from contrast_engine.views.overview.card import Absent, Card, Number
from contrast_engine.views.structure.cluster_marks import ClusterMark, cluster_marks

PAGE = "clusters"


@dataclass(frozen=True)
class OverviewCluster:
    """One cluster.

    Args:
        cluster: Its id.
        name: The name a person gave it, else the words that describe it.
        is_named: Whether a person named it.
        words: The words that describe it.
        colour: Its colour on the map, as "#rrggbb".
        size, share: Its images, and their share of all clustered images.
        medoids: Its most typical images, the most typical first.
        view: Parameters with which the gallery shows its images.
    """

    cluster: int
    name: str
    is_named: bool
    words: str
    colour: str
    size: int
    share: float
    medoids: tuple[ImageId, ...]
    view: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Clusters(Card):
    """The clustering in use.

    Args:
        key: Of the clustering.
        clusters: The largest first.
        n: How many images were clustered.
        unassigned: How many of them belong to no cluster.
        space: What was clustered, in words.
        reading: "separate groups", "regions of one continuum" or "not enough images to tell".
        headline: The one thing to take away, in a few words: whether these clusters are groups.
        is_grouped: Whether they may be read as groups.
        verdict: The reading with its reason, in words.
        separation: The silhouette beside its null reference; None where it could not be judged.
    """

    key: str
    clusters: tuple[OverviewCluster, ...]
    n: int
    unassigned: int
    space: str
    reading: str
    headline: str
    is_grouped: bool
    verdict: str
    separation: Number | None


def clusters(workspace: Workspace) -> Clusters | Absent:
    """The clusters in use."""
    key = workspace.current("clusterings")
    if key is None:
        return Absent("The images are not clustered yet.", PAGE)
    clustering: Clustering = workspace.load(key)
    files = workspace.images
    details = workspace.manifest(key).details
    sizes = dict(zip(*np.unique(clustering.cluster, return_counts=True), strict=True))
    marks = cluster_marks(workspace, key)
    titles = _titles(clustering.clusters, marks, details)
    found = [
        OverviewCluster(
            cluster,
            titles[cluster],
            marks[cluster].is_named,
            _words(details, cluster),
            marks[cluster].colour,
            int(sizes[cluster]),
            int(sizes[cluster]) / len(clustering),
            tuple(
                ImageId(image)
                for image in details.get("representatives", {}).get(str(cluster), ())
                if image in files
            ),
            {"f.cluster": str(cluster)},
        )
        for cluster in clustering.clusters
    ]
    found.sort(key=lambda one: (-one.size, one.cluster))
    reading, verdict = (str(details.get(name, "")) for name in ("reading", "verdict"))
    count, head = _count(len(found)), headline(reading, verdict, len(found))
    return Clusters(
        sentence=f"{count} of {len(clustering):,} images: {head[:1].lower()}{head[1:]}."
        if head
        else f"{count}.",
        page=PAGE,
        outdated=why_outdated(workspace, key),
        key=key,
        clusters=tuple(found),
        n=len(clustering),
        unassigned=int(sizes.get(UNASSIGNED, 0)),
        space=str(details.get("space", "")),
        reading=reading,
        headline=head,
        is_grouped=reading == GROUPS and not verdict.endswith((ACROSS, MISSED)),
        verdict=verdict,
        separation=_separation(details),
    )


def headline(reading: str, verdict: str, n: int) -> str:
    """Whether some clusters are groups, in a few words.

    Args:
        reading: One of the three; "" where it was not judged.
        verdict: The same with its reason.
        n: How many clusters there are.
    """
    if verdict.endswith(ACROSS):
        these = "this cluster" if n == 1 else f"these {n} clusters"
        return f"Groups, cut across by {these}"
    if verdict.endswith(MISSED):
        return "Groups, not found by this method"
    return f"{reading[:1].upper()}{reading[1:]}"


def _count(n: int) -> str:
    return f"{n} cluster{'' if n == 1 else 's'}"


def _titles(
    clusters: tuple[int, ...], marks: dict[int, ClusterMark], details: Json
) -> dict[int, str]:
    """What each is called: its name, else its describing words, which say its number if shared."""
    words = {cluster: _words(details, cluster) for cluster in clusters}
    shared = Counter(words[cluster] for cluster in clusters if not marks[cluster].is_named)
    return {
        cluster: marks[cluster].name
        if marks[cluster].is_named
        else words[cluster][:1].upper()
        + words[cluster][1:]
        + (f" ({cluster})" if shared[words[cluster]] > 1 else "")
        for cluster in clusters
    }


def _words(details: Json, cluster: int) -> str:
    """The words that describe a cluster; none where its maker said none."""
    return str(details.get("summary", {}).get(str(cluster), ""))


def _separation(details: Json) -> Number | None:
    found = details.get("silhouette")
    if not found:
        return None
    return Number(
        float(found["value"]),
        int(found["n"]),
        f"silhouette in {details.get('space', '')}",
        null=float(found["null_mean"]),
    )
