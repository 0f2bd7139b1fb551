"""Which clusters are groups of their own: clusters joined wherever no valley parts them."""

from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints
from contrast_engine.clusterings import Clusterer, means, numbered
from contrast_engine.progress import SILENT, Progress
from contrast_engine.randomness import derived_seed, generator
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

PLANTED = 6.0
"""Distance in their own deviations of the groups that are planted to learn the power (own
choice): the density half way is then a fortieth of that at their means."""

PLANTINGS = 10
"""Times that is done."""

POWER = 0.8
"""Share of planted groups that must be found before their absence means something (Cohen 1988)."""


@dataclass(frozen=True)
class Gaps:
    """Whether images fall into groups with valleys of density between them.

    Args:
        groups: The clusters that belong together, those of the largest group first.
        is_across: There are groups, but the clusters cut across them.
        chance: Probability of so deep valleys by chance, where none is; 1 where none was seen.
        valley: Density at the bottom over that of the lower hill, of the shallowest valley that
            parts groups; of the deepest one where there are none.
        power: Share of two planted groups of this size, `PLANTED` deviations apart in as many
            dimensions, that are found; None where groups were found, or it was
            not asked for.
        prediction_strength: Least share of pairs of a cluster of one half that the other half
            keeps together, mean over the halves (Tibshirani & Walther 2005).
        n: Images looked at,
        total: of how many.
    """

    groups: tuple[tuple[int, ...], ...]
    is_across: bool
    chance: float
    valley: float
    power: float | None
    prediction_strength: float
    n: int
    total: int

    @property
    def is_grouped(self) -> bool:
        """Whether there are groups, whether the clusters follow them or not."""
        return len(self.groups) > 1 or self.is_across

    @property
    def is_told(self) -> bool:
        """Whether there were images enough to find groups, had there been any."""
        return self.power is None or self.power >= POWER


