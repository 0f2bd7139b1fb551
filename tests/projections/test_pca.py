import numpy as np
import pytest

from contrast_engine.projections import projections
from contrast_engine.vectors import ImageId, Vectors

PCA = projections["pca"]


def table(values, columns):
    ids = tuple(ImageId(f"{row:016x}") for row in range(len(values)))
    return Vectors(ids, np.asarray(values, float), columns)


def test_a_line_in_space_becomes_the_x_axis_in_its_own_units():
    steps = np.array([-2.0, -1.0, 0.0, 3.0])
    drawn = PCA().project(table(np.outer(steps, [0.6, 0.8]), ("a", "b")))
    np.testing.assert_allclose(drawn.values[:, 0], steps, atol=1e-12)
    np.testing.assert_allclose(drawn.values[:, 1], 0, atol=1e-12)


def test_the_strongest_feature_rises_along_its_axis_whatever_the_sign_of_the_data():
    values = np.random.default_rng(0).normal(size=(50, 3)) * [5, 2, 0.1]
    for flip in (1, -1):
        drawn = PCA().project(table(flip * values, ("a", "b", "c")))
        assert np.corrcoef(drawn.values[:, 0], flip * values[:, 0])[0, 1] > 0.99
        assert np.corrcoef(drawn.values[:, 1], flip * values[:, 1])[0, 1] > 0.99


def test_explained_shares_and_effective_dimension_of_known_variances():
    random = np.random.default_rng(1)
    basis, _ = np.linalg.qr(random.normal(size=(40, 3)))
    basis -= basis.mean(axis=0)
    basis, _ = np.linalg.qr(basis)  # centred, orthonormal columns
    details = PCA().details(table(basis * [3, 2, 1], ("gcf", "lc_mean", "chroma_mean")))
    assert details["explained"] == pytest.approx([9 / 14, 4 / 14, 1 / 14])
    assert details["participation_ratio"] == pytest.approx(196 / 98)
    assert details["axes"] == ["gcf", "lc_mean"]
    assert details["ends"][1] == ["soft texture", "strong texture"]
    assert details["loadings"][0]["gcf"] == pytest.approx(1)


def test_an_axis_of_opposed_features_says_so():
    rise = np.arange(20.0)
    wave = 4 * (-1) ** rise  # keeps the two from saying exactly the same
    values = np.column_stack([rise + wave, -0.8 * rise + wave])
    details = PCA().details(table(values, ("u_dr", "skew")))
    assert details["axes"][0] == "u_dr - skew"
    assert details["ends"][0] == ["low range, small bright areas", "wide range, small dark areas"]


def test_an_axis_does_not_name_the_same_thing_twice():
    rise = np.arange(20.0)
    details = PCA().details(table(np.column_stack([rise, 0.9 * rise]), ("u_dr", "dr_stops")))
    assert details["axes"][0] == "u_dr"


def test_identical_images_and_single_columns_are_drawn_without_warnings():
    drawn = PCA().project(table(np.ones((4, 1)), ("a",)))
    assert (drawn.values == 0).all()
    assert PCA().details(table(np.ones((4, 1)), ("a",)))["explained"] == [0.0]
