"""Which clusters are groups of their own: clusters joined wherever no valley parts them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.clusterings import Clusterer
from contrast_engine.progress import SILENT, Progress
from contrast_engine.randomness import derived_seed, generator
from contrast_engine.results import UNASSIGNED
from contrast_engine.validation.halves import (
    ALPHA,
    MOST,
    SPLITS,
    clustered,
    combined,
    matched,
    of_known_clusters,
    prediction_strength,
    valleys_of_pairs,
)
from contrast_engine.validation.hidden_groups import chance_along_an_axis
from contrast_engine.validation.joined_clusters import bottleneck, deciding_valley, joined
from contrast_engine.validation.planted_groups import POWER, power

AcrossHalves = dict[tuple[int, int], tuple[float, float]]
"""Chance and depth of the deepest valley along an axis, by split and half: not of any cluster."""


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
    across: AcrossHalves | None = None,
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
        across: What other clusters of the same rows, halved by the same seed, have found along
            the axes; what is not in it yet is put there.
        progress: Told after every half.
    """
    across = {} if across is None else across
    total, known = len(values), np.unique(cluster[cluster != UNASSIGNED])
    seen = []
    for half in _halves(values, cluster, known, clusterer, seed, across):
        seen.append(half)
        progress.tick(len(seen), 2 * SPLITS, "looking for valleys between the clusters")
    chance = combined([half.chance for half in seen])  # (k, k)
    groups = joined(chance > ALPHA, known, cluster)
    ratio = np.median([half.valley for half in seen], axis=0)
    chance_across = float(combined([half.chance_across for half in seen]))
    is_across = len(groups) < 2 and chance_across <= ALPHA
    depth = float(np.median([half.valley_across for half in seen]))
    is_grouped = len(groups) > 1 or is_across
    return Gaps(
        groups=groups,
        is_across=is_across,
        chance=chance_across if is_across else bottleneck(chance),
        valley=depth if is_across else deciding_valley(ratio, groups, known),
        power=None if is_grouped or not is_power_asked else _power(values, cluster, seed),
        prediction_strength=float(np.mean([half.strength for half in seen])),
        n=min(total, MOST),
        total=total,
    )


@dataclass(frozen=True, eq=False)
class _Counted:
    """What the images of one half say of the clusters that the other half shows.

    Args:
        chance, valley: (k, k) between every two known clusters.
        chance_across, valley_across: Of the deepest valley along an axis.
        strength: Prediction strength.
    """

    chance: Floats
    valley: Floats
    chance_across: float
    valley_across: float
    strength: float


def _halves(
    values: Floats, cluster: Ints, known: Ints, clusterer: Clusterer | None, seed: int,
    across: AcrossHalves,
) -> Iterator[_Counted]:  # fmt: skip
    """Every half counted once, along paths that the rest of the images placed."""
    rng = generator(seed, "gaps", "halves")
    rows = rng.permutation(len(values))[:MOST]
    for split in range(SPLITS):
        rows = rng.permutation(rows)
        halves = rows[: len(rows) // 2], rows[len(rows) // 2 :]
        found = [
            clustered(
                values[half], cluster[half], clusterer,
                derived_seed(seed, "gaps", str(split), str(side)),
            )
            for side, half in enumerate(halves)
        ]  # fmt: skip
        for seen, unseen in ((0, 1), (1, 0)):
            one, other = values[halves[seen]], values[halves[unseen]]
            p, ratio = valleys_of_pairs(one, other, found[seen])
            match = matched(cluster[halves[seen]], found[seen], known)
            if (split, seen) not in across:  # no cluster has a part in it
                across[split, seen] = chance_along_an_axis(one, other)
            yield _Counted(
                of_known_clusters(p, match, 1.0),
                of_known_clusters(ratio, match, 1.0),
                *across[split, seen],
                prediction_strength(one, found[seen], other, found[unseen]),
            )


def _power(values: Floats, cluster: Ints, seed: int) -> float:
    sizes = np.unique(cluster[cluster != UNASSIGNED], return_counts=True)[1]
    return power(sizes, len(values), values.shape[1], seed)
