"""Indices of how separate clusters are: silhouettes, and spreads over distances of means."""

import numpy as np

from contrast_engine.arrays import Floats, Ints


def silhouette(values: Floats, cluster: Ints) -> float:
    """Mean silhouette, -1..1: how much nearer a row's own cluster is than the next one.

    A row alone in its cluster counts 0, and so does everything where there is one cluster only or
    every row is alone, for which scikit-learn has no answer.

    Source: Rousseeuw 1987, as computed by scikit-learn.
    """
    from sklearn.metrics import silhouette_score

    return float(silhouette_score(values, cluster)) if _can_be_judged(cluster) else 0.0


def distances(values: Floats) -> Floats:
    """(n, n) Euclidean distances of a few thousand rows, measured once for many clusterings."""
    from sklearn.metrics import pairwise_distances

    found: Floats = pairwise_distances(values)
    return found


def silhouette_of(apart: Floats, cluster: Ints) -> float:
    """The mean silhouette of rows whose (n, n) distances are known, as `silhouette` gives it.

    Source: Rousseeuw 1987.
    """
    if not _can_be_judged(cluster):
        return 0.0
    _, of, sizes = np.unique(cluster, return_inverse=True, return_counts=True)
    of = of.reshape(-1)
    every = np.arange(len(of))
    is_in = np.zeros((len(of), len(sizes)))
    is_in[every, of] = 1
    sums = apart @ is_in  # (n, k)
    own = sums[every, of] / np.maximum(sizes[of] - 1, 1)
    sums /= sizes
    sums[every, of] = np.inf
    other = sums.min(axis=1)
    size = np.maximum(own, other)
    each = np.where(size > 0, (other - own) / np.where(size > 0, size, 1), 0)
    return float(np.where(sizes[of] > 1, each, 0).mean())


def davies_bouldin(values: Floats, cluster: Ints) -> float:
    """Mean over clusters of the worst (spread + spread) / distance of means; lower is better.

    Two clusters with the same mean are left out of each other's worst; 0 for one cluster and
    where every row is alone, for which scikit-learn has no answer.

    Source: Davies & Bouldin 1979, as computed by scikit-learn.
    """
    from sklearn.metrics import davies_bouldin_score

    return float(davies_bouldin_score(values, cluster)) if _can_be_judged(cluster) else 0.0


def _can_be_judged(cluster: Ints) -> bool:
    return 2 <= len(np.unique(cluster)) < len(cluster)
