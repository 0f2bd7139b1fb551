"""k-means says how many of its starts are done, and finds what scikit-learn finds in one call."""

import numpy as np
import pytest
from sklearn.cluster import KMeans

from contrast_engine.clusterings.kmeans import nearest_means
from contrast_engine.progress import Cancelled
from contrast_engine.randomness import derived_seed


@pytest.mark.parametrize("k", [2, 5, 9])
def test_starts_one_by_one_end_where_ten_at_once_do(k: int) -> None:
    for seed in range(3):
        values = np.random.default_rng(seed).normal(size=(300, 5))
        at_once = KMeans(k, n_init=10, random_state=derived_seed(seed, "kmeans")).fit(values)
        assert (nearest_means(values, values, k, 10, seed) == at_once.labels_).all()
        others = values + 0.1
        assert (nearest_means(values, others, k, 10, seed) == at_once.predict(others)).all()


def test_it_can_be_stopped_between_two_starts() -> None:
    seen: list[int] = []

    class Stops:
        def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
            seen.append(done)
            if done == 4:
                raise Cancelled("enough")

    values = np.random.default_rng(0).normal(size=(50, 3))
    with pytest.raises(Cancelled):
        nearest_means(values, values, 3, 10, 0, progress=Stops())
    assert seen == [0, 1, 2, 3, 4]
