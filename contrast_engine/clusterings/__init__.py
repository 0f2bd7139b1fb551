"""Clusterings: regions of the space, found in the space itself and never on a map.

A clusterer is one file with one recipe that implements `assign` on plain rows; the order of
rows, the numbering of clusters and the distances are decided here once, so that the same images
get the same cluster ids however they were scanned.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from contrast_engine.arrays import Floats, Ints, Json
from contrast_engine.errors import NotEnoughData
from contrast_engine.options import Recipe, recipe_fault
from contrast_engine.progress import SILENT, Progress
from contrast_engine.registry import Registry
from contrast_engine.results import UNASSIGNED, Clustering
from contrast_engine.vectors import Vectors


@dataclass(frozen=True, eq=False)
class Assignment:
    """What a method found, before clusters are numbered.

    Args:
        cluster: (n,) any integers, equal for rows of one cluster, `UNASSIGNED` for none.
        details: What the method wants said about how it worked.
        arrays: What it wants kept, for example a merge tree; rows counted as they were given.
    """

    cluster: Ints
    details: Json = field(default_factory=dict)
    arrays: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Grouping:
    """A finished clustering with what its method said and kept.

    `arrays` count rows in the order of sorted ids.
    """

    clustering: Clustering
    details: Json
    arrays: Mapping[str, Any]


class Clusterer(Recipe):
    """Base of every clustering method: a recipe that gives each row a cluster."""

    title: ClassVar[str] = ""
    """What the menu calls it."""

    joins: ClassVar[str] = "nearest mean"
    """How an image that came later joins a cluster: "nearest mean", "least variance" (as Ward
    merges), "likeliest cloud", or "nearest image" (with it, none where it lies too far off)."""

    @property
    def needs(self) -> int:
        """How many different images the method needs."""
        return 2

    def assign(self, values: Floats, *, seed: int = 0, progress: Progress = SILENT) -> Assignment:
        """Each of the (n, d) rows a cluster; at least `needs` of them differ."""
        raise NotImplementedError

    def group(self, vectors: Vectors, *, seed: int = 0, progress: Progress = SILENT) -> Grouping:
        """Cluster, number the clusters and measure distances, whatever the order of the rows.

        Raises:
            NotEnoughData: There are fewer different images than the method needs.
        """
        by_id = np.argsort(vectors.numbers, kind="stable")
        values = vectors.values[by_id]
        n_different = _different(values, self.needs)
        if n_different < self.needs:
            raise NotEnoughData(
                f"this clustering needs at least {self.needs} different images, got"
                f" {n_different}; ask for fewer clusters or add images"
            )
        found = self.assign(values, seed=seed, progress=progress)
        _check(found, len(values))
        cluster = np.empty(len(vectors), dtype=np.int64)
        cluster[by_id] = numbered(found.cluster)
        distance = distances_to_own(vectors.values, cluster)
        clustering = Clustering(vectors.ids, cluster, distance)
        return Grouping(clustering, found.details, found.arrays)

    def cluster(
        self, vectors: Vectors, *, seed: int = 0, progress: Progress = SILENT
    ) -> Clustering:
        """Each image its cluster: ids 0..k-1, largest first, ties by smallest image id.

        Raises:
            NotEnoughData: There are fewer different images than the method needs.
        """
        return self.group(vectors, seed=seed, progress=progress).clustering


def _different(values: Floats, enough: int) -> int:
    """How many rows differ; where the first few are enough the others are not looked at."""
    first = len(np.unique(values[: 20 * enough], axis=0))
    return first if first >= enough else len(np.unique(values, axis=0))


def _check(found: Any, n: int) -> None:
    """Let pass only what gives each of n rows a cluster.

    Raises:
        ValueError: It does not.
    """
    if not isinstance(found, Assignment):
        raise ValueError(f"gave {type(found).__name__}, not an Assignment")
    given = np.asarray(found.cluster)
    if given.shape != (n,) or given.dtype.kind not in "iu":
        raise ValueError(f"gave {given.dtype} of shape {given.shape}, not {n} whole numbers")


def numbered(cluster: Ints) -> Ints:
    """Clusters renumbered 0..k-1, largest first, equal sizes by their earliest row."""
    found, first, of, sizes = np.unique(
        cluster, return_index=True, return_inverse=True, return_counts=True
    )
    order = [c for c in np.lexsort((first, -sizes)) if found[c] != UNASSIGNED]
    new = np.full(len(found), UNASSIGNED, dtype=np.int64)
    new[order] = np.arange(len(order))
    return new[of.reshape(-1)]


def means(values: Floats, cluster: Ints, n_clusters: int, rows: Ints | None = None) -> Floats:
    """The mean row of each cluster 0..n_clusters-1, shape (n_clusters, d).

    Args:
        values: (m, d) numbers; one column of the rows that count is copied at a time.
        cluster: (n,) the cluster of each row; -1 for none.
        n_clusters: How many clusters there are.
        rows: (n,) where each row stands in the values; all in their order without.
    """
    known = np.flatnonzero(cluster >= 0)
    at = known if rows is None else rows[known]
    return means_of((column[at] for column in values.T), cluster[known], n_clusters)


def means_of(columns: Iterable[Floats], cluster: Ints, n_clusters: int) -> Floats:
    """The mean row of each cluster 0..n_clusters-1, shape (n_clusters, d).

    Args:
        columns: d columns of (n,) numbers, of which one is held at a time.
        cluster: (n,) the cluster of each row; every row has one.
        n_clusters: How many clusters there are.
    """
    counts = np.bincount(cluster, minlength=n_clusters)
    sums = np.column_stack([np.bincount(cluster, column, n_clusters) for column in columns])
    centres: Floats = sums / np.maximum(counts, 1)[:, None]
    return centres


def distances_to_own(values: Floats, cluster: Ints) -> Floats:
    """Each row's distance to the mean of its cluster, 0 where it has none."""
    if not (cluster >= 0).any():
        return np.zeros(len(values))
    centres = means(values, cluster, int(cluster.max()) + 1)
    away = np.sqrt(np.square(values - centres[cluster]).sum(axis=1))
    return np.where(cluster >= 0, away, 0.0)


clusterings: Registry[type[Clusterer]] = Registry(
    __name__, "clustering", recipe_fault(Clusterer, "assign"), Clusterer
)
"""Every known clustering method by name."""
