"""Valleys of density: where one hill is, none is found, whatever its shape; two are told apart."""

import numpy as np
import pytest

from contrast_engine.clusterings import clusterings, numbered
from contrast_engine.clusterings.kmeans import KMeans
from contrast_engine.validation import valleys
from contrast_engine.validation.gaps import gaps
from contrast_engine.validation.planted_groups import power
from contrast_engine.validation.valley_paths import Path
from tests.benchmarks.groups_or_regions import CONTINUA, PLANTED, judged, made


@pytest.mark.slow
@pytest.mark.parametrize("shape", CONTINUA)
def test_no_continuum_is_called_groups(shape):
    assert not judged(made(shape, 300, 2, 3, seed=101), "kmeans", 3, 0).is_grouped


@pytest.mark.slow
@pytest.mark.parametrize("shape", [shape for shape in PLANTED if shape != "one of eight"])
def test_planted_groups_are_found(shape):
    assert judged(made(shape, 300, 8, 2, seed=102), "kmeans", 2, 0).is_grouped


def test_a_count_in_three_windows_by_hand():
    along = Path(np.zeros(1), np.ones(1), 0.0, 1.0, 0.1, (-0.1, 0.4, 0.9, 0.2), 0.0)
    rows = np.array([[0.0]] * 6 + [[0.5]] + [[1.0]] * 5)
    p, ratio = valleys.chance(rows, along)
    # of 1 + 5 rows at most one in the valley: (1 + 6) / 2 ** 6
    assert (p, ratio) == (pytest.approx(7 / 64), pytest.approx(1 / 5))
    assert np.isnan(valleys.chance(rows[:3], along)[1])


def test_few_images_are_not_enough_to_tell_and_many_are():
    values = np.random.default_rng(0).normal(size=(30, 3))
    recipe = KMeans(n_clusters=2)
    found = gaps(values, numbered(recipe.assign(values).cluster), recipe)
    assert not found.is_grouped
    assert not found.is_told
    assert power(np.array([15, 15]), 30, 3) < 0.3
    assert power(np.array([100, 100]), 200, 3) > 0.8


def test_clusters_cut_from_one_group_are_joined_and_those_of_people_are_taken_as_they_are():
    random = np.random.default_rng(4)
    values = random.normal(size=(240, 2))
    values[160:, 0] += 12
    cluster = np.where(values[:, 0] > 6, 7, np.where(values[:, 1] > 0, 3, 5))
    found = gaps(values, cluster, None)
    assert found.groups == ((3, 5), (7,))
    assert found == gaps(values, cluster, None)


def test_a_method_that_finds_no_clusters_is_told_apart_from_too_few_images():
    values = np.random.default_rng(5).normal(size=(200, 2))
    recipe = clusterings["hdbscan"].of({"min_cluster_size": 60})
    found = gaps(values, np.full(200, -1), recipe)
    assert found.groups == ()
    assert found.is_told
