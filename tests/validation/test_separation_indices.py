"""Indices of separation against scikit-learn's."""

import numpy as np
import pytest
from sklearn.metrics import silhouette_score

from contrast_engine.validation.separation_indices import distances, silhouette, silhouette_of


@pytest.mark.parametrize("k", [2, 3, 9])
def test_a_silhouette_of_known_distances_is_that_of_the_rows(k):
    random = np.random.default_rng(k)
    values = random.normal(size=(300, 5))
    cluster = random.integers(0, k, 300)
    cluster[:k] = np.arange(k)
    cluster[0] = 40  # alone, and no gap in the numbers is needed
    values[10:20] = values[10]  # equal rows
    apart = distances(values)
    assert silhouette_of(apart, cluster) == pytest.approx(
        silhouette_score(values, cluster), abs=1e-9
    )
    assert silhouette_of(apart, cluster) == pytest.approx(silhouette(values, cluster), abs=1e-9)


def test_a_silhouette_worked_out_by_hand_and_those_of_nothing():
    values = np.array([[0.0], [1.0], [5.0], [6.0]])
    cluster = np.array([0, 0, 1, 1])
    by_hand = np.mean([1 - 1 / 5.5, 1 - 1 / 4.5, 1 - 1 / 4.5, 1 - 1 / 5.5])
    assert silhouette_of(distances(values), cluster) == pytest.approx(by_hand)
    assert silhouette_of(distances(values), np.zeros(4, int)) == 0
    assert silhouette_of(distances(values), np.arange(4)) == 0
    assert silhouette_of(np.zeros((4, 4)), cluster) == 0
