"""Clusters joined wherever no valley parts them, and the valley that decides."""

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints


def joined(is_joined: Bools, names: Ints, cluster: Ints) -> tuple[tuple[int, ...], ...]:
    """The clusters that hang together, those of most images first."""
    from scipy.sparse.csgraph import connected_components

    if not len(names):
        return ()
    part = connected_components(is_joined, directed=False)[1]
    groups = [tuple(int(c) for c in names[part == p]) for p in np.unique(part)]
    return tuple(sorted(groups, key=lambda g: (-int(np.isin(cluster, g).sum()), g)))


def bottleneck(chance: Floats) -> float:
    """The least chance at which the clusters still fall into two groups."""
    k = len(chance)
    if k < 2:
        return 1.0
    reached, least = chance[0].copy(), 1.0
    is_in = np.zeros(k, dtype=np.bool_)
    is_in[0] = True
    for _ in range(k - 1):
        near = int(np.where(is_in, -1.0, reached).argmax())
        least = min(least, float(reached[near]))
        is_in[near] = True
        reached = np.maximum(reached, chance[near])
    return least


def deciding_valley(ratio: Floats, groups: tuple[tuple[int, ...], ...], names: Ints) -> float:
    """The shallowest valley between groups, or the deepest between clusters of one group."""
    if len(names) < 2:
        return 1.0
    of = np.array([next(i for i, g in enumerate(groups) if int(c) in g) for c in names])
    parted = of[:, None] != of
    if parted.any():
        return float(ratio[parted].max())
    return float(ratio[~np.eye(len(names), dtype=np.bool_)].min())
