"""What speaks for each of several numbers of clusters, measured on the same rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.clusterings import Clusterer, numbered
from contrast_engine.progress import Progress
from contrast_engine.randomness import derived_seed, generator
from contrast_engine.results import UNASSIGNED
from contrast_engine.validation.gaps import AcrossHalves, Gaps, gaps
from contrast_engine.validation.separation import (
    LOOKS,
    Separation,
    beside,
    is_decided,
    uniform_like,
)
from contrast_engine.validation.separation_indices import (
    davies_bouldin,
    distances,
    silhouette_of,
)
from contrast_engine.validation.stability import SHARE, recovered

Indices = tuple[float, float, float]
"""Silhouette, Davies-Bouldin and Calinski-Harabasz index of some clusters."""


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


class NumbersCompared:
    """One set of rows, clustered again and again.

    Args:
        values: (n, d) the rows.
        seed: For everything drawn.
        draws, pairs: As `choose_k` takes them.
        progress: Told after every null collection and pair.
        total: How many of those there are at most.
        may_stop: Whether no more null collections are drawn than it takes to tell.
    """

    def __init__(
        self, values: Floats, seed: int, draws: int, pairs: int, progress: Progress, total: int,
        *, may_stop: bool,
    ) -> None:  # fmt: skip
        self._values, self._seed = values, seed
        self._draws, self._pairs, self._may_stop = draws, pairs, may_stop
        self._across: AcrossHalves = {}  # the halves of the rows are the same for every number
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
        """What speaks for one number, once its null is known; see `known` and `null`."""
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
                self._values,
                known,
                clusterer,
                seed=self._seed,
                is_power_asked=is_power_asked,
                across=self._across,
            ),
        )

    def against_uniform(self, cut: Cut, clusterer: Clusterer) -> Separation:
        """The silhouette of a number beside that of uniform boxes."""
        found = {cut.k: (cut.silhouette.value, 0.0, 0.0)}
        null = self.null({cut.k: clusterer}, found, uniform_like)[cut.k]
        return beside(cut.silhouette.value, null[:, 0], 1.0, len(self._values))

    def finish(self) -> None:
        """Say that all is done."""
        self._progress.tick(self._total, self._total, "done")

    def null(
        self, clusterers: Mapping[int, Clusterer], found: Mapping[int, Indices],
        like: Callable[[Floats, int, int], Floats],
    ) -> dict[int, Floats]:  # fmt: skip
        """(draws, 3) indices of the null reference for each number; the same draws for all.

        How far the rows of a draw lie apart is measured once for all numbers.

        Args:
            clusterers: That of each number.
            found: What is held against the null; a number that is decided has no further draws.
            like: Makes a draw.
        """
        rows: dict[int, list[Indices]] = {k: [] for k in clusterers}
        for draw in range(self._draws):
            asked = [k for k in clusterers if not self._is_decided(found[k], rows[k])]
            self._done += len(clusterers) - len(asked)
            if not asked:
                continue
            values = like(self._values, self._seed, draw)
            apart = distances(values)
            for k in asked:
                cluster = self._assigned(clusterers[k], values, like.__name__, k, draw)
                rows[k].append(_indices(values, apart, cluster))
                self._tick(f"{k} clusters: comparing with the null reference")
        return {k: np.array(found) for k, found in rows.items()}

    def _is_decided(self, found: Indices, null: list[Indices]) -> bool:
        """Whether a number needs no further draw; once it does not, it never does."""
        looks = [look for look in LOOKS if self._may_stop and look <= len(null)]
        silhouettes = [one[0] for one in null]
        return any(is_decided(found[0], np.array(silhouettes[:look]), 1.0) for look in looks)

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
