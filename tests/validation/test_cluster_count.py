import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from contrast_engine.clusterings.kmeans import KMeans
from contrast_engine.errors import NotEnoughData
from contrast_engine.progress import Cancelled
from contrast_engine.validation.cluster_count import choose_k
from contrast_engine.validation.separation import uniform_like
from contrast_engine.vectors import ImageId, Vectors

QUICK = {"draws": 8, "pairs": 4}


def table(values):
    ids = tuple(ImageId(f"{row:016x}") for row in range(len(values)))
    return Vectors(ids, values, tuple(f"c{i}" for i in range(values.shape[1])))


def planted(k, seed, n=200, d=8):
    random = np.random.default_rng(seed)
    truth = random.integers(0, k, n)
    return random.normal(size=(n, d)) + 4 * random.normal(size=(k, d))[truth], truth


@pytest.mark.slow
@pytest.mark.parametrize(("k", "seed"), [(3, 0), pytest.param(4, 1, marks=pytest.mark.thorough)])
def test_planted_groups_are_counted_and_called_groups(k, seed):
    values, truth = planted(k, seed, n=120)
    choice = choose_k(table(values), KMeans, numbers=range(2, k + 2), seed=seed, **QUICK)
    assert (choice.recommended_k, choice.verdict) == (k, "groups")
    found = KMeans(n_clusters=choice.recommended_k).cluster(table(values)).cluster
    assert adjusted_rand_score(truth, found) > 0.9
    best = choice.cuts[k - 2]
    assert best.k == k
    assert best.silhouette.z > 10
    assert best.calinski_harabasz.z > 3
    assert best.davies_bouldin.z > 3
    assert min(best.jaccard) > 0.9
    assert f"{k} clusters stand furthest out" in choice.reason


@pytest.mark.thorough
@pytest.mark.slow
@pytest.mark.parametrize("d", [2, 20])
def test_uniform_noise_is_called_regions_also_where_a_gaussian_null_is_beaten(d):
    values = np.random.default_rng(d).uniform(size=(200, d))
    choice = choose_k(table(values), KMeans, numbers=range(2, 7), **QUICK)
    assert choice.verdict == "regions"
    assert choice.reason.startswith("regions of one continuum: no separate groups")
    if d == 2:
        assert max(cut.silhouette.z for cut in choice.cuts) > 3
    most = max(cut.stability for cut in choice.cuts)
    recommended = next(cut for cut in choice.cuts if cut.k == choice.recommended_k)
    assert recommended.stability >= most - 0.02


@pytest.mark.slow
def test_the_same_seed_gives_the_same_choice_whatever_the_order_of_the_rows():
    values, _ = planted(3, 5, n=60)
    vectors = table(values)
    once = choose_k(vectors, KMeans, numbers=(2, 3), draws=2, pairs=2, seed=9)
    turned = vectors.take(vectors.ids[::-1])
    assert choose_k(turned, KMeans, numbers=(2, 3), draws=2, pairs=2, seed=9) == once
    assert choose_k(vectors, KMeans, numbers=(2, 3), draws=2, pairs=2, seed=8) != once


def test_numbers_that_leave_too_few_images_a_cluster_are_not_tried():
    values, _ = planted(2, 0, n=13)
    choice = choose_k(table(values), KMeans, draws=2, pairs=2)
    assert [cut.k for cut in choice.cuts] == [2, 3]
    with pytest.raises(NotEnoughData, match="at least 8 different images, got 7"):
        choose_k(table(values[:7]), KMeans)


def test_a_large_collection_is_sampled_and_the_choice_says_so():
    values, _ = planted(2, 0, n=2100, d=3)
    choice = choose_k(table(values), KMeans, numbers=(2,), draws=2, pairs=1)
    assert (choice.n, choice.total) == (2000, 2100)


def test_a_uniform_null_has_the_covariance_it_was_asked_for_and_no_tails():
    random = np.random.default_rng(2)
    values = random.normal(size=(4000, 3)) @ random.normal(size=(3, 3)) + [5, 0, -5]
    drawn = uniform_like(values, 0, 0)
    np.testing.assert_allclose(np.cov(drawn.T), np.cov(values.T), atol=0.25)
    axes = np.linalg.svd(values - values.mean(axis=0), full_matrices=False)[2]
    along = (drawn - values.mean(axis=0)) @ axes.T
    assert (np.abs(along).max(axis=0) / along.std(axis=0)).max() < 1.8


@pytest.mark.slow
def test_choosing_tells_how_far_it_is_and_can_be_stopped():
    class Listener:
        def __init__(self, stop_at):
            self.said, self.stop_at = [], stop_at

        def tick(self, done, total, note="", **metrics):
            self.said.append((done, total))
            if done == self.stop_at:
                raise Cancelled

    values, _ = planted(2, 0, n=40)
    listener = Listener(-1)
    choose_k(table(values), KMeans, numbers=(2, 3), draws=2, pairs=2, progress=listener)
    assert listener.said == sorted(listener.said)
    assert listener.said[-1][0] == listener.said[-1][1]
    with pytest.raises(Cancelled):
        choose_k(table(values), KMeans, numbers=(2, 3), progress=Listener(3))
