"""One cluster in the form a card shows it: size, typical images, words and differences."""

from dataclasses import dataclass

from contrast_engine.arrays import Json
from contrast_engine.steps.structure.taxonomy import taxonomy
from contrast_engine.store.workspace import Workspace
from contrast_engine.validation.stability import DRAWS, STABLE, UNSTABLE
from contrast_engine.vectors import ImageId
from contrast_engine.views.collection.feature_overview import feature_title
from contrast_engine.views.structure.cluster_marks import ClusterMark, cluster_marks


@dataclass(frozen=True)
class CardDifference:
    """One feature in which a cluster differs from the rest, in words."""

    title: str
    words: str


@dataclass(frozen=True)
class ClusterCard:
    """What is known about one cluster.

    Args:
        cluster: Its id.
        name: The name a person gave it, empty for none.
        mark: What it is called and its colour, as on the map.
        words: Its description in words, made from its differences.
        size, share: Its images, and their share of the clustered images.
        typical: Its medoids, most typical first.
        differences: Its features, most different from the rest first.
        stability: How much of it comes back without a fifth of the images, in words; empty where
            that was not measured, as for edited clusters.
        inside: The finer groups kept inside it with their names and sizes; empty for none.
    """

    cluster: int
    name: str
    mark: ClusterMark
    words: str
    size: int
    share: float
    typical: tuple[ImageId, ...]
    differences: tuple[CardDifference, ...]
    stability: str = ""
    inside: str = ""


def cluster_cards(workspace: Workspace, key: str) -> tuple[ClusterCard, ...]:
    """A card for every cluster of a clustering, in the order of their ids."""
    clustering, details = workspace.load(key), workspace.manifest(key).details
    marks = cluster_marks(workspace, key)
    names, inside = workspace.labels.cluster_names(key), _inside(workspace, key)
    return tuple(
        ClusterCard(
            c,
            names.get(c, ""),
            marks[c],
            details.get("summary", {}).get(str(c), ""),
            clustering.size(c),
            clustering.size(c) / len(clustering),
            tuple(ImageId(i) for i in details.get("representatives", {}).get(str(c), ())),
            tuple(_difference(d) for d in details.get("differences", {}).get(str(c), ())),
            _stability(details.get("stability", {}).get(str(c))),
            inside.get(c, ""),
        )
        for c in clustering.clusters
    )


def _inside(workspace: Workspace, key: str) -> dict[int, str]:
    """Which finer groups are kept in each cluster."""
    kept = taxonomy(workspace, key)
    if kept is None:
        return {}
    said = {}
    for branch in kept.branches:
        groups = [
            f"{kept.names.get(place, place)} ({len(images):,})"
            for place, images in ((f"{branch.cluster}.{n}", g) for n, g in enumerate(branch.groups))
        ]
        said[branch.cluster] = ", ".join(groups)
    return said


def _stability(found: Json | None) -> str:
    if not found:
        return ""
    value = found["value"]
    word = "stable" if value >= STABLE else "soft" if value >= UNSTABLE else "unstable"
    return (
        f"{word.capitalize()}: {value:.0%} of it comes back without a fifth of the images "
        f"({found['low']:.0%} to {found['high']:.0%}, {DRAWS} samples; Jaccard index)."
    )


def _difference(found: Json) -> CardDifference:
    """Cliff's delta as what it is: how often an image from inside exceeds one from outside."""
    effect, low, high = found["effect"], found["low"], found["high"]
    is_lower = effect < 0
    ends = sorted((1 + (-e if is_lower else e)) / 2 for e in (low, high))
    share = (1 + abs(effect)) / 2
    side = "lower" if is_lower else "higher"
    words = f"{side} in {share:.0%} of pairs ({ends[0]:.0%} to {ends[1]:.0%})"
    return CardDifference(feature_title(found["feature"]), words)
