import numpy as np
import pytest
from sklearn.manifold import trustworthiness as reference

from contrast_engine.projections.quality import (
    continuity,
    false_neighbours_of_each,
    missing_neighbours_of_each,
    neighbourhood,
    trustworthiness,
)
from contrast_engine.vectors import ImageId, Vectors


def table(values):
    ids = tuple(ImageId(f"{row:016x}") for row in range(len(values)))
    return Vectors(ids, np.asarray(values, float), tuple(f"c{i}" for i in range(values.shape[1])))


def test_both_equal_the_reference_of_scikit_learn():
    space = np.random.default_rng(0).normal(size=(700, 8))
    drawn = space[:, :2] ** 3
    value, n = trustworthiness(table(space), table(drawn), n_neighbors=15)
    assert value == pytest.approx(reference(space, drawn, n_neighbors=15), abs=1e-12)
    assert n == 700
    back, _ = continuity(table(space), table(drawn), n_neighbors=15)
    assert back == pytest.approx(reference(drawn, space, n_neighbors=15), abs=1e-12)


def test_a_copy_of_the_space_is_trusted_fully_and_random_points_are_not():
    random = np.random.default_rng(1)
    space = table(random.normal(size=(300, 2)))
    assert trustworthiness(space, table(space.values * -3))[0] == 1
    assert trustworthiness(space, table(random.normal(size=(300, 2))))[0] < 0.6


def test_images_are_matched_by_id_not_by_row():
    space = table(np.random.default_rng(2).normal(size=(100, 2)))
    assert trustworthiness(space, space.take(space.ids[::-1]))[0] == 1


def test_a_large_collection_is_judged_on_a_seeded_sample_of_the_stated_size():
    random = np.random.default_rng(3)
    space = table(random.normal(size=(900, 4)))
    drawn = table(space.values[:, :2])
    value, n = trustworthiness(space, drawn, sample=400, seed=1)
    assert n == 400
    assert value == trustworthiness(space, drawn, sample=400, seed=1)[0]
    assert value == pytest.approx(trustworthiness(space, drawn)[0], abs=0.03)


def test_tiny_collections_use_smaller_neighbourhoods_and_two_images_cannot_be_misplaced():
    assert [neighbourhood(n) for n in (0, 1, 2, 3, 30, 31, 1000)] == [0, 0, 0, 1, 14, 15, 15]
    space = table(np.random.default_rng(4).normal(size=(3, 2)))
    assert trustworthiness(space, space)[0] == 1
    assert continuity(table(np.eye(2)), table(np.eye(2))) == (1.0, 2)


def test_what_is_said_of_each_image_adds_up_to_what_is_said_of_the_map():
    random = np.random.default_rng(5)
    space = table(random.normal(size=(400, 6)))
    drawn = table(space.values[:, :2] ** 3)
    strangers, torn = (
        false_neighbours_of_each(space, drawn),
        missing_neighbours_of_each(space, drawn),
    )
    assert 1 - strangers.mean() == pytest.approx(trustworthiness(space, drawn)[0], abs=1e-12)
    assert 1 - torn.mean() == pytest.approx(continuity(space, drawn)[0], abs=1e-12)
    assert 0 <= min(strangers.min(), torn.min()) < max(strangers.max(), torn.max()) <= 1


def test_an_image_among_false_neighbours_stands_out_and_so_do_those_it_is_missing_from():
    random = np.random.default_rng(6)
    groups = np.concatenate([random.normal(size=(60, 2)), random.normal(size=(60, 2)) + 40])
    space, drawn = table(groups), groups.copy()
    drawn[0] = drawn[60:].mean(axis=0)  # one image of the first group, drawn in the second
    strangers, torn = (
        false_neighbours_of_each(space, table(drawn)),
        missing_neighbours_of_each(space, table(drawn)),
    )
    assert strangers.argmax() == torn.argmax() == 0
    assert strangers[0] > 0.4
    assert strangers[1:60].max() < 0.01  # the place it left is filled by the next nearest


def test_in_a_large_collection_each_image_is_judged_among_a_sample_and_the_rest_is_unknown():
    random = np.random.default_rng(7)
    space = table(random.normal(size=(2000, 4)))
    drawn = table(space.values[:, :2])
    few = false_neighbours_of_each(space, drawn, sample=300, most=1000)
    assert np.isfinite(few).sum() == 1000
    assert np.nanmean(few) == pytest.approx(
        trustworthiness(space, drawn, sample=300)[0] * -1 + 1, abs=0.03
    )
    assert false_neighbours_of_each(table(np.eye(2)), table(np.eye(2))).tolist() == [0, 0]
