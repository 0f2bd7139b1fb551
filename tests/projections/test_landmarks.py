import numpy as np
import pytest

from contrast_engine.imageset import ImageIds
from contrast_engine.progress import Cancelled
from contrast_engine.projections import landmarks, projections
from contrast_engine.projections.landmarks import placed
from contrast_engine.vectors import Vectors

N, D, RARE = 3_000, 6, 12


@pytest.fixture
def few(monkeypatch):
    """Landmarks from 500 images on, so that a test is quick."""
    monkeypatch.setattr(landmarks, "WHOLE", 500)
    monkeypatch.setattr(landmarks, "LANDMARKS", 300)
    monkeypatch.setattr(landmarks, "EACH", 15)


def many(n=N, seed=0, order=None):
    """Three crowds, and a dozen images of a kind far from all of them in the first rows."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(n, D)) + 6 * random.integers(0, 3, n)[:, None]
    values[:RARE] = -40 + 0.1 * random.normal(size=(RARE, D))
    ids = random.permutation(10 * n)[:n].astype(np.uint64)
    order = np.arange(n) if order is None else order
    return Vectors(ImageIds(ids[order]), values[order], tuple("abcdef"))


def test_few_images_are_all_laid_out():
    assert landmarks.landmarks(many(), 0) is None
    assert projections["tsne"]().laid_out(many()) is None
    assert projections["pca"]().laid_out(many()) is None


def test_a_rare_kind_has_landmarks_of_its_own(few):
    for seed in range(5):
        found = landmarks.landmarks(many(seed=seed), seed)
        assert len(found) == 300
        assert (found < RARE).sum() >= 3
    by_chance = 300 * RARE / N
    assert by_chance < 1.5  # as many would not be there otherwise


def test_landmarks_are_the_same_images_in_whatever_order_they_were_scanned(few):
    turned = many(order=np.random.default_rng(9).permutation(N))
    assert many().at(landmarks.landmarks(many(), 3)) == turned.at(landmarks.landmarks(turned, 3))
    assert many().at(landmarks.landmarks(many(), 3)) != many().at(landmarks.landmarks(many(), 4))


@pytest.mark.parametrize("method", ["tsne", "umap"])
def test_a_map_by_landmarks_keeps_groups_apart_and_a_rare_kind_together(few, method):
    options = {"n_iterations": 100} if method == "tsne" else {}
    vectors = many()
    drawn = projections[method].of(options).project(vectors, seed=1).values
    assert np.isfinite(drawn).all()
    rare, others = drawn[:RARE], drawn[RARE:]
    apart = np.linalg.norm(others - rare.mean(axis=0), axis=1)
    assert np.linalg.norm(rare - rare.mean(axis=0), axis=1).max() < apart.min()
    again = projections[method].of(options).project(vectors, seed=1).values
    assert np.array_equal(drawn, again)


def test_equal_images_stand_at_one_place_also_where_they_are_placed(few):
    vectors = many()
    values = vectors.values.copy()
    values[1_000:1_800] = values[1_000]
    twice = Vectors(vectors.ids, values, vectors.columns)
    drawn = projections["tsne"].of({"n_iterations": 100}).project(twice).values
    assert (drawn[1_000:1_800] == drawn[1_000]).all()


def test_images_that_are_all_equal_are_refused_in_words(few):
    from contrast_engine.errors import NotEnoughData

    same = Vectors(many().ids, np.ones((N, D)), tuple("abcdef"))
    with pytest.raises(NotEnoughData, match="different images, got 1"):
        projections["tsne"]().project(same)


def test_what_is_placed_stands_between_its_nearest_landmarks():
    known = np.array([[0.0], [1.0], [2.0], [3.0], [4.0], [100.0]])
    points = np.column_stack([known[:, 0] * 2, known[:, 0] * 0])
    assert np.allclose(placed(known, points, known[:3]), points[:3])
    between = placed(known, points, np.array([[1.5]]))[0]
    weights = 1 / np.square(np.array([1.5, 0.5, 0.5, 1.5, 2.5]))
    assert between[0] == pytest.approx(weights @ points[:5, 0] / weights.sum())


def test_the_question_of_a_map_says_what_is_approximate_and_old_keys_stay():
    for method in ("tsne", "umap"):
        recipe = projections[method]()
        assert recipe.question(20_000) == {}
        assert recipe.question(20_001) == {"neighbours": "cells"}
        assert recipe.question(50_001) == {"landmarks": 5_000}
    assert projections["pca"]().question(10**6) == {}


def test_placing_can_be_stopped(few):
    class Stops:
        def tick(self, done, total, note="", **metrics):
            if note == "placing images" and total == N:
                raise Cancelled

    with pytest.raises(Cancelled):
        projections["tsne"].of({"n_iterations": 100}).project(many(), progress=Stops())
