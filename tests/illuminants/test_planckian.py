"""Colour temperatures against the values of another library."""

import warnings

import numpy as np
import pytest

from contrast_engine.errors import OptionError
from contrast_engine.illuminants import planckian
from contrast_engine.illuminants.angles import NEUTRAL, angular_error


def test_neutral_light_of_srgb_is_d65() -> None:
    found = planckian.temperature(NEUTRAL)
    assert found.cct == pytest.approx(6504, abs=6)
    assert found.duv == pytest.approx(0.0032, abs=2e-4)
    assert planckian.xy(NEUTRAL)[0] == pytest.approx([0.3127, 0.3290], abs=1e-4)
    assert planckian.uv_1976(NEUTRAL)[0] == pytest.approx([0.1978, 0.4683], abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cct", "duv"), [(2500, -0.01), (2856, 0.0), (4000, 0.02), (5000, -0.02), (9500, 0.01)]
)
def test_temperatures_agree_with_colour_science(cct: float, duv: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        colour = pytest.importorskip("colour")
        light = planckian.light(cct, duv)
        reference = colour.temperature.uv_to_CCT_Ohno2013(planckian.uv(light)[0])
    found = planckian.temperature(light)
    assert found.cct == pytest.approx(reference[0], rel=2e-3)
    assert found.duv == pytest.approx(reference[1], abs=1e-4)


@pytest.mark.parametrize("cct", [2800, 3200, 5003, 6500, 9999])
@pytest.mark.parametrize("duv", [-0.01, 0.0, 0.003])
def test_a_light_has_the_temperature_that_it_was_made_of(cct: float, duv: float) -> None:
    found = planckian.temperature(planckian.light(cct, duv))
    assert found.cct == pytest.approx(cct, rel=1e-5)
    assert found.duv == pytest.approx(duv, abs=1e-6)


def test_illuminant_a_is_where_it_belongs() -> None:
    light = planckian.light(2855.5)
    assert planckian.xy(light)[0] == pytest.approx([0.44758, 0.40745], abs=2e-4)


def test_warm_light_is_red_and_cool_light_is_blue() -> None:
    warm, cool = planckian.light(2700), planckian.light(9000)
    assert warm[0] > warm[1] > warm[2]
    assert cool[0] < cool[1] < cool[2]
    assert planckian.light(5000, 0.01)[1] > planckian.light(5000, -0.01)[1]


def test_light_far_from_any_black_body_has_no_temperature_but_a_reason() -> None:
    found = planckian.temperature(np.array([0.05, 1.0, 0.05]))
    assert found.cct is None
    assert "no temperature" in found.reason
    blue = planckian.temperature(np.array([0.1, 0.2, 1.0]))
    assert blue.cct is None
    assert blue.reason
    assert "matrix" in planckian.NO_MATRIX.reason


@pytest.mark.slow
def test_lights_are_drawn_uniformly_in_mired_and_within_the_tint() -> None:
    lights = planckian.sampled(300, np.random.default_rng(0))
    found = [planckian.temperature(light) for light in lights]
    mireds = np.array([1e6 / one.cct for one in found if one.cct])
    tints = np.array([one.duv for one in found if one.duv is not None])
    assert len(mireds) == 300
    assert 100 - 1e-3 <= mireds.min() < 110
    assert 390 < mireds.max() <= 400 + 1e-3
    assert mireds.mean() == pytest.approx(250, abs=15)
    assert np.abs(tints).max() <= planckian.TINT + 1e-9
    assert tints.std() == pytest.approx(planckian.TINT / np.sqrt(3), rel=0.15)
    again = planckian.sampled(300, np.random.default_rng(0))
    assert (lights == again).all()


def test_length_does_not_change_a_temperature() -> None:
    light = planckian.light(4200, 0.004)
    assert planckian.temperature(17 * light).cct == pytest.approx(4200, rel=1e-5)
    assert angular_error(light, 3 * light)[0] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(("cct", "duv"), [(1000, 0), (30_000, 0), (5000, 0.05), (1700, 0.03)])
def test_lights_that_there_are_not_are_refused(cct: float, duv: float) -> None:
    with pytest.raises(OptionError, match="light"):
        planckian.light(cct, duv)
