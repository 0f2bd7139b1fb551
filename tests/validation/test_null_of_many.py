import numpy as np
import pytest

from contrast_engine.clusterings import clusterings
from contrast_engine.imageset import ImageIds
from contrast_engine.validation import separation, separation_indices
from contrast_engine.vectors import Vectors


def drawn(n, seed=0):
    random = np.random.default_rng(seed)
    values = random.normal(size=(n, 4)) @ random.normal(size=(4, 4))
    return Vectors(ImageIds(np.arange(n, dtype=np.uint64)), values, tuple("abcd"))


def test_the_null_of_many_images_has_fewer_and_says_nearly_the_same(monkeypatch):
    space, recipe = drawn(3_000), clusterings["kmeans"].of({"n_clusters": 3})
    clustering = recipe.cluster(space)
    whole = separation.against_null(space, clustering, recipe, draws=5)["silhouette"]
    sizes = []
    assign = type(recipe).assign
    monkeypatch.setattr(
        type(recipe), "assign",
        lambda self, values, **how: sizes.append(len(values)) or assign(self, values, **how),
    )  # fmt: skip
    monkeypatch.setattr(separation, "NULL", 1_500)
    fewer = separation.against_null(space, clustering, recipe, draws=5)["silhouette"]
    assert sizes[:5] == [1_500] * 5
    assert fewer.value == whole.value
    assert fewer.null_mean == pytest.approx(whole.null_mean, abs=0.02)


def test_only_the_question_of_a_smaller_null_is_another_one():
    assert separation.null_question(20_000) == {}
    assert separation.null_question(20_001) == {"null_images": 20_000}


def test_the_null_of_few_images_is_what_it_was():
    space = drawn(500)
    recipe = clusterings["kmeans"].of({"n_clusters": 3})
    clustering = recipe.cluster(space)
    found = separation.against_null(space, clustering, recipe, draws=3)["silhouette"]
    nulls = []
    for draw in range(3):
        values = separation.gaussian_like(space.values, 0, draw)
        seed = separation.derived_seed(0, "null", "cluster", str(draw))
        nulls.append(
            separation_indices.silhouette(values, recipe.assign(values, seed=seed).cluster)
        )
    assert found.null_mean == pytest.approx(np.mean(nulls), abs=1e-12)
