import numpy as np
import pytest

from contrast_engine.features import core_names, feature_names, features, measure_image
from contrast_engine.images import LinearImage

CONTRASTS = (
    "c_rms",
    "u_dr",
    "entropy",
    "std_y",
    "skew",
    "kurt",
    "e_low",
    "e_high",
    "lc_mean",
    "lc_std",
    "lc_p99",
    "lum_contrast",
    "chroma_contrast",
    "hue_diversity",
    "gcf",
    "dr_stops",
    "sigma_l",
    "rammg",
    "rsc",
    "peli_1",
    "peli_4",
    "peli_7",
    "c_hp",
    "michelson",
    "noise_sigma",
    "sharpness",
)


@pytest.mark.parametrize("level", [0.0, 1e-9, 0.18, 0.9, 1.0])
@pytest.mark.parametrize("shape", [(64, 48), (1, 1), (1, 300)])
def test_a_flat_picture_has_no_contrast_of_any_kind(level, shape):
    image = LinearImage(np.full((*shape, 3), level))
    values = measure_image(image)
    assert image.is_flat
    assert {name: values[name] for name in CONTRASTS} == dict.fromkeys(CONTRASTS, 0.0)
    assert values["hl_ratio"] == values["spectral_slope"] == -6
    assert values["mean_y"] == pytest.approx(level)


def test_rounding_noise_on_a_flat_picture_is_not_contrast():
    noise = np.random.default_rng(0).normal(0, 1e-8, (64, 64, 3))
    values = measure_image(LinearImage(np.clip(0.9 + noise, 0, 1)))
    assert values["c_rms"] == values["lc_p99"] == values["gcf"] == values["entropy"] == 0


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (2, 1), (2, 2), (3, 3), (4, 5), (7, 1), (1, 512),
                                   (512, 2), (10, 10), (16, 16)])  # fmt: skip
def test_a_tiny_picture_gives_finite_values(shape):
    pixels = np.random.default_rng(1).random((*shape, 3))
    values = measure_image(LinearImage(pixels))
    assert all(np.isfinite(value) for value in values.values())


def test_black_and_white_without_greys_gives_finite_values():
    dots = np.random.default_rng(2).integers(0, 2, (500, 500, 1)).repeat(3, axis=2).astype(float)
    values = measure_image(LinearImage(dots))
    assert values["entropy"] == pytest.approx(1, abs=1e-4)
    assert values["c_rms"] == pytest.approx(1, abs=0.02)


def test_equal_luminance_in_two_colours_is_colour_contrast_only():
    half = np.zeros((32, 64, 3))
    half[:, :32] = (0.7152 * 0.5, 0, 0)
    half[:, 32:] = (0, 0.2126 * 0.5, 0)
    values = measure_image(LinearImage(half))
    assert values["c_rms"] == values["gcf"] == 0
    assert values["hue_diversity"] > 0.1


def test_the_core_is_the_twenty_features_in_their_order():
    assert core_names() == (
        "c_rms", "u_dr", "entropy", "mean_y", "std_y", "skew", "kurt", "e_low", "e_high",
        "hl_ratio", "spectral_slope", "lc_mean", "lc_std", "lc_p99", "lum_contrast",
        "chroma_contrast", "chroma_mean", "hue_diversity", "gcf", "dr_stops",
    )  # fmt: skip
    assert feature_names()[:20] == core_names()
    assert tuple(measure_image(LinearImage(np.zeros((2, 2, 3))))) == feature_names()


@pytest.mark.parametrize("name", feature_names())
def test_a_feature_explains_itself(name):
    declared = features[name]
    assert declared.name == name
    assert declared.unit
    assert declared.direction
    assert 10 < len(declared.summary) < 90
    assert declared.summary.endswith(".")
    assert "Source:" in declared.doc


def test_measuring_twice_gives_the_same_numbers():
    pixels = np.random.default_rng(3).random((40, 60, 3))
    assert measure_image(LinearImage(pixels)) == measure_image(LinearImage(pixels.copy()))


def test_where_in_memory_the_pixels_lie_changes_no_bit():
    pixels = np.random.default_rng(3).random((61, 97, 3), np.float32)
    first = measure_image(LinearImage(pixels))
    for shift in range(1, 9):
        room = np.zeros(pixels.size + 16, np.float32)[shift : shift + pixels.size]
        moved = room.reshape(pixels.shape)
        moved[:] = pixels
        keep = [np.empty(size, np.uint8) for size in range(1000 * shift, 30_000 * shift, 997)]
        assert measure_image(LinearImage(moved)) == first, len(keep)
