import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, is_valid_linkage, linkage
from sklearn.metrics import adjusted_rand_score

from contrast_engine.clusterings import clusterings, ward
from contrast_engine.vectors import ImageId, Vectors

Hierarchical = clusterings["hierarchical"]


def table(values):
    ids = tuple(ImageId(f"{row:016x}") for row in range(len(values)))
    return Vectors(ids, values, tuple(f"c{i}" for i in range(values.shape[1])))


def test_unit_weights_give_the_tree_of_scipy():
    values = np.random.default_rng(0).normal(size=(120, 4))
    ours = ward.weighted_ward(values, np.ones(120, int))
    theirs = linkage(values, "ward")
    np.testing.assert_allclose(ours, theirs, atol=1e-9)


def test_a_weight_counts_like_that_many_equal_rows():
    random = np.random.default_rng(1)
    centres, weights = random.normal(size=(30, 3)), random.integers(1, 6, 30)
    full = linkage(np.repeat(centres, weights, axis=0), "ward")
    ours = ward.weighted_ward(centres, weights)
    np.testing.assert_allclose(ours[:, 2], full[-29:, 2], atol=1e-9)
    expected = fcluster(full, 5, "maxclust")[np.cumsum(weights) - 1]
    assert adjusted_rand_score(expected, ward.cut(ours, 5)) == 1


def test_rows_on_a_grid_where_everything_ties_still_make_a_valid_tree():
    grid = np.stack(np.meshgrid(np.arange(8.0), np.arange(8.0)), axis=-1).reshape(-1, 2)
    assert is_valid_linkage(ward.weighted_ward(grid, np.ones(64, int)))
    assert is_valid_linkage(ward.weighted_ward(np.zeros((9, 2)), np.arange(1, 10)))


def test_a_cut_equals_that_of_scipy():
    merges = linkage(np.random.default_rng(2).normal(size=(60, 3)), "ward")
    for k in (1, 2, 7, 60):
        ours = ward.cut(merges, k)
        assert len(np.unique(ours)) == k
        assert adjusted_rand_score(fcluster(merges, k, "maxclust"), ours) == 1


def test_a_small_collection_is_merged_exactly_and_its_tree_is_kept():
    vectors = table(np.random.default_rng(3).normal(size=(90, 4)))
    found = Hierarchical().group(vectors)
    assert found.details == {"is_exact": True, "leaves": 90}
    np.testing.assert_array_equal(found.arrays["merges"], linkage(vectors.values, "ward"))
    cut = ward.cut(found.arrays["merges"], 3)[found.arrays["leaf"]]
    assert adjusted_rand_score(cut, found.clustering.cluster) == 1


@pytest.mark.slow
def test_of_very_many_a_sample_places_the_micro_clusters_and_is_named(monkeypatch):
    monkeypatch.setattr(ward, "EXACT", 50)
    monkeypatch.setattr(ward, "MICRO", 20)
    monkeypatch.setattr(ward, "SAMPLE", 100)
    random = np.random.default_rng(4)
    found = Hierarchical().group(table(random.normal(size=(300, 4))))
    assert found.details["fitted_on"] == 100
    assert "placed by 100 of them" in found.details["note"]
    assert (found.clustering.cluster >= 0).all()


@pytest.mark.slow
def test_a_large_collection_is_gathered_first_says_so_and_finds_the_same_groups():
    random = np.random.default_rng(4)
    truth = random.choice(3, 2600, p=[0.5, 0.3, 0.2])
    vectors = table(random.normal(size=(2600, 5)) + 6 * np.eye(5)[truth])
    found = Hierarchical().group(vectors)
    assert found.details["is_exact"] is False
    assert found.details["leaves"] <= 1000
    assert "2600 images were first gathered into" in found.details["note"]
    assert found.details["fitted_on"] == 2600
    assert found.arrays["weights"].sum() == 2600
    assert adjusted_rand_score(truth, found.clustering.cluster) > 0.97
    exact = ward.cut(linkage(vectors.values, "ward"), 3)
    assert adjusted_rand_score(exact, found.clustering.cluster) > 0.95
