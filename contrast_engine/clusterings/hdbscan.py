"""HDBSCAN: groups that are denser than their surroundings, and honest leftovers."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from contrast_engine.arrays import Floats, Ints, Json
from contrast_engine.clusterings import Assignment, Clusterer, clusterings, means
from contrast_engine.clusterings.ward import SAMPLE, micro_clusters
from contrast_engine.options import option
from contrast_engine.progress import SILENT, Progress
from contrast_engine.results import UNASSIGNED

EXACT = 10_000
"""Up to so many rows every row counts for itself. The search grows with their square, and is done
up to 21 times because the null is clustered too: minutes at 10,000 rows, ten of them at 20,000."""

MICRO = 2_000
"""Micro-clusters that stand for the rows above `EXACT`."""


@clusterings.add("hdbscan")
@dataclass(frozen=True)
class Hdbscan(Clusterer):
    """Finds dense groups of any shape and leaves the images between them unassigned.

    It says how many groups there are, which may be none: contrast is mostly a continuum without
    gaps of density. Above 10,000 images, 2,000 micro-clusters stand for
    them, each with the weight of its images, and the details say so.

    Source: Campello, Moulavi & Sander 2013; docs/methods.md#hdbscan.
    Deviates: among micro-clusters the core distance counts images, not micro-clusters.
    """

    title: ClassVar[str] = "HDBSCAN: dense groups, the rest left over"
    joins: ClassVar[str] = "nearest image"

    min_cluster_size: int = option(
        15, "How many images at least make a group; smaller ones are left over.",
        low=2, high=10_000,
    )  # fmt: skip
    min_samples: int = option(
        5, "How many neighbours make a place dense; more leaves more images over.",
        low=1, high=1_000,
    )  # fmt: skip

    @property
    def needs(self) -> int:
        """As many different images as a group and a dense place have."""
        return max(self.min_cluster_size, self.min_samples)

    def assign(self, values: Floats, *, seed: int = 0, progress: Progress = SILENT) -> Assignment:
        """Each row its dense group, `UNASSIGNED` where it has none."""
        progress.tick(0, 1, "looking for dense groups")
        is_exact = len(values) <= EXACT
        if is_exact:
            cluster = self._every_row(values)
        else:
            leaf = micro_clusters(values, seed, MICRO)
            cluster = self.among_micro_clusters(values, leaf)
        progress.tick(1, 1, "looking for dense groups")
        left_over = int(np.count_nonzero(cluster == UNASSIGNED))
        details: Json = {"is_exact": is_exact, "unassigned": left_over}
        if not is_exact:
            placed = f", placed by {SAMPLE:,} of them" if len(values) > SAMPLE else ""
            details["note"] = (
                f"{len(values)} images were first gathered into {int(leaf.max()) + 1}"
                f" micro-clusters{placed}; density was compared among those"
            )
        return Assignment(cluster, details)

    def _every_row(self, values: Floats) -> Ints:
        from sklearn.cluster import HDBSCAN

        cluster: Ints = HDBSCAN(
            min_cluster_size=self.min_cluster_size, min_samples=self.min_samples, copy=True
        ).fit_predict(values)
        return _without_noise_kinds(cluster)

    def among_micro_clusters(self, values: Floats, leaf: Ints) -> Ints:
        """Each row the dense group of its micro-cluster.

        Args:
            values: (n, d).
            leaf: (n,) the micro-cluster of each row, numbered without gaps.
        """
        from scipy.spatial.distance import cdist
        from sklearn.cluster import HDBSCAN

        m = int(leaf.max()) + 1
        weights = np.bincount(leaf, minlength=m)
        centres = means(values, leaf, m)
        apart = cdist(centres, centres)  # (m, m)
        core = _core_distances(apart, weights, self.min_samples)
        reach = np.maximum(apart, np.maximum(core[:, None], core))
        np.fill_diagonal(reach, 0)
        # scikit-learn counts micro-clusters, so the least size is brought to their mean weight
        least = max(2, round(self.min_cluster_size * m / len(values)))
        found: Ints = HDBSCAN(
            min_cluster_size=least, min_samples=1, metric="precomputed", copy=True
        ).fit_predict(reach)
        found = _without_noise_kinds(found)
        groups = np.maximum(found, 0)
        images = np.bincount(groups, np.where(found >= 0, weights, 0), minlength=m)
        return np.where(images[groups] >= self.min_cluster_size, found, UNASSIGNED)[leaf]


def _core_distances(apart: Floats, weights: Ints, count: int) -> Floats:
    """(m,) distance within which each micro-cluster reaches `count` images, itself included."""
    most = min(max(count, 2), len(apart))  # every one holds an image: so many reach the count
    near = np.argpartition(apart, most - 1, axis=1)[:, :most]
    nearest = np.take_along_axis(apart, near, axis=1).argsort(axis=1)
    order = np.take_along_axis(near, nearest, axis=1)
    reached = np.cumsum(weights[order], axis=1)
    # its own images lie around it, not at its centre: at least the next centre is looked at
    place = np.maximum((reached >= count).argmax(axis=1), 1)
    core: Floats = apart[np.arange(len(apart)), order[np.arange(len(apart)), place]]
    return core


def _without_noise_kinds(cluster: Ints) -> Ints:
    return np.where(cluster < 0, UNASSIGNED, cluster).astype(np.int64)
