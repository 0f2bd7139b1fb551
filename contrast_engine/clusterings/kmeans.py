"""k-means: regions of similar spread, each around a mean."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.clusterings import Assignment, Clusterer, clusterings
from contrast_engine.clusterings.one_thread import one_thread
from contrast_engine.options import option
from contrast_engine.progress import SILENT, Progress
from contrast_engine.randomness import derived_seed, generator

RESTARTS = 10
"""Starts of which the best is kept; scikit-learn's default is 1."""

STEPS, QUICK_STEPS = 300, 10
"""Moves of the means at most; scikit-learn's default, and where nobody looks at the means."""

ALL, SAMPLE = 100_000, 20_000
"""Above `ALL` rows the centres are fitted on `SAMPLE` of them: as good and faster."""


@clusterings.add("kmeans")
@dataclass(frozen=True)
class KMeans(Clusterer):
    """Cuts the space into regions around as many means; every image falls into one.

    Source: Lloyd 1982, k-means++ starts (Arthur & Vassilvitskii 2007); docs/methods.md#k-means.
    """

    title: ClassVar[str] = "k-means: regions around a mean"

    n_clusters: int = option(
        3, "How many regions to cut the space into; more than 3 or 4 are rarely stable.",
        low=2, high=40,
    )  # fmt: skip

    @property
    def needs(self) -> int:
        """As many different images as clusters."""
        return self.n_clusters

    def assign(self, values: Floats, *, seed: int = 0, progress: Progress = SILENT) -> Assignment:
        """Each row the nearest of the best means found."""
        fitted_on = values
        if len(values) > ALL:
            drawn = generator(seed, "kmeans", "sample").choice(len(values), SAMPLE, replace=False)
            fitted_on = values[drawn]
        cluster = nearest_means(
            fitted_on, values, self.n_clusters, RESTARTS, seed, progress=progress
        )
        return Assignment(cluster, {"fitted_on": len(fitted_on), "restarts": RESTARTS})


def nearest_means(
    fitted_on: Floats,
    values: Floats,
    k: int,
    restarts: int,
    seed: int,
    *,
    is_quick: bool = False,
    progress: Progress = SILENT,
) -> Ints:
    """Fit `k` means and give each row its nearest, on one thread so that sums never vary.

    Quick means start where k-means++ draws first, without trying nine places for each (Arthur &
    Vassilvitskii 2007 as they wrote it), and move ten times at most: of a thousand means the
    squared distances are 2 % larger, in half the time.

    Where somebody listens, the starts are made one by one, so that it can be said how many are
    done; the draws, and which start is the best, are those of scikit-learn all the same.
    """
    from numpy.random import RandomState
    from sklearn.cluster import KMeans as Means

    start, steps = (_first_drawn, QUICK_STEPS) if is_quick else ("k-means++", STEPS)
    draws = RandomState(derived_seed(seed, "kmeans"))  # one for all, as for `n_init` of them
    if progress is SILENT:
        with one_thread():
            model = Means(k, init=start, n_init=restarts, max_iter=steps, random_state=draws)
            model.fit(fitted_on)
            found: Ints = model.labels_ if values is fitted_on else model.predict(values)
        return found.astype("int64")
    best = None
    with one_thread():
        for done in range(restarts):
            progress.tick(done, restarts, "finding regions")
            model = Means(k, init=start, n_init=1, max_iter=steps, random_state=draws)
            model.fit(fitted_on)
            if best is None or (
                model.inertia_ < best.inertia_ and not _is_same(model.labels_, best.labels_, k)
            ):
                best = model
        assert best is not None
        cluster: Ints = best.labels_ if values is fitted_on else best.predict(values)
    progress.tick(restarts, restarts, "finding regions")
    return cluster.astype("int64")


def _is_same(one: Ints, other: Ints, k: int) -> bool:
    """Whether each cluster of one lies in one of the other: they are then equally good."""
    return len(np.unique(one.astype(np.int64) * k + other)) == len(np.unique(one))


def _first_drawn(values: Floats, k: int, random_state: Any) -> Floats:
    from sklearn.cluster import kmeans_plusplus

    places: Floats = kmeans_plusplus(values, k, random_state=random_state, n_local_trials=1)[0]
    return places
