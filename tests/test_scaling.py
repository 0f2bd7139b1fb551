import numpy as np
import pytest
from scipy.stats import norm

from contrast_engine.errors import ModelError, NotEnoughData, UnknownName
from contrast_engine.scaling import QuantileScaling
from contrast_engine.vectors import ImageId, Vectors


def table(*columns, names=None):
    values = np.column_stack(columns).astype(float)
    ids = tuple(ImageId(f"{row:016x}") for row in range(len(values)))
    return Vectors(ids, values, tuple(names or (f"c{i}" for i in range(values.shape[1]))))


def test_four_values_become_the_normal_scores_of_their_mid_ranks():
    scaled = QuantileScaling.fit(table([10, 40, 20, 30])).transform(table([10, 40, 20, 30]))
    expected = norm.ppf([1 / 8, 7 / 8, 3 / 8, 5 / 8])
    np.testing.assert_allclose(scaled.values[:, 0], expected, atol=1e-12)


def test_any_rising_change_of_units_gives_the_same_scores():
    values = np.random.default_rng(0).lognormal(size=900)
    plain = QuantileScaling.fit(table(values)).transform(table(values)).values
    logged = QuantileScaling.fit(table(np.log(values))).transform(table(np.log(values))).values
    np.testing.assert_allclose(plain, logged, atol=0.03)


def test_a_large_collection_comes_out_standard_normal_also_from_wild_tails():
    values = np.random.default_rng(1).standard_cauchy(6000)
    scaled = QuantileScaling.fit(table(values)).transform(table(values)).values[:, 0]
    assert abs(scaled.mean()) < 0.01
    assert abs(scaled.std() - 1) < 0.02
    assert np.abs(scaled).max() < 4


def test_tied_values_share_the_middle_of_their_ranks():
    values = np.r_[np.zeros(600), np.random.default_rng(2).uniform(1, 2, 400)]
    scaled = QuantileScaling.fit(table(values)).transform(table([0.0, 0.5])).values[:, 0]
    assert scaled[0] == pytest.approx(norm.ppf(0.3), abs=1e-9)
    assert scaled[0] < scaled[1] < norm.ppf(0.6005)


def test_a_constant_column_is_zero_for_every_image_old_and_new():
    scaling = QuantileScaling.fit(table([3.0] * 50, np.arange(50)))
    assert (scaling.transform(table([3.0, 900.0], [1, 2])).values[:, 0] == 0).all()


def test_rounding_noise_is_not_stretched_into_a_feature():
    noise = 0.1 + np.random.default_rng(3).normal(size=50) * 1e-15
    assert (QuantileScaling.fit(table(noise)).transform(table(noise)).values == 0).all()


def test_values_beyond_the_collection_are_held_at_its_ends():
    scaling = QuantileScaling.fit(table(np.arange(100)))
    low, high = scaling.transform(table([-1e9, 1e9])).values[:, 0]
    assert low == pytest.approx(norm.ppf(0.005))
    assert high == pytest.approx(norm.ppf(0.995))


def test_a_row_is_scaled_the_same_alone_and_among_others():
    everything = table(np.random.default_rng(4).gamma(2, size=(500, 3)))
    scaling = QuantileScaling.fit(everything)
    alone = scaling.transform(everything.take([everything.ids[7]])).values[0]
    np.testing.assert_array_equal(alone, scaling.transform(everything).values[7])


def test_a_saved_scaling_gives_the_same_bytes():
    vectors = table(np.random.default_rng(5).gamma(2, size=(400, 3)), names=["a", "b", "c"])
    scaling = QuantileScaling.fit(vectors)
    again = QuantileScaling.from_arrays(scaling.arrays())
    assert again.columns == ("a", "b", "c")
    assert again.n == 400
    assert again.transform(vectors).values.tobytes() == scaling.transform(vectors).values.tobytes()


def test_columns_are_found_by_name_not_by_position():
    vectors = table([1, 2, 3], [9, 8, 7], names=["a", "b"])
    scaling = QuantileScaling.fit(vectors)
    swapped = scaling.transform(vectors.select(["b", "a"]))
    np.testing.assert_array_equal(swapped.values, scaling.transform(vectors).values)


def test_what_cannot_be_scaled_is_said_in_words():
    with pytest.raises(NotEnoughData, match="at least 1"):
        QuantileScaling.fit(Vectors((), np.empty((0, 2)), ("a", "b")))
    with pytest.raises(UnknownName, match="no column 'c0'"):
        QuantileScaling.fit(table([1, 2])).transform(table([1], names=["other"]))
    with pytest.raises(ModelError, match="lacks knots"):
        QuantileScaling.from_arrays({"columns": np.zeros(1, np.uint8), "scores": 0, "n": 0})
