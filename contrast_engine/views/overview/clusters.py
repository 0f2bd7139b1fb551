"""The clusters in use: names, sizes, medoids, and whether they are groups."""

from dataclasses import dataclass

from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.overview.card import Absent, Card, Number


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
        reading: "Groups", "Regions" or that there are too few images to tell.
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
    is_grouped: bool
    verdict: str
    separation: Number | None


def clusters(workspace: Workspace) -> Clusters | Absent:
    """The clusters in use."""
    return Absent("Not made yet.", "clusters")
