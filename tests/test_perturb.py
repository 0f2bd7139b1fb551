import numpy as np
import pytest

from contrast_engine.errors import OptionError, UnknownName
from contrast_engine.images.colour import LUMINANCE_WEIGHTS, encode_srgb
from contrast_engine.perturb import contrast_ladders, ladder, perturbations
from contrast_engine.randomness import generator

NAMES = tuple(perturbations)


def picture(height: int = 60, width: int = 90) -> np.ndarray:
    """A small scene: a gradient, a coloured texture, one black and one white corner."""
    rng = generator(0, "tests", "perturb")
    rgb = (
        0.15 + 0.4 * np.linspace(0, 1, width)[None, :, None] + 0.3 * rng.random((height, width, 3))
    )
    rgb[:10, :10] = 0.0
    rgb[-10:, -10:] = 1.0
    return rgb


def luminance(rgb: np.ndarray) -> np.ndarray:
    return rgb @ LUMINANCE_WEIGHTS


def rms_contrast(rgb: np.ndarray) -> float:
    y = luminance(rgb)
    return float(y.std() / y.mean())


def strengths(name: str) -> list[float]:
    change = perturbations[name]
    spread = np.linspace(change.low, change.high, 9)
    return [float(s) for s in spread if s != change.neutral]


def test_the_nine_declared_perturbations_are_found():
    assert {"exposure", "scale", "s_curve", "gamma", "haze", "clahe", "chroma", "chroma_rotation",
            "blur"} <= set(NAMES)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_neutral_strength_gives_the_same_bits_in_a_new_array(name):
    rgb = picture()
    before = rgb.copy()
    same = perturbations[name](rgb, perturbations[name].neutral)
    assert same.tobytes() == before.tobytes()
    assert same is not rgb


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_keeps_its_precision_and_its_neutral_copy_every_bit(name):
    rgb = picture().astype(np.float32)
    still = perturbations[name](rgb, perturbations[name].neutral)
    assert still.dtype == np.float32
    assert (still == rgb).all()
    for strength in strengths(name):
        changed = perturbations[name](rgb, strength)
        assert changed.dtype == np.float32
        assert np.allclose(
            changed, perturbations[name](rgb.astype(np.float64), strength), atol=1e-6
        )


@pytest.mark.parametrize("name", NAMES)
def test_every_strength_changes_the_picture_and_stays_between_black_and_white(name):
    rgb = picture()
    before = rgb.copy()
    for strength in strengths(name):
        changed = perturbations[name](rgb, strength)
        assert changed.shape == rgb.shape
        assert changed.dtype == np.float64
        assert np.isfinite(changed).all()
        assert changed.min() >= 0
        assert changed.max() <= 1
        assert np.abs(changed - rgb).max() > 1e-3
    assert np.array_equal(rgb, before), "the given picture was written to"


# CLAHE approaches its neutral in steps of a histogram bin.
@pytest.mark.parametrize("name", [name for name in NAMES if name != "clahe"])
def test_a_little_strength_is_a_little_change(name):
    change = perturbations[name]
    span = change.high - change.low
    step = span * 1e-6 if change.neutral < change.high else -span * 1e-6
    if name == "blur":
        step = 1e-2
    assert np.abs(change(picture(), change.neutral + step) - picture()).max() < 1e-4


@pytest.mark.parametrize("name", NAMES)
def test_flat_black_and_white_pictures_stay_finite_without_a_warning(name):
    for level in (0.0, 0.5, 1.0):
        flat = np.full((7, 5, 3), level)
        for strength in strengths(name):
            assert np.isfinite(perturbations[name](flat, strength)).all()


@pytest.mark.parametrize("name", NAMES)
def test_a_strength_outside_the_range_is_refused_by_name(name):
    change = perturbations[name]
    with pytest.raises(OptionError, match=f"{name} must be from"):
        change(picture(), change.high + 1)
    with pytest.raises(OptionError, match=f"{name} must be from"):
        change(picture(), float("nan"))


@pytest.mark.parametrize("name", NAMES)
def test_every_perturbation_explains_itself(name):
    change = perturbations[name]
    assert change.name == name
    assert change.low <= change.neutral <= change.high
    assert change.unit
    assert 20 < len(change.summary) <= 100


@pytest.mark.parametrize("name", ["chroma", "chroma_rotation"])
def test_colour_changes_keep_the_luminance_of_every_pixel(name):
    rgb = picture()
    for strength in strengths(name):
        changed = perturbations[name](rgb, strength)
        assert np.abs(luminance(changed) - luminance(rgb)).max() < 1e-12


def test_a_rotation_keeps_the_distance_from_grey_where_the_gamut_allows():
    rgb = 0.45 + 0.02 * generator(1, "tests").random((20, 20, 3))
    turned = perturbations["chroma_rotation"](rgb, 70.0)
    before = np.linalg.norm(rgb - luminance(rgb)[..., None], axis=2)
    after = np.linalg.norm(turned - luminance(turned)[..., None], axis=2)
    assert np.allclose(before, after, atol=1e-12)
    back = perturbations["chroma_rotation"](turned, -70.0)
    assert np.allclose(back, rgb, atol=1e-12)


def test_a_colour_that_would_leave_the_gamut_goes_exactly_to_its_edge():
    red = np.full((1, 1, 3), 0.3)
    red[..., 0] = 0.8
    vivid = perturbations["chroma"](red, 3.0)
    assert vivid.max() == pytest.approx(1.0) or vivid.min() == pytest.approx(0.0)
    half = perturbations["chroma"](red, 0.5)
    assert np.allclose(half - luminance(red), 0.5 * (red - luminance(red)))


