"""Halves of the images: what the clusters of one say of the other, and of the known clusters."""

from collections.abc import Sequence

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints
from contrast_engine.clusterings import Clusterer, means, numbered
from contrast_engine.results import UNASSIGNED
from contrast_engine.validation import valleys

ALPHA = 0.01
"""Chance below which a valley is believed (own choice)."""

SPLITS = 3
"""Times the images are halved; either half places the windows once, and the other is counted."""

MOST = 4_000
"""Images that are looked at; of more a sample, and the result says so."""

NEIGHBOURS = 5
"""Nearest other clusters between which and a cluster a valley is looked for."""


def combined(chances: Sequence[Floats] | Sequence[float]) -> Floats:
    """Chances of the same from several halves, as twice their median.

    Source: Meinshausen, Meier & Buhlmann 2009.
    """
    found: Floats = np.minimum(1.0, 2 * np.median(chances, axis=0))
    return found


def clustered(values: Floats, known: Ints, clusterer: Clusterer | None, seed: int) -> Ints:
    """(n,) the clusters of one half, numbered without gaps; no cluster where it is too small."""
    if clusterer is None:
        return numbered(known)
    if len(np.unique(values, axis=0)) < clusterer.needs:
        return np.full(len(values), UNASSIGNED)
    return numbered(clusterer.assign(values, seed=seed).cluster)


def valleys_of_pairs(
    seen: Floats, unseen: Floats, cluster: Ints, also: Floats | None = None
) -> tuple[Floats, Floats]:
    """(k, k) chance and depth of a valley between neighbouring clusters of one half.

    Clusters that are no neighbours are parted as far as those between them are.

    Args:
        seen: (n, d) rows that place the valleys.
        unseen: (m, d) rows that are counted.
        cluster: (n,) the cluster of each seen row.
        also: (d,) one more axis to look along.
    """
    k = int(cluster.max(initial=-1)) + 1
    chance, ratio = np.ones((k, k)), np.ones((k, k))
    if k < 2:
        return chance, ratio
    centres = means(seen, cluster, k)
    apart = np.linalg.norm(centres[:, None] - centres, axis=2)
    order = np.argsort(apart, axis=1, kind="stable")[:, 1 : NEIGHBOURS + 1]
    is_near = np.zeros((k, k), dtype=np.bool_)
    np.put_along_axis(is_near, order, True, axis=1)
    is_near |= is_near.T
    chance[~is_near] = ratio[~is_near] = 0.0
    cut = _Pieces()
    for i, j in np.argwhere(np.triu(is_near, 1)):
        one, other = cluster == i, cluster == j
        third = (cluster != UNASSIGNED) & ~one & ~other
        p, depth = valleys.between(seen, unseen, one, other, third, also, cut)
        chance[i, j] = chance[j, i] = p
        ratio[i, j] = ratio[j, i] = 1.0 if np.isnan(depth) else depth
    np.fill_diagonal(chance, 1.0)
    np.fill_diagonal(ratio, 1.0)
    return chance, ratio


class _Pieces:
    """The pieces of each cluster, cut when they are asked for, and once."""

    def __init__(self) -> None:
        self._known: dict[bytes, list[Bools]] = {}

    def __call__(self, values: Floats, cluster: Bools) -> list[Bools]:
        """As `valleys.pieces` cuts it; the values are always the same."""
        key = cluster.tobytes()
        if key not in self._known:
            self._known[key] = valleys.pieces(values, cluster)
        return self._known[key]


def matched(known: Ints, found: Ints, names: Ints) -> Ints:
    """(k,) the found cluster that holds most of each known one, `UNASSIGNED` for none."""
    k = int(found.max(initial=-1)) + 1
    match = np.full(len(names), UNASSIGNED)
    for at, name in enumerate(names):
        inside = found[(known == name) & (found != UNASSIGNED)]
        if len(inside):
            match[at] = np.bincount(inside, minlength=k).argmax()
    return match


def of_known_clusters(of_found: Floats, match: Ints, missing: float) -> Floats:
    """(k, k) values between known clusters, from those between what they were found as."""
    if not of_found.size:
        return np.full((len(match), len(match)), missing)
    of_known = of_found[np.ix_(match, match)]
    is_missing = (match == UNASSIGNED)[:, None] | (match == UNASSIGNED)
    return np.where(is_missing, missing, of_known)


def prediction_strength(one: Floats, first: Ints, other: Floats, second: Ints) -> float:
    """Of the clusters of the other half, the least share of pairs that the first's means keep."""
    from scipy.spatial.distance import cdist

    k = int(first.max(initial=-1)) + 1
    if k < 2:
        return 0.0
    told = cdist(other, means(one, first, k)).argmin(axis=1)
    shares = []
    for cluster in np.unique(second[second != UNASSIGNED]):
        counts = np.bincount(told[second == cluster])
        n = counts.sum()
        if n > 1:
            shares.append(float((counts * (counts - 1)).sum() / (n * (n - 1))))
    return min(shares, default=0.0)
