"""Which images stand for a cluster: typical ones and doubtful ones."""

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.clusterings import means
from contrast_engine.imageset import ImageIds
from contrast_engine.results import Clustering
from contrast_engine.vectors import ImageId, Vectors

Chosen = dict[int, tuple[ImageId, ...]]
"""For every cluster its chosen images, the most telling first; fewer where it is smaller."""


_AT_ONCE = 50_000
"""Images of which the distances to all means are held at once."""


def medoids(space: Vectors, clustering: Clustering, each: int = 5) -> Chosen:
    """Typical images: the one nearest to the cluster mean, then different typical ones.

    The following ones come from the central half of the cluster, each as far as possible from
    those already chosen. Real images, never the mean itself, which after scaling is no
    picture (docs/methods.md#representatives). Ties go to the smaller id.

    Args:
        space: The space that was clustered; it may hold more images.
        clustering: Whose clusters to represent.
        each: How many images of each cluster.
    """
    return {
        cluster: _spread_out(space.take(members[: (len(members) + 1) // 2]), each)
        for cluster, members in _members(space, clustering).items()
    }


def boundary(space: Vectors, clustering: Clustering, each: int = 5) -> Chosen:
    """The images that could as well be in another cluster.

    These have the largest ratio of the distance to their own mean to that to the nearest
    other mean. Nothing is at a boundary where there is only one cluster.
    """
    clusters = clustering.clusters
    if len(clusters) < 2:
        return dict.fromkeys(clusters, ())
    known, own_cluster = clustering.ids.numbers, clustering.cluster
    rows = np.argsort(known, kind="stable")
    rows = rows[np.isin(own_cluster[rows], clusters)]
    ids = ImageIds(known[rows])
    at, values = space.rows_of(ids), space.values
    if len(at) < len(ids):
        space.take(ids)  # says which images it lacks
    position = {cluster: p for p, cluster in enumerate(clusters)}
    of = np.searchsorted(clusters, own_cluster[rows])
    centres = means(values, of, len(clusters), at)
    own, other = np.empty(len(ids)), np.full(len(ids), np.inf)
    for start in range(0, len(ids), _AT_ONCE):  # so that no second table is held
        part = slice(start, start + _AT_ONCE)
        here = values[at[part]]
        for place, centre in enumerate(centres):
            away = np.sqrt(np.square(here - centre).sum(axis=1))
            is_own = of[part] == place
            own[part] = np.where(is_own, away, own[part])
            other[part] = np.where(is_own, other[part], np.minimum(other[part], away))
    ratio = np.where(other > 0, own / np.where(other > 0, other, 1), np.inf)
    order = np.argsort(-ratio, kind="stable")  # ids are sorted: ties go to the smaller one
    ranked = of[order]
    return {
        cluster: tuple(ids[int(row)] for row in order[ranked == position[cluster]][:each])
        for cluster in clusters
    }


def _members(space: Vectors, clustering: Clustering) -> dict[int, ImageIds]:
    """Every cluster's images, nearest to its mean in `space` first, ties by id."""
    ordered = {}
    for cluster in clustering.clusters:
        numbers = np.sort(clustering.ids.numbers[clustering.cluster == cluster])
        values = space.take(ImageIds(numbers)).values
        away = np.square(values - values.mean(axis=0)).sum(axis=1)
        ordered[cluster] = ImageIds(numbers[np.argsort(away, kind="stable")])
    return ordered


def _spread_out(candidates: Vectors, each: int) -> tuple[ImageId, ...]:
    """Take the first candidate, then always the one farthest from all those taken."""
    if each < 1:
        return ()
    taken = [0]
    nearest: Floats = np.full(len(candidates), np.inf)
    while len(taken) < min(each, len(candidates)):
        step = np.square(candidates.values - candidates.values[taken[-1]]).sum(axis=1)
        nearest = np.minimum(nearest, step)
        nearest[taken] = -1.0
        farthest = np.flatnonzero(nearest == nearest.max())
        taken.append(min(map(int, farthest), key=lambda row: candidates.ids[row]))
    return tuple(candidates.ids[row] for row in taken)
