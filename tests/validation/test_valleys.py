"""Valleys of density: where one hill is, none is found, whatever its shape; two are told apart."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from contrast_engine.clusterings import Clusterer, clusterings, numbered
from contrast_engine.clusterings.kmeans import KMeans
from contrast_engine.validation import Context, checks, valleys
from contrast_engine.validation.cluster_count import choose_k
from contrast_engine.validation.gaps import gaps
from contrast_engine.validation.hidden_groups import parts_along_an_axis
from contrast_engine.validation.planted_groups import power
from contrast_engine.validation.separation import against_null, verdict
from contrast_engine.validation.valley_paths import Path
from contrast_engine.vectors import ImageId, Vectors
from tests.benchmarks.groups_or_regions import CONTINUA, PLANTED, judged, made


@pytest.mark.slow
@pytest.mark.parametrize("shape", CONTINUA)
def test_no_continuum_is_called_groups(shape):
    assert not judged(made(shape, 300, 2, 3, seed=101), "kmeans", 3, 0).is_grouped


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shape", "method", "k"),
    [
        ("round", "kmeans", 3),
        ("unequal", "hierarchical", 2),
        ("elongated", "hdbscan", 3),
        ("one of eight", "kmeans", 2),
    ],
)
def test_planted_groups_are_found(shape, method, k):
    assert shape in PLANTED
    assert judged(made(shape, 300, 8, k, seed=102), method, k, 0).is_grouped


@pytest.mark.slow
def test_groups_that_a_method_misses_are_told_in_the_same_words_everywhere():
    ids = tuple(ImageId(f"{row:016x}") for row in range(160))
    space = Vectors(ids, made("one of eight", 160, 8, 2, seed=1), tuple("abcdefgh"))
    recipe: Clusterer = KMeans()
    found = against_null(space, recipe.cluster(space), recipe, draws=2)
    assert verdict(found) == (
        "separate groups: the images fall into groups, but these clusters cut across them"
    )
    recipe = clusterings["hdbscan"]()
    clustering = recipe.cluster(space)
    assert not clustering.clusters
    context = Context(space=space, clustering=clustering, clusterer=recipe, space_name="test")
    (finding,) = checks["separate_groups"](context)
    assert finding.verdict == "warn", "there are groups, but not these clusters"
    assert finding.note == (
        "Separate groups: the images fall into groups, but this method does not find them."
    )
    choice = choose_k(space, KMeans, numbers=(2,), draws=2, pairs=2)
    assert (choice.verdict, choice.reading) == ("groups", "separate groups")
    assert "the images fall into groups" in choice.reason


def test_five_groups_in_a_row_are_cut_at_every_valley_of_their_axis():
    values = made("one of eight", 300, 8, 5, seed=2)
    found = parts_along_an_axis(values)
    assert found is not None
    part, axis = found
    assert np.abs(axis).argmax() == 0
    assert adjusted_rand_score(np.arange(300) % 5, part) > 0.9
    assert parts_along_an_axis(np.ones((40, 3))) is None


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
