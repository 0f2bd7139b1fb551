import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contrast_engine.features import features, measure_image
from contrast_engine.images import LinearImage

WEIGHTS = np.array([0.2126, 0.7152, 0.0722])
OF_LUMINANCE_ALONE = [
    name
    for name in (*features,)
    if features[name].family != "colour"
]  # fmt: skip


def scene(height: int, width: int, seed: int = 0) -> np.ndarray:
    """Smooth shapes, hard edges and grain in colour, with odd remainders everywhere."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    waves = [0.5 + 0.4 * np.sin(x / (3 + 7 * c) + y / (11 - 2 * c) + c) for c in range(3)]
    rgb = np.stack(waves, axis=2) * (0.2 + 0.8 * (x + 2 * y > height)[..., None])
    return np.clip(rgb + rng.normal(0, 0.03, rgb.shape), 0, 1)


TURNS = {
    "mirrored": lambda rgb: rgb[:, ::-1],
    "upside down": lambda rgb: rgb[::-1],
    "turned by 90 degrees": lambda rgb: rgb.swapaxes(0, 1)[::-1],
    "turned by 180 degrees": lambda rgb: rgb[::-1, ::-1],
}


@pytest.mark.parametrize("turn", TURNS.values(), ids=TURNS)
@pytest.mark.parametrize("shape", [(203, 331), (128, 128), (97, 40), (5, 9)])
def test_turning_a_picture_changes_no_feature(turn, shape):
    rgb = scene(*shape)
    before, after = measure_image(LinearImage(rgb)), measure_image(LinearImage(turn(rgb)))
    assert after == pytest.approx(before, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("gain", [0.7, 0.25, 0.031])
def test_exposure_leaves_relative_contrast_as_it_was(gain):
    rgb = scene(120, 161)
    before, after = measure_image(LinearImage(rgb)), measure_image(LinearImage(rgb * gain))
    for name in ("c_rms", "skew", "kurt", "e_low", "e_high", "hl_ratio", "spectral_slope",
                 "michelson"):  # fmt: skip
        assert after[name] == pytest.approx(before[name], rel=1e-10, abs=1e-10), name


@pytest.mark.parametrize("angle", [0.4, 1.9, 3.1])
def test_turning_hues_at_constant_luminance_moves_only_colour(angle):
    rgb = 0.3 + 0.4 * scene(120, 161)
    y = (rgb @ WEIGHTS)[..., None]
    # A rotation of rgb - Y inside the plane whose luminance is zero.
    first = np.cross(WEIGHTS, [1.0, 0.0, 0.0])
    first /= np.linalg.norm(first)
    second = np.cross(WEIGHTS / np.linalg.norm(WEIGHTS), first)
    u, v = (rgb - y) @ first, (rgb - y) @ second
    c, s = np.cos(angle), np.sin(angle)
    turned = y + (c * u - s * v)[..., None] * first + (s * u + c * v)[..., None] * second
    assert turned.min() > 0
    assert turned.max() < 1
    before, after = measure_image(LinearImage(rgb)), measure_image(LinearImage(turned))
    for name in OF_LUMINANCE_ALONE:
        assert after[name] == pytest.approx(before[name], rel=1e-9, abs=1e-9), name
    assert after["hue_diversity"] != pytest.approx(before["hue_diversity"], rel=1e-3)


def test_a_grey_picture_has_no_colour():
    grey = np.repeat(scene(60, 80)[..., :1], 3, axis=2)
    values = measure_image(LinearImage(grey))
    # Exactly: anything else, however small, would be stretched by scaling to ranks.
    for name in ("chroma_mean", "chroma_contrast", "hue_diversity", "colourfulness"):
        assert values[name] == 0, name


@settings(max_examples=40, deadline=None)
@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    low=st.floats(0, 1),
    high=st.floats(0, 1),
    tones=st.integers(1, 5),
    seed=st.integers(0, 999),
)
def test_features_stay_finite_and_within_their_declared_range(
    height, width, low, high, tones, seed
):
    rng = np.random.default_rng(seed)
    palette = np.linspace(min(low, high), max(low, high), tones)
    values = measure_image(LinearImage(rng.choice(palette, (height, width, 3))))
    for name, value in values.items():
        assert np.isfinite(value), name
        if features[name].low is not None:
            assert value >= features[name].low, name
        if features[name].high is not None:
            assert value <= features[name].high + 1e-12, name


LADDERS = ("c_rms", "sigma_l", "u_dr", "lc_mean", "gcf", "rammg", "rsc", "c_hp", "michelson",
           "dr_stops", "lum_contrast")  # fmt: skip


@pytest.mark.parametrize("name", LADDERS)
def test_more_range_about_the_mean_is_more_contrast(name):
    rgb = 0.15 + 0.5 * scene(150, 200)
    y = (rgb @ WEIGHTS).mean()
    strengths = np.linspace(0.3, 1, 6)
    values = [features[name].measure(LinearImage(y + k * (rgb - y))) for k in strengths]
    assert (np.diff(values) > 0).all()


@pytest.mark.parametrize("name", LADDERS)
def test_haze_lowers_contrast(name):
    rgb = scene(150, 200)
    values = [
        features[name].measure(LinearImage(t * rgb + (1 - t) * 0.8))
        for t in np.linspace(0.3, 0.95, 6)
    ]
    assert (np.diff(values) > 0).all()
