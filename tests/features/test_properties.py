"""What must hold for every picture, tried on pictures that hypothesis invents."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contrast_engine.features import features, measure_image
from contrast_engine.images import LinearImage
from contrast_engine.perturb import perturbations

QUICK = settings(max_examples=25, deadline=None, derandomize=True)

AMOUNTS = ("c_rms", "sigma_l", "u_dr", "lc_mean", "gcf", "rammg", "rsc", "lum_contrast",
           "dr_stops", "std_y")  # fmt: skip
OF_LIGHT = [name for name in features if features[name].family != "colour"]
OF_EXPOSURE = [name for name in features if "exposure" in features[name].unchanged_by]


@st.composite
def pictures(draw, least: int = 1) -> np.ndarray:
    """Patches, gradients and grain of any strength in colour: (h, w, 3) linear light."""
    height, width = draw(st.integers(least, 48)), draw(st.integers(least, 48))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    patch = draw(st.integers(1, 9))
    coarse = rng.uniform(0, 1, (-(-height // patch), -(-width // patch), 3))
    rgb = coarse.repeat(patch, 0).repeat(patch, 1)[:height, :width]
    ramp = np.linspace(0, 1, width)[None, :, None]
    rgb = draw(st.floats(0, 1)) * rgb + draw(st.floats(0, 1)) * ramp
    rgb = rgb + draw(st.floats(0, 0.2)) * rng.normal(size=rgb.shape)
    return np.clip(rgb, 0, 1)


def measured(rgb: np.ndarray, names=tuple(features)) -> dict[str, float]:
    row = measure_image(LinearImage(rgb))
    return {name: row[name] for name in names}


@QUICK
@given(pictures())
def test_every_value_is_finite_and_inside_its_declared_range(rgb) -> None:
    for name, value in measured(rgb).items():
        low, high = features[name].low, features[name].high
        assert np.isfinite(value), name
        assert low is None or value >= low, name
        assert high is None or value <= high + 1e-12, name


@QUICK
@given(pictures(), st.sampled_from(["left-right", "top-bottom", "quarter turn", "half turn"]))
def test_flips_and_turns_change_nothing(rgb, move) -> None:
    turned = {
        "left-right": rgb[:, ::-1],
        "top-bottom": rgb[::-1],
        "quarter turn": np.rot90(rgb),
        "half turn": np.rot90(rgb, 2),
    }[move]
    assert measured(turned) == pytest.approx(measured(rgb), rel=1e-6, abs=1e-7)


@QUICK
@given(pictures(least=16), st.floats(0.1, 1))
def test_what_claims_to_ignore_exposure_does(rgb, gain) -> None:
    rgb = 0.05 + 0.9 * rgb  # clear of the floor that keeps black finite
    rgb[0, 0], rgb[-1, -1] = 0.1, 0.9  # and never flat
    before, after = measured(rgb, OF_EXPOSURE), measured(gain * rgb, OF_EXPOSURE)
    assert after == pytest.approx(before, rel=1e-6, abs=1e-6)


@pytest.mark.slow
@QUICK
@given(pictures(least=16), st.floats(0, 1), st.floats(-180, 180))
def test_colour_changed_at_constant_luminance_moves_no_measure_of_light(rgb, keep, angle) -> None:
    rgb[0, 0], rgb[-1, -1] = 0.1, 0.9
    for change, strength in (("chroma", keep), ("chroma_rotation", angle)):
        changed = perturbations[change](rgb, strength)
        assert measured(changed, OF_LIGHT) == pytest.approx(
            measured(rgb, OF_LIGHT), rel=1e-6, abs=1e-6
        )


@QUICK
@given(pictures(least=16), st.floats(0.3, 0.8), st.sampled_from(["scale", "haze"]))
def test_less_range_and_more_haze_are_less_contrast(rgb, strength, change) -> None:
    rgb[0, 0], rgb[-1, -1] = 0.1, 0.9
    before, after = measured(rgb, AMOUNTS), measured(perturbations[change](rgb, strength), AMOUNTS)
    for name in AMOUNTS:
        assert after[name] <= before[name] + 1e-9, name
