import numpy as np
import pytest

from contrast_engine.clusterings import clusterings
from contrast_engine.progress import Cancelled
from contrast_engine.validation import separation, separation_indices
from contrast_engine.validation.separation import (
    DRAWS,
    LOOKS,
    Separation,
    against_null,
    is_decided,
    is_grouped,
    stands_out,
    verdict,
)
from contrast_engine.vectors import ImageId, Vectors

METHODS = ("kmeans", "hierarchical")


def table(values):
    ids = tuple(ImageId(f"{row:016x}") for row in range(len(values)))
    return Vectors(ids, values, tuple(f"c{i}" for i in range(values.shape[1])))


def judged(values, name="kmeans", **keywords):
    vectors, recipe = table(values), clusterings[name]()
    return against_null(vectors, recipe.cluster(vectors), recipe, **keywords)


def test_the_silhouette_equals_a_loop_over_rows():
    random = np.random.default_rng(0)
    values, cluster = random.normal(size=(60, 4)), random.integers(0, 4, 60)
    cluster[0] = 9  # alone in its cluster
    scores = []
    for row in range(1, 60):
        away = np.linalg.norm(values - values[row], axis=1)
        own = away[(cluster == cluster[row]) & (np.arange(60) != row)].mean()
        other = min(away[cluster == c].mean() for c in {*cluster} - {cluster[row]})
        scores.append((other - own) / max(other, own))
    expected = sum(scores) / 60
    assert separation_indices.silhouette(values, cluster) == pytest.approx(expected, abs=1e-9)


def test_the_davies_bouldin_index_of_three_clusters_by_hand():
    values = np.array([[0.0], [2.0], [10.0], [14.0], [30.0], [30.0]])
    # means 1, 12, 30; spreads 1, 2, 0: ratios 3/11 (first, second), 1/29, 2/18
    expected = (3 / 11 + 3 / 11 + 2 / 18) / 3
    cluster = np.array([0, 0, 1, 1, 2, 2])
    assert separation_indices.davies_bouldin(values, cluster) == pytest.approx(expected, abs=1e-9)


def test_the_silhouette_of_four_points_by_hand():
    values = np.array([[0.0], [1.0], [10.0], [11.0]])
    expected = np.mean([1 - 1 / 10.5, 1 - 1 / 9.5, 1 - 1 / 9.5, 1 - 1 / 10.5])
    assert separation_indices.silhouette(values, np.array([0, 0, 1, 1])) == pytest.approx(expected)


def test_one_cluster_has_no_separation_and_equal_rows_make_no_warning():
    for judge in (separation.silhouette, separation.davies_bouldin):
        assert judge(np.eye(4), np.arange(4)) == 0, "every row alone"
        assert judge(np.eye(4), np.zeros(4, int)) == 0
    assert separation_indices.silhouette(np.ones((4, 2)), np.zeros(4, int)) == 0
    assert separation_indices.silhouette(np.ones((4, 2)), np.array([0, 0, 1, 1])) == 0
    assert separation_indices.davies_bouldin(np.ones((4, 2)), np.array([0, 0, 1, 1])) == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", METHODS)
def test_planted_groups_are_called_groups(name):
    random = np.random.default_rng(1)
    values = random.normal(size=(240, 8)) + 6 * np.eye(8)[random.integers(0, 3, 240)]
    found = judged(values, name)
    assert found["silhouette"].z > 10
    assert found["davies_bouldin"].z > 3
    assert is_grouped(found)
    assert verdict(found).startswith("separate groups: ")


@pytest.mark.slow
@pytest.mark.parametrize("name", METHODS)
def test_structureless_data_is_called_regions_although_its_silhouette_is_not_small(name):
    spread = np.diag([4, 2, 1, 1, 0.5])
    found = judged(np.random.default_rng(1).normal(size=(240, 5)) @ spread, name)
    assert found["silhouette"].value > 0.15
    assert abs(found["silhouette"].z) < 4
    assert verdict(found).startswith("regions of one continuum: no separate groups")


def test_a_null_draw_has_the_size_mean_and_covariance_it_was_asked_for():
    random = np.random.default_rng(2)
    values = random.normal(size=(4000, 3)) @ random.normal(size=(3, 3)) + [5, 0, -5]
    drawn = separation.gaussian_like(values, 0, 0)
    assert drawn.shape == values.shape
    np.testing.assert_allclose(np.cov(drawn.T), np.cov(values.T), atol=0.25)
    np.testing.assert_allclose(drawn.mean(axis=0), values.mean(axis=0), atol=0.15)
    flat = values * [1, 0, 1]
    assert np.ptp(separation.gaussian_like(flat, 0, 1)[:, 1]) < 1e-9


def test_the_same_seed_gives_the_same_null_and_the_sample_size_is_reported():
    values = np.random.default_rng(3).normal(size=(200, 3))
    first = judged(values, draws=3, sample=80, seed=5)
    assert first == judged(values, draws=3, sample=80, seed=5)
    assert first["silhouette"].n == 80
    assert first["davies_bouldin"].n == 200


def test_a_difference_too_small_to_see_or_no_substantial_one_does_not_stand_out():
    assert not stands_out({"silhouette": Separation(0.17, 0.15, 0.002, 10.0, 2000)})
    assert not stands_out({"silhouette": Separation(0.40, 0.38, 0.002, 10.0, 2000)})
    assert not stands_out({"silhouette": Separation(0.24, 0.15, 0.002, 45.0, 2000)})
    assert not stands_out({"silhouette": Separation(0.9, 0.1, 0.4, 2.0, 9)})
    far = {"silhouette": Separation(0.35, 0.25, 0.01, 10.0, 2000)}
    assert stands_out(far)
    assert not is_grouped(far), "a silhouette alone decides nothing"
    assert judged(np.eye(3), draws=2)["silhouette"].z == 0


def test_judging_can_be_stopped_between_draws():
    class Stop:
        def tick(self, done, total, note="", **metrics):
            if done == 2:
                raise Cancelled

    with pytest.raises(Cancelled):
        judged(np.random.default_rng(4).normal(size=(60, 3)), progress=Stop())


@pytest.mark.parametrize(("value", "is_settled"), [(0.20, True), (0.90, True), (0.33, False)])
def test_a_few_null_draws_settle_what_no_further_ones_could_change(value, is_settled):
    null = np.array([0.30, 0.31, 0.29, 0.30, 0.305])
    assert is_decided(value, null, 1.0) == is_settled
    ends = {
        separation.beside(value, row, 1.0, 2000).z >= separation.SURE
        for row in np.random.default_rng(0).normal(0.301, 0.01, (200, DRAWS))
    }
    assert (len(ends) == 1) == is_settled


def test_null_draws_that_are_all_alike_settle_nothing_and_leftovers_settle_it_all():
    assert not is_decided(0.9, np.zeros(5), 1.0)
    assert is_decided(0.33, np.array([0.30, 0.31, 0.29, 0.30, 0.305]), 0.2)


@pytest.mark.slow
def test_of_many_images_no_more_is_drawn_than_the_verdict_needs(monkeypatch):
    monkeypatch.setattr(separation, "MANY", 200)
    random = np.random.default_rng(1)
    values = random.normal(size=(240, 8)) + 6 * np.eye(8)[random.integers(0, 3, 240)]
    found = judged(values)
    assert found["silhouette"].draws == found["davies_bouldin"].draws == LOOKS[0]
    monkeypatch.setattr(separation, "MANY", 240)
    every = judged(values)
    assert every["silhouette"].draws == DRAWS
    assert verdict(found) == verdict(every)
