"""Which cluster is which after clustering again: names stay with the images they were given."""

from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.results import UNASSIGNED, Clustering

SAME = 0.5
"""Share of images two clusters must have in common to be the same one (own choice)."""


@dataclass(frozen=True, eq=False)
class Followed:
    """A clustering whose ids continue those of an earlier one.

    Args:
        clustering: The later clustering with its ids replaced.
        kept: Ids that stand for the same cluster as before.
        new: Ids given for the first time.
        retired: Ids of clusters that are gone; they are never given again.
        next_id: The first id that was never used.
    """

    clustering: Clustering
    kept: tuple[int, ...]
    new: tuple[int, ...]
    retired: tuple[int, ...]
    next_id: int


def follow(later: Clustering, earlier: Clustering, next_id: int | None = None) -> Followed:
    """The clusters of `later` the ids of the clusters of `earlier` they continue.

    Clusters are paired one to one so that the Jaccard indices of the pairs, taken over the
    images that are in both clusterings, sum to the most; a pair below `SAME` is taken apart
    again and the later cluster gets an id that was never used.

    Source: Kuhn 1955 for the pairing.

    Args:
        later: Made anew, its ids 0..k-1.
        earlier: Whose ids are to be continued.
        next_id: First id never used in the history of `earlier`; else one above its highest.
    """
    free = max([next_id or 0, *(cluster + 1 for cluster in earlier.clusters)])
    shared = [image for image in later.ids if image in earlier.of]
    likeness = _jaccard(
        np.array([later.of[image] for image in shared], dtype=np.int64),
        np.array([earlier.of[image] for image in shared], dtype=np.int64),
        later.clusters,
        earlier.clusters,
    )
    names = _paired(likeness, later.clusters, earlier.clusters)
    kept = tuple(sorted(names.values()))
    for cluster in later.clusters:  # the largest first: they are numbered so
        if cluster not in names:
            names[cluster], free = free, free + 1
    renamed = np.array([names.get(int(c), UNASSIGNED) for c in later.cluster], dtype=np.int64)
    return Followed(
        clustering=Clustering(later.ids, renamed, later.distance),
        kept=kept,
        new=tuple(sorted(set(names.values()) - set(kept))),
        retired=tuple(c for c in earlier.clusters if c not in kept),
        next_id=free,
    )


def _jaccard(
    later: np.ndarray, earlier: np.ndarray, rows: tuple[int, ...], columns: tuple[int, ...]
) -> Floats:
    """(rows, columns) shared images over all images of the two; 0 where they share none."""
    own, former = later[:, None] == rows, earlier[:, None] == columns  # (n, k), (n, q)
    both = own.T.astype(np.float64) @ former
    either = own.sum(axis=0)[:, None] + former.sum(axis=0)[None, :] - both
    return np.where(either > 0, both / np.maximum(either, 1), 0.0)


def _paired(likeness: Floats, rows: tuple[int, ...], columns: tuple[int, ...]) -> dict[int, int]:
    from scipy.optimize import linear_sum_assignment

    pairs = zip(*linear_sum_assignment(likeness, maximize=True), strict=True)
    return {rows[r]: columns[c] for r, c in pairs if likeness[r, c] >= SAME}