def gaps(
    values: Floats,
    cluster: Ints,
    clusterer: Clusterer | None,
    *,
    seed: int = 0,
    is_power_asked: bool = True,
    progress: Progress = SILENT,
) -> Gaps:
    """Find the groups that clusters are, or are cut from.

    The images are halved, one half is clustered by the same recipe and places a path between
    every two neighbouring clusters, and the other half is counted along it: nothing is tested
    on the images that suggested it. Clusters without a sure valley between them are joined, so
    one way round suffices. The chances of `2 * SPLITS` halves are combined as twice their median
    (Meinshausen, Meier & Buhlmann 2009).

    Args:
        values: (n, d) rows that were clustered.
        cluster: (n,) the cluster of each, `UNASSIGNED` for none.
        clusterer: The recipe; None for clusters that people changed, which are taken as they are.
        seed: Draws halves and plantings.
        is_power_asked: Whether to plant groups where none are found.
        progress: Told after every half.
    """
    total, rng = len(values), generator(seed, "gaps", "halves")
    rows = rng.permutation(total)[:MOST]
    known = np.unique(cluster[cluster != UNASSIGNED])
    chances, ratios, strengths, hidden = [], [], [], []
    done = 0
    for split in range(SPLITS):
        rows = rng.permutation(rows)
        halves = rows[: len(rows) // 2], rows[len(rows) // 2 :]
        found = [
            _clustered(
                values[half], cluster[half], clusterer,
                derived_seed(seed, "gaps", str(split), str(side)),
            )
            for side, half in enumerate(halves)
        ]  # fmt: skip
        for seen, unseen in ((0, 1), (1, 0)):
            one, other = values[halves[seen]], values[halves[unseen]]
            p, ratio = _pairs(one, other, found[seen])
            match = _matched(cluster[halves[seen]], found[seen], known)
            chances.append(_of_known(p, match, 1.0))
            ratios.append(_of_known(ratio, match, 1.0))
            strengths.append(_prediction_strength(one, found[seen], other, found[unseen]))
            hidden.append(_along_an_axis(one, other))
            done += 1
            progress.tick(done, 2 * SPLITS, "looking for valleys between the clusters")
    chance = np.minimum(1.0, 2 * np.median(chances, axis=0))  # (k, k)
    groups = _joined(chance > ALPHA, known, cluster)
    ratio = np.median(ratios, axis=0)
    across, depth = (float(v) for v in np.median(hidden, axis=0))
    across = min(1.0, 2 * across)
    is_across = len(groups) < 2 and across <= ALPHA
    least = across if is_across else _bottleneck(chance)
    return Gaps(
        groups,
        is_across,
        least,
        depth if is_across else _valley(ratio, groups, known),
        None
        if len(groups) > 1 or is_across or not is_power_asked
        else _power(values, cluster, seed),
        float(np.mean(strengths)),
        min(total, MOST),
        total,
    )


def power(sizes: Ints, total: int, d: int, seed: int = 0) -> float:
    """Share of planted pairs of round groups, as large as the two largest clusters, that are found.

    Of a single cluster, or none, half the images make either group. Groups are planted where
    both halves know them, so this is the power of the test and not that of the clustering.

    Args:
        sizes: Images of each cluster.
        total: Images in all.
        d: Dimensions.
        seed: Draws the groups.
    """
    if np.count_nonzero(sizes) < 2:
        sizes = np.array([total // 2, total - total // 2])
    share = min(1.0, MOST / max(total, 1))
    two = [max(2, round(share * size / 2)) for size in np.sort(sizes)[-2:]]
    if min(two) >= PLENTY:
        return 1.0
    group = np.repeat([False, True], two)
    found = 0
    for planting in range(PLANTINGS):
        rng = generator(seed, "gaps", "planted", str(planting))
        values = rng.normal(size=(2 * len(group), d))
        values[len(group) :][group, 0] += PLANTED
        values[: len(group)][group, 0] += PLANTED
        both = np.tile(group, 2)
        ps = []
        for _ in range(SPLITS):
            rows = rng.permutation(len(both))
            halves = rows[: len(group)], rows[len(group) :]
            ps += [_straight(values[a], values[b], both[a]) for a, b in (halves, halves[::-1])]
        found += 2 * float(np.median(ps)) <= ALPHA
    return found / PLANTINGS


PLENTY = 250
"""Images of a planted group in half the collection from which on it is always found (measured)."""


def _power(values: Floats, cluster: Ints, seed: int) -> float:
    sizes = np.unique(cluster[cluster != UNASSIGNED], return_counts=True)[1]
    return power(sizes, len(values), values.shape[1], seed)


def _straight(seen: Floats, unseen: Floats, group: Bools) -> float:
    along = valleys.path(seen, ~group, group, np.zeros_like(group))
    return 1.0 if along is None else valleys.chance(unseen, along)[0]


def _clustered(values: Floats, known: Ints, clusterer: Clusterer | None, seed: int) -> Ints:
    """(n,) the clusters of one half, numbered without gaps; no cluster where it is too small."""
    if clusterer is None:
        return numbered(known)
    if len(np.unique(values, axis=0)) < clusterer.needs:
        return np.full(len(values), UNASSIGNED)
    return numbered(clusterer.assign(values, seed=seed).cluster)


def _pairs(seen: Floats, unseen: Floats, cluster: Ints) -> tuple[Floats, Floats]:
    """(k, k) chance and depth of a valley between neighbouring clusters of one half.

    Clusters that are no neighbours are parted as far as those between them are.
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
    for i, j in np.argwhere(np.triu(is_near, 1)):
        one, other = cluster == i, cluster == j
        third = (cluster != UNASSIGNED) & ~one & ~other
        p, depth = valleys.between(seen, unseen, one, other, third)
        chance[i, j] = chance[j, i] = p
        ratio[i, j] = ratio[j, i] = 1.0 if np.isnan(depth) else depth
    np.fill_diagonal(chance, 1.0)
    np.fill_diagonal(ratio, 1.0)
    return chance, ratio


def _matched(known: Ints, found: Ints, names: Ints) -> Ints:
    """(k,) the found cluster that holds most of each known one, `UNASSIGNED` for none."""
    k = int(found.max(initial=-1)) + 1
    match = np.full(len(names), UNASSIGNED)
    for at, name in enumerate(names):
        inside = found[(known == name) & (found != UNASSIGNED)]
        if len(inside):
            match[at] = np.bincount(inside, minlength=k).argmax()
    return match


def _of_known(of_found: Floats, match: Ints, missing: float) -> Floats:
    """(k, k) values between known clusters, from those between what they were found as."""
    if not of_found.size:
        return np.full((len(match), len(match)), missing)
    of_known = of_found[np.ix_(match, match)]
    is_missing = (match == UNASSIGNED)[:, None] | (match == UNASSIGNED)
    return np.where(is_missing, missing, of_known)


def _prediction_strength(one: Floats, first: Ints, other: Floats, second: Ints) -> float:
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


def _two(seen: Floats, unseen: Floats, side: Bools) -> tuple[float, float]:
    return valleys.between(seen, unseen, side, ~side, np.zeros_like(side))


def _along_an_axis(seen: Floats, unseen: Floats) -> tuple[float, float]:
    side = valleys.split_along_an_axis(seen)
    return (1.0, 1.0) if side is None else _two(seen, unseen, side)


def _joined(is_joined: Bools, names: Ints, cluster: Ints) -> tuple[tuple[int, ...], ...]:
    """The clusters that hang together, those of most images first."""
    from scipy.sparse.csgraph import connected_components

    if not len(names):
        return ()
    part = connected_components(is_joined, directed=False)[1]
    groups = [tuple(int(c) for c in names[part == p]) for p in np.unique(part)]
    return tuple(sorted(groups, key=lambda g: (-int(np.isin(cluster, g).sum()), g)))


def _bottleneck(chance: Floats) -> float:
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


def _valley(ratio: Floats, groups: tuple[tuple[int, ...], ...], names: Ints) -> float:
    """The shallowest valley between groups, or the deepest between clusters of one group."""
    if len(names) < 2:
        return 1.0
    of = np.array([next(i for i, g in enumerate(groups) if int(c) in g) for c in names])
    parted = of[:, None] != of
    if parted.any():
        return float(ratio[parted].max())
    return float(ratio[~np.eye(len(names), dtype=np.bool_)].min())
