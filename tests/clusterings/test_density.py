from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from contrast_engine.clusterings import clusterings
from contrast_engine.clusterings.hdbscan import Hdbscan
from contrast_engine.clusterings.mixture import Mixture
from contrast_engine.errors import NotEnoughData
from contrast_engine.results import UNASSIGNED
from contrast_engine.validation.separation import (
    Evidence,
    against_null,
    assigned_share,
    is_grouped,
    verdict,
)
from contrast_engine.vectors import ImageId, Vectors


def table(values):
    ids = tuple(ImageId(f"{row:016x}") for row in range(len(values)))
    return Vectors(ids, values, tuple(f"c{i}" for i in range(values.shape[1])))


def planted(n, outliers, seed=0, d=6):
    """Three round groups far apart, and single images far from everything (truth -1)."""
    random = np.random.default_rng(seed)
    truth = np.arange(n) % 3
    values = random.normal(size=(n, d)) + 10 * np.eye(d)[truth]
    values[:outliers] = random.uniform(-200, 200, (outliers, d))
    truth[:outliers] = UNASSIGNED
    return values, truth


def test_hdbscan_finds_the_groups_and_leaves_the_outliers_unassigned():
    values, truth = planted(240, 8)
    grouping = Hdbscan().group(table(values))
    found = grouping.clustering.cluster
    assert (found[:8] == UNASSIGNED).all()
    assert adjusted_rand_score(truth[8:], found[8:]) > 0.95
    assert grouping.clustering.distance[:8].tolist() == [0] * 8
    assert grouping.details == {"is_exact": True, "unassigned": int((found < 0).sum())}


def test_hdbscan_finds_no_groups_in_one_smooth_cloud():
    values = np.random.default_rng(1).normal(size=(300, 12))
    found = Hdbscan().cluster(table(values))
    assert found.clusters == ()
    assert (found.cluster == UNASSIGNED).all()


def test_micro_clusters_weighted_by_their_images_find_the_same_groups():
    values, truth = planted(1800, 40)
    random = np.random.default_rng(2)
    leaf = np.unique(
        np.concatenate([np.arange(40), 40 + random.integers(0, 100, 1760) * 3 + truth[40:]]),
        return_inverse=True,
    )[1]  # a leaf holds images of one group only; each outlier is alone
    found = Hdbscan().among_micro_clusters(values, leaf)
    assert adjusted_rand_score(truth, found) > 0.99
    assert (found[:40] == UNASSIGNED).all()


@pytest.mark.slow
def test_hdbscan_above_ten_thousand_images_goes_through_micro_clusters_and_says_so():
    values, truth = planted(11_000, 0)
    grouping = Hdbscan(min_cluster_size=100).group(table(values))
    assert adjusted_rand_score(truth, grouping.clustering.cluster) > 0.95
    assert not grouping.details["is_exact"]
    assert "11000 images were first gathered into 2000 micro-clusters" in grouping.details["note"]


def test_a_method_that_finds_nothing_in_the_null_still_has_a_finite_comparison():
    values, _ = planted(240, 0)
    vectors, recipe = table(values), Hdbscan(min_cluster_size=40)
    found = against_null(vectors, recipe.cluster(vectors), recipe, draws=3)
    assert (found["silhouette"].null_mean, found["silhouette"].null_sd) == (0, 0)
    assert found["silhouette"].z == pytest.approx(100 * found["silhouette"].value)
    assert is_grouped(found)
    assert found["davies_bouldin"].n == found["silhouette"].n <= 240
    nothing = np.random.default_rng(1).normal(size=(120, 6))
    none = against_null(table(nothing), recipe.cluster(table(nothing)), recipe, draws=2)
    assert (none["silhouette"].value, none["silhouette"].n) == (0, 0)
    assert not is_grouped(none)


def test_too_few_images_for_one_dense_group_are_refused_in_words():
    with pytest.raises(NotEnoughData, match="at least 15 different images, got 9"):
        Hdbscan().cluster(table(np.random.default_rng(0).normal(size=(9, 3))))


@pytest.mark.parametrize("shape", ["diag", "full", "spherical"])
def test_a_mixture_finds_long_parallel_clouds_when_their_shape_allows_it(shape):
    random = np.random.default_rng(3)
    truth = np.arange(300) % 2
    values = random.normal(size=(300, 2)) * [4, 0.5] + np.outer(truth, [0, 5])
    recipe = Mixture(n_clusters=2, shape=shape)
    grouping = recipe.group(table(values))
    right = adjusted_rand_score(truth, grouping.clustering.cluster)
    assert right > 0.95 if shape != "spherical" else right < 0.5
    assert grouping.details["has_converged"]
    assert grouping.details["fitted_on"] == 300


def test_the_criterion_of_a_mixture_prefers_the_planted_number_of_clouds():
    values, _ = planted(300, 0)
    bic = {k: Mixture(n_clusters=k).group(table(values)).details["bic"] for k in (2, 3, 5)}
    assert min(bic, key=bic.__getitem__) == 3


def test_the_new_methods_are_offered_after_the_plain_ones():
    assert list(clusterings)[2:4] == ["hdbscan", "mixture"]


def test_dense_spots_among_mostly_left_over_images_are_not_called_groups():
    values, _ = planted(240, 0)
    vectors, recipe = table(values), Hdbscan(min_cluster_size=40)
    clustering = recipe.cluster(vectors)
    found = against_null(vectors, clustering, recipe, draws=2)
    assert assigned_share(clustering) > 0.5
    assert is_grouped(found, assigned_share(clustering))
    none = Evidence(found, replace(found.gaps, groups=((0, 1, 2),), is_across=False, power=1.0))
    assert not is_grouped(none, 0.3)
    assert "no separate groups, 70% of the images belong to none" in verdict(none, 0.3)
    assert "nothing is denser" in verdict(none, 0.0)
