"""What a person changes about clusters: merge, split, move, exclude; applied, never overwritten."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, Self, get_args

import numpy as np

from contrast_engine.arrays import Ints, Json
from contrast_engine.clusterings import distances_to_own
from contrast_engine.errors import OptionError
from contrast_engine.results import UNASSIGNED, Clustering
from contrast_engine.vectors import ImageId, Vectors

Kind = Literal["merge", "split", "move", "exclude"]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True)
class Edit:
    """One change of a clustering.

    Args:
        kind: merge these clusters, split these images off, move them, or exclude them.
        clusters: Those merged.
        images: Those split off, moved or excluded.
        into: The cluster they are in afterwards; one never used before for a split.
    """

    kind: Kind
    clusters: tuple[int, ...] = ()
    images: tuple[ImageId, ...] = ()
    into: int = UNASSIGNED

    def as_json(self) -> Json:
        """The edit as it is stored."""
        return {**asdict(self), "clusters": list(self.clusters), "images": list(self.images)}

    @classmethod
    def of(cls, body: Json) -> Self:
        """Make the edit again that was stored."""
        images = tuple(ImageId(image) for image in body["images"])
        return cls(body["kind"], tuple(body["clusters"]), images, body["into"])


def edited(
    clustering: Clustering, edits: Iterable[Edit], space: Vectors | None = None
) -> Clustering:
    """Apply edits one after the other, the clustering itself unchanged.

    An edit about a cluster or image that is not there (any more) changes nothing, so that
    taking back an earlier edit never breaks a later one.

    Args:
        clustering: As it was computed.
        edits: Oldest first.
        space: The clustered space, to measure distances anew; without it they stay.
    """
    cluster = clustering.cluster.copy()
    row = {image: position for position, image in enumerate(clustering.ids)}
    for edit in edits:
        if edit.kind == "merge":
            cluster[np.isin(cluster, edit.clusters)] = edit.into
            continue
        is_there = edit.kind != "move" or (cluster == edit.into).any()
        if is_there:
            cluster[[row[image] for image in edit.images if image in row]] = edit.into
    return Clustering(clustering.ids, cluster, _distance(clustering, cluster, space))


def checked(clustering: Clustering, edit: Edit) -> Edit:
    """The edit if it fits the clustering as it is now.

    Raises:
        OptionError: It names what is not there, or would change nothing.
    """
    if edit.kind not in KINDS:
        raise OptionError(f"no edit {edit.kind!r}; there are: {', '.join(KINDS)}")
    if edit.kind == "merge":
        _refuse_unknown(clustering, edit.clusters)
        if len(set(edit.clusters)) < 2:
            raise OptionError("merging needs at least two different clusters")
        return edit
    missing = [image for image in edit.images if image not in clustering.of]
    if not edit.images or missing:
        raise OptionError(
            f"image {missing[0]} is not in this clustering; choose from its images"
            if missing
            else f"no image was given to {edit.kind}; choose at least one"
        )
    if edit.kind == "move":
        _refuse_unknown(clustering, (edit.into,))
    if edit.kind == "split":
        _refuse_whole_clusters(clustering, edit.images)
    return edit


def largest(clustering: Clustering, clusters: Sequence[int]) -> int:
    """The one of these clusters whose id a merger keeps: the largest, ties the smallest."""
    return max(clusters, key=lambda cluster: (clustering.size(cluster), -cluster))


def _refuse_unknown(clustering: Clustering, clusters: Sequence[int]) -> None:
    for cluster in clusters:
        if cluster not in clustering.clusters:
            there = ", ".join(map(str, clustering.clusters)) or "none"
            raise OptionError(f"no cluster {cluster}; there are: {there}")


def _refuse_whole_clusters(clustering: Clustering, images: Sequence[ImageId]) -> None:
    chosen = set(images)
    for cluster in {clustering.of[image] for image in images} - {UNASSIGNED}:
        if chosen >= set(clustering.members(cluster)):
            raise OptionError(
                f"these are all images of cluster {cluster}: nothing is left to split from;"
                " choose fewer, or rename the cluster"
            )


def _distance(clustering: Clustering, cluster: Ints, space: Vectors | None) -> "np.ndarray":
    if space is None:
        return np.where(cluster == UNASSIGNED, 0.0, clustering.distance)
    return distances_to_own(space.take(clustering.ids).values, cluster)
