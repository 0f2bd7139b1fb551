"""Ward's hierarchy: small groups merged step by step, so that any number can be cut."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from contrast_engine.arrays import Floats, Ints, Json
from contrast_engine.clusterings import Assignment, Clusterer, clusterings, means
from contrast_engine.clusterings.kmeans import nearest_means
from contrast_engine.options import option
from contrast_engine.progress import SILENT, Progress
from contrast_engine.randomness import generator

EXACT = 2_000
"""Up to so many rows every row is a leaf; exact merging needs memory for all pairs (D11)."""

MICRO = 1_000
"""Micro-clusters that stand for the rows above `EXACT`."""

SAMPLE = 20_000
"""At most so many rows place the micro-clusters."""


@clusterings.add("hierarchical")
@dataclass(frozen=True)
class Hierarchical(Clusterer):
    """Merges the most similar groups, two at a time, until the requested number is left.

    Up to 2,000 images exactly; above, 1,000 micro-clusters are found first and merged with
    the weight of their images, and the details say so. The merge tree is kept.

    Source: Ward 1963; nearest-neighbour chains, Murtagh 1983; docs/methods.md#ward-clustering.
    """

    title: ClassVar[str] = "Hierarchical: similar groups merged"
    joins: ClassVar[str] = "least variance"

    n_clusters: int = option(
        3, "How many groups to cut the tree into; more than 3 or 4 are rarely stable.",
        low=2, high=40,
    )  # fmt: skip

    @property
    def needs(self) -> int:
        """As many different images as clusters."""
        return self.n_clusters

    def assign(self, values: Floats, *, seed: int = 0, progress: Progress = SILENT) -> Assignment:
        """The merge tree of the rows cut into `n_clusters`.

        The arrays are `leaf` (n,), the leaf of each row, `weights` (m,), the rows of each leaf,
        and `merges` (m - 1, 4): two nodes, Ward distance, leaves below, as scipy writes them.
        """
        progress.tick(0, 2, "grouping the most similar images")
        leaf = np.arange(len(values))
        is_exact = len(values) <= EXACT
        if not is_exact:
            leaf = micro_clusters(values, seed)
        n_leaves = int(leaf.max()) + 1
        weights = np.bincount(leaf, minlength=n_leaves)
        progress.tick(1, 2, "merging groups")
        merges = ward(values) if is_exact else weighted_ward(means(values, leaf, n_leaves), weights)
        cluster = cut(merges, self.n_clusters)[leaf]
        progress.tick(2, 2, "merging groups")
        details: Json = {"is_exact": is_exact, "leaves": n_leaves}
        if not is_exact:
            details |= {"fitted_on": min(len(values), SAMPLE), "note": _note(len(values), n_leaves)}
        return Assignment(cluster, details, {"leaf": leaf, "weights": weights, "merges": merges})


def _note(n: int, n_leaves: int) -> str:
    """What the tree of many rows rests on."""
    placed = f", placed by {SAMPLE:,} of them, each image in the nearest" if n > SAMPLE else ""
    return (
        f"{n} images were first gathered into {n_leaves} micro-clusters{placed}; the tree is exact"
        " above those"
    )


def ward(values: Floats) -> Floats:
    """Merge all rows exactly, giving scipy's (n - 1, 4) linkage."""
    from scipy.cluster.hierarchy import linkage

    merges: Floats = linkage(values, "ward")
    return merges


def weighted_ward(centres: Floats, weights: Ints) -> Floats:
    """Merge centres that each stand for `weights` rows, giving an (m - 1, 4) linkage.

    The Ward distance of groups a and b is sqrt(2 a b / (a + b)) |mean a - mean b|, so with
    unit weights this is scipy's `ward`. Follows nearest-neighbour chains in O(m) memory.
    """
    m = len(centres)
    mean, weight = centres.copy(), weights.astype(np.float64)
    is_alive = np.ones(m, dtype=np.bool_)
    merges = np.empty((m - 1, 3))  # slot, slot, distance
    chain: list[int] = []
    for step in range(m - 1):
        if not chain:
            chain.append(int(is_alive.argmax()))
        while True:
            top = chain[-1]
            distances = np.square(mean - mean[top]).sum(axis=1) * (
                2 * weight * weight[top] / (weight + weight[top])
            )
            distances[~is_alive] = np.inf
            distances[top] = np.inf
            near = int(distances.argmin())
            if len(chain) > 1 and distances[chain[-2]] <= distances[near]:
                break
            chain.append(near)
        kept, gone = chain[-2], chain[-1]
        merges[step] = kept, gone, np.sqrt(distances[kept])
        del chain[-2:]
        both = weight[kept] + weight[gone]
        mean[kept] = (weight[kept] * mean[kept] + weight[gone] * mean[gone]) / both
        weight[kept] = both
        is_alive[gone] = False
    return _as_linkage(merges)


def cut(merges: Floats, n_clusters: int) -> Ints:
    """Undo the last merges until `n_clusters` are left; give the cluster of every leaf."""
    m = len(merges) + 1
    parent = np.arange(2 * m - 1)
    for step in range(m - n_clusters):
        parent[merges[step, :2].astype(int)] = m + step
    for node in range(2 * m - 2, -1, -1):  # a parent always has the higher number
        parent[node] = parent[parent[node]]
    return parent[:m]


def _as_linkage(merges: Floats) -> Floats:
    """Order slot merges by distance and name their nodes as scipy does.

    Slots are followed to the group they are in by now, so that two distances that differ only
    by rounding may come in either order.
    """
    m = len(merges) + 1
    joined = np.arange(m)  # slot -> a slot of the same group, itself for a group's own
    node, leaves = np.arange(m), np.ones(m)
    result = np.empty((m - 1, 4))
    for step, row in enumerate(np.argsort(merges[:, 2], kind="stable")):
        kept, gone = (_group(joined, int(slot)) for slot in merges[row, :2])
        leaves[kept] += leaves[gone]
        pair = sorted((node[kept], node[gone]))
        result[step] = *pair, merges[row, 2], leaves[kept]
        joined[gone], node[kept] = kept, m + step
    return result


def _group(joined: Ints, slot: int) -> int:
    while joined[slot] != slot:
        slot = int(joined[slot])
    return slot


def micro_clusters(values: Floats, seed: int, most: int = MICRO) -> Ints:
    """At most `most` small groups of rows, numbered without gaps."""
    rows = values
    if len(values) > SAMPLE:
        drawn = generator(seed, "ward", "sample").choice(len(values), SAMPLE, replace=False)
        rows = values[drawn]
    k = min(most, len(np.unique(rows, axis=0)))
    micro = nearest_means(rows, values, k, restarts=1, seed=seed, is_quick=True)
    leaf: Ints = np.unique(micro, return_inverse=True)[1]
    return leaf