def test_no_chroma_is_black_and_white():
    grey = perturbations["chroma"](picture(), 0.0)
    assert np.ptp(grey, axis=2).max() < 1e-15


@pytest.mark.parametrize("which", contrast_ladders(), ids=lambda which: which.perturbation)
def test_each_step_up_a_validity_ladder_has_more_contrast(which):
    # Darker, without clipped corners: an S-curve spreads the tones around middle grey, not others.
    rgb = 0.6 * picture()[10:-10, 10:-10]
    contrasts = [rms_contrast(step) for step in which.climb(rgb)]
    assert np.all(np.diff(contrasts) > 0)
    assert perturbations[which.perturbation].contrast == "more"


def test_scaling_multiplies_the_contrast_and_keeps_the_mean():
    rgb = picture()
    half = perturbations["scale"](rgb, 0.5)
    assert rms_contrast(half) == pytest.approx(0.5 * rms_contrast(rgb), abs=1e-12)
    assert luminance(half).mean() == pytest.approx(luminance(rgb).mean(), abs=1e-12)


def test_exposure_without_clipping_leaves_the_contrast():
    dark = perturbations["exposure"](picture(), 0.25)
    assert rms_contrast(dark) == pytest.approx(rms_contrast(picture()), abs=1e-12)


def test_haze_mixes_scene_and_airlight_by_the_transmission():
    hazy = perturbations["haze"](np.full((2, 2, 3), 0.2), 0.25, airlight=0.6)
    assert np.allclose(hazy, 0.25 * 0.2 + 0.75 * 0.6)


def test_a_negative_s_curve_undoes_the_positive_one():
    rgb = picture()
    there_and_back = perturbations["s_curve"](perturbations["s_curve"](rgb, 5.0), -5.0)
    assert np.allclose(there_and_back, rgb, atol=1e-9)


def test_an_s_curve_keeps_black_middle_grey_and_white():
    ends = np.repeat(np.array([0.0, 0.21404114048223255, 1.0])[None, :, None], 3, axis=2)
    assert np.allclose(perturbations["s_curve"](ends, 6.0), ends, atol=1e-12)


def test_gamma_is_a_power_of_code_values():
    rgb = picture()
    assert np.allclose(
        encode_srgb(perturbations["gamma"](rgb, 2.0)), encode_srgb(rgb) ** 2, atol=1e-12
    )


def test_blur_keeps_the_light_and_removes_fine_detail_first():
    fine = np.indices((64, 64)).sum(axis=0) % 2 * 1.0
    coarse = np.indices((64, 64))[1] // 32 * 1.0
    for pattern in (fine, coarse):
        blurred = perturbations["blur"](np.repeat(pattern[..., None], 3, axis=2), 2.0)
        assert blurred.mean() == pytest.approx(0.5, abs=1e-6)
    assert perturbations["blur"](np.repeat(fine[..., None], 3, axis=2), 2.0).std() < 0.01
    assert perturbations["blur"](np.repeat(coarse[..., None], 3, axis=2), 2.0).std() > 0.45


def test_clahe_raises_contrast_within_every_tile_of_a_dull_picture():
    rgb = 0.3 + 0.02 * generator(2, "tests").random((256, 256, 1)) * np.ones(3)
    changed = perturbations["clahe"](rgb, 4.0)
    for top in range(0, 256, 64):
        for left in range(0, 256, 64):
            tile = np.s_[top : top + 64, left : left + 64]
            assert changed[tile].std() > 2 * rgb[tile].std()


def test_clahe_has_no_tile_borders():
    ramp = np.linspace(0.05, 0.6, 256)[None, :, None] * np.ones((256, 1, 3))
    changed = encode_srgb(perturbations["clahe"](ramp, 4.0))
    assert np.abs(np.diff(changed, axis=0)).max() < 1e-9
    assert np.abs(np.diff(changed, axis=1)).max() < 0.03


def test_clahe_keeps_the_proportion_of_the_channels():
    rgb = picture() * np.array([0.6, 0.5, 0.4])
    changed = perturbations["clahe"](rgb, 2.0)
    inside = (changed.max(axis=2) < 0.999) & (luminance(rgb) > 0.01)
    before, after = (
        rgb / luminance(rgb)[..., None].clip(1e-9),
        changed / luminance(changed)[..., None].clip(1e-9),
    )
    assert inside.mean() > 0.5
    assert np.allclose(before[inside], after[inside], atol=1e-9)


def test_a_ladder_is_checked_when_it_is_made():
    with pytest.raises(OptionError, match="two or more increasing strengths"):
        ladder("haze", [0.5, 0.4])
    with pytest.raises(OptionError, match="haze must be from 0 to 1"):
        ladder("haze", [0.5, 1.4])
    with pytest.raises(UnknownName, match="did you mean 'haze'"):
        ladder("hase", [0.1, 0.2])


def test_a_ladder_gives_one_picture_per_strength_lowest_first():
    steps = list(ladder("exposure", [0.25, 0.5, 1.0]).climb(picture()))
    means = [luminance(step).mean() for step in steps]
    assert means == sorted(means)
    assert np.array_equal(steps[-1], picture())


def test_pixels_of_another_kind_are_refused():
    with pytest.raises(ValueError, match="float64"):
        perturbations["haze"](np.zeros((4, 4, 3), dtype=np.uint8), 0.5)
    with pytest.raises(ValueError, match=r"\(h, w, 3\)"):
        perturbations["haze"](np.zeros((4, 4)), 0.5)
