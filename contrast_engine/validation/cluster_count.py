"""How many clusters? What comes back, what stands out from chance, and the plain verdict."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.clusterings import Clusterer, numbered
from contrast_engine.errors import NotEnoughData
from contrast_engine.progress import SILENT, Progress
from contrast_engine.randomness import derived_seed, generator
from contrast_engine.results import UNASSIGNED
from contrast_engine.validation.gaps import Gaps, gaps
from contrast_engine.validation.separation import (
    GROUPS,
    REGIONS,
    TOO_FEW,
    Evidence,
    Separation,
    beside,
    gaussian_like,
    uniform_like,
    verdict,
)
from contrast_engine.validation.separation_indices import (
    davies_bouldin,
    distances,
    silhouette_of,
)
from contrast_engine.validation.stability import SHARE, STABLE, UNSTABLE, recovered
from contrast_engine.vectors import Vectors

NUMBERS = tuple(range(2, 11))
DRAWS = 20
PAIRS = 10
MOST = 2000
"""Images the numbers are compared on at most; above, a sample that the answer names."""

EACH = 4
"""Images a cluster has on average at least; with fewer, a number is not tried."""

Indices = tuple[float, float, float]
"""Silhouette, Davies-Bouldin and Calinski-Harabasz index of some clusters."""

VERDICTS: dict[str, Literal["groups", "regions", "too few"]] = {
    GROUPS: "groups", REGIONS: "regions", TOO_FEW: "too few",
}  # fmt: skip
"""The readings as the verdict on a number of clusters names them."""

ALIKE = 0.02
"""Difference of two stabilities that means nothing (own choice)."""


@dataclass(frozen=True)
class Cut:
    """What speaks for one number of clusters.

    Args:
        k: The number.
        stability: Mean agreement (ARI) of clusterings of two random four fifths of the images.
        stability_low, stability_high: The range of 95 % of those agreements.
        jaccard: Of each cluster, largest first, how much comes back in a random four fifths.
        silhouette, davies_bouldin, calinski_harabasz: Beside Gaussian data of equal covariance.
        gaps: Which clusters valleys of density part.
    """

    k: int
    stability: float
    stability_low: float
    stability_high: float
    jaccard: tuple[float, ...]
    silhouette: Separation
    davies_bouldin: Separation
    calinski_harabasz: Separation
    gaps: Gaps


@dataclass(frozen=True)
class ClusterCount:
    """A recommended number of clusters, why, and whether they are groups at all.

    Args:
        recommended_k: The number.
        verdict: "groups" where valleys of density part them, "regions" where none does, "too few"
            where there are not enough images to tell.
        reading: The same in the words used everywhere.
        reason: Why this number, in a sentence or two.
        cuts: The evidence for every number tried.
        uniform: Silhouette of the candidate beside a uniform box, where one was looked at.
        n: How many images were compared,
        total: of how many.
    """

    recommended_k: int
    verdict: Literal["groups", "regions", "too few"]
    reading: str
    reason: str
    cuts: tuple[Cut, ...]
    uniform: Separation | None
    n: int
    total: int


def choose_k(
    space: Vectors,
    make: Callable[[int], Clusterer],
    *,
    numbers: Sequence[int] = NUMBERS,
    draws: int = DRAWS,
    pairs: int = PAIRS,
    seed: int = 0,
    progress: Progress = SILENT,
) -> ClusterCount:
    """The recommended number of clusters, with the evidence for every number tried.

    A number whose clusters are all parted by valleys of density stands for *groups*; of several
    the one whose silhouette is furthest above that of Gaussian data of the same covariance, then
    held against a uniform box too. Where groups are there but no number fits them all, the one
    that shows most of them is recommended. Without a valley at any number, that which returns
    best is recommended, as *regions*; of those that return as well as the best the largest,
    because it says more.

    Source: docs/methods.md#number-of-clusters; Hennig 2007; Tibshirani, Walther & Hastie 2001 for
    the uniform box.

    Args:
        space: The scaled images.
        make: Gives the clusterer of a number.
        numbers: Those to compare.
        draws: Null collections per number.
        pairs: Pairs of four fifths per number.
        seed: For all of it.
        progress: Told after every null collection and pair.

    Raises:
        NotEnoughData: There are too few different images for two clusters.
    """
    ids = sorted(space.ids)
    total = len(ids)
    if total > MOST:
        drawn = generator(seed, "choosing", "sample").choice(total, MOST, replace=False)
        ids = [ids[row] for row in sorted(drawn)]
    values = space.take(ids).values
    n_different = len(np.unique(values, axis=0))
    tried = [k for k in numbers if k * EACH <= n_different]
    if not tried:
        raise NotEnoughData(
            f"choosing a number of clusters needs at least {EACH * min(numbers)} different"
            f" images, got {n_different}; add images"
        )
    work = _Work(values, seed, draws, pairs, progress, len(tried) * (draws + pairs) + draws)
    clusterers = {k: make(k) for k in tried}
    known, found = work.known(clusterers)
    null = work.null(clusterers, gaussian_like)
    cuts = tuple(
        work.cut(k, clusterers[k], known[k], found[k], null[k], is_power_asked=k == tried[0])
        for k in tried
    )
    candidate = _candidate(cuts)
    uniform = None if candidate is None else work.against_uniform(candidate, make(candidate.k))
    work.finish()
    if candidate is not None:
        return ClusterCount(
            candidate.k, "groups", GROUPS, _why_groups(candidate), cuts, uniform, len(ids), total
        )
    most = max(cut.stability for cut in cuts)
    best = [cut for cut in cuts if cut.stability >= most - ALIKE][-1]
    reading = REGIONS if cuts[0].gaps.is_told else TOO_FEW
    return ClusterCount(
        best.k, VERDICTS[reading], reading, _why_regions(best, cuts[0]), cuts, uniform, len(ids),
        total,
    )  # fmt: skip


def _candidate(cuts: Sequence[Cut]) -> Cut | None:
    """The number that shows most groups, one cluster each where there is such a number."""
    grouped = [cut for cut in cuts if cut.gaps.is_grouped]
    whole = [cut for cut in grouped if len(cut.gaps.groups) == cut.k]
    if whole:
        return max(whole, key=lambda cut: _excess(cut.silhouette))
    return max(grouped, key=lambda cut: (len(cut.gaps.groups), -cut.k), default=None)


def _excess(found: Separation) -> float:
    return found.value - found.null_mean


def _why_groups(cut: Cut) -> str:
    return (
        f"{verdict(_evidence(cut))}. {cut.k} clusters stand furthest out from the null reference"
        f" (silhouette {cut.silhouette.value:.2f}, chance {cut.silhouette.null_mean:.2f}; agreement"
        f" when a fifth of the images is left out {cut.stability:.2f})"
    )


def _why_regions(cut: Cut, fewest: Cut) -> str:
    if cut.stability >= STABLE:
        trust = "which is stable"
    elif cut.stability >= UNSTABLE:
        trust = "which is only half stable, so treat the borders as soft"
    else:
        trust = "which is unstable: better name single images than clusters"
    return (
        f"{verdict(_evidence(fewest))}. {cut.k} of them come back as well as"
        f" any when a fifth of the images is left out (agreement {cut.stability:.2f}), {trust}"
    )


def _evidence(cut: Cut) -> Evidence:
    return Evidence({"silhouette": cut.silhouette}, cut.gaps)


class _Work:
    """One set of rows, clustered again and again."""

    def __init__(
        self, values: Floats, seed: int, draws: int, pairs: int, progress: Progress, total: int
    ) -> None:
        self._values, self._seed = values, seed
        self._draws, self._pairs = draws, pairs
        self._progress, self._total, self._done = progress, total, 0

    def known(
        self, clusterers: Mapping[int, Clusterer]
    ) -> tuple[dict[int, Ints], dict[int, Indices]]:
        """The clusters of each number, and how separate they are."""
        apart = distances(self._values)
        known = {k: self._assigned(of, self._values, "all", k) for k, of in clusterers.items()}
        return known, {k: _indices(self._values, apart, cluster) for k, cluster in known.items()}

    def cut(
        self, k: int, clusterer: Clusterer, known: Ints, found: Indices, null: Floats, *,
        is_power_asked: bool,
    ) -> Cut:  # fmt: skip
        agreement, jaccard = self._stability(clusterer, k, known)
        low, high = np.quantile(agreement, [0.025, 0.975])
        n = len(known)
        return Cut(
            k=k,
            stability=float(agreement.mean()),
            stability_low=float(low),
            stability_high=float(high),
            jaccard=tuple(map(float, jaccard.mean(axis=0))),
            silhouette=beside(found[0], null[:, 0], 1.0, n),
            davies_bouldin=beside(found[1], null[:, 1], -1.0, n),
            calinski_harabasz=beside(found[2], null[:, 2], 1.0, n),
            gaps=gaps(
                self._values, known, clusterer, seed=self._seed, is_power_asked=is_power_asked
            ),
        )

    def against_uniform(self, cut: Cut, clusterer: Clusterer) -> Separation:
        null = self.null({cut.k: clusterer}, uniform_like)[cut.k]
        return beside(cut.silhouette.value, null[:, 0], 1.0, len(self._values))

    def finish(self) -> None:
        self._progress.tick(self._total, self._total, "done")

    def null(
        self, clusterers: Mapping[int, Clusterer], like: Callable[[Floats, int, int], Floats]
    ) -> dict[int, Floats]:
        """(draws, 3) indices of the null reference for each number; the same draws for all.

        How far the rows of a draw lie apart is measured once for all numbers.
        """
        rows: dict[int, list[Indices]] = {k: [] for k in clusterers}
        for draw in range(self._draws):
            values = like(self._values, self._seed, draw)
            apart = distances(values)
            for k, clusterer in clusterers.items():
                cluster = self._assigned(clusterer, values, like.__name__, k, draw)
                rows[k].append(_indices(values, apart, cluster))
                self._tick(f"{k} clusters: comparing with the null reference")
        return {k: np.array(found) for k, found in rows.items()}

    def _stability(self, clusterer: Clusterer, k: int, known: Ints) -> tuple[Floats, Floats]:
        """(pairs,) agreements, and (2 pairs, k) of each known cluster what came back."""
        from sklearn.metrics import adjusted_rand_score

        rng = generator(self._seed, "choosing", "stability")  # the same samples for every number
        n, agreement, jaccard = len(known), [], []
        clusters = tuple(int(c) for c in np.unique(known) if c != UNASSIGNED)
        for pair in range(self._pairs):
            sides = []
            for side in range(2):
                rows = np.sort(rng.choice(n, max(round(SHARE * n), k), replace=False))
                found = np.full(n, UNASSIGNED)
                found[rows] = self._assigned(clusterer, self._values[rows], "sample", k, pair, side)
                jaccard.append(recovered(known, found, clusters))
                sides.append(found)
            both = (sides[0] != UNASSIGNED) & (sides[1] != UNASSIGNED)
            agreement.append(adjusted_rand_score(sides[0][both], sides[1][both]))
            self._tick(f"{k} clusters: leaving a fifth out")
        return np.array(agreement), np.array(jaccard)

    def _assigned(self, clusterer: Clusterer, values: Floats, *purpose: object) -> Ints:
        seed = derived_seed(self._seed, "choosing", *map(str, purpose))
        return numbered(clusterer.assign(values, seed=seed).cluster)

    def _tick(self, note: str) -> None:
        self._done += 1
        self._progress.tick(self._done, self._total, note)


def _indices(values: Floats, apart: Floats, cluster: Ints) -> Indices:
    from sklearn.metrics import calinski_harabasz_score

    if len(np.unique(cluster)) < 2:
        return 0.0, 0.0, 0.0
    ratio = float(calinski_harabasz_score(values, cluster))
    return silhouette_of(apart, cluster), davies_bouldin(values, cluster), ratio
