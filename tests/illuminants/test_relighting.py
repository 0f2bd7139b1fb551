"""Pictures under another light."""

import numpy as np
import pytest

from contrast_engine.illuminants.angles import NEUTRAL, angular_error, reproduction_error
from contrast_engine.illuminants.estimators import estimate
from contrast_engine.illuminants.relighting import DARKEST, corrected, log_rgb, relit
from tests.illuminants.scenes import everything, lit, mondrian

WARM = np.array([0.8, 0.5, 0.33])
COOL = np.array([0.4, 0.55, 0.7])


def test_relit_is_what_the_other_light_would_have_shown() -> None:
    scene = mondrian(0)
    images = lit(scene, WARM)[None]
    made, kept = relit(images, everything(images), WARM[None], COOL[None])
    assert kept.all()
    ratio = made[0] / lit(scene, COOL)
    assert ratio == pytest.approx(ratio.flat[0], rel=1e-4)
    assert made.mean() == pytest.approx(images.mean(), rel=1e-5)


def test_there_and_back_is_the_same_picture() -> None:
    images = lit(mondrian(1), WARM)[None] / 4
    valid = everything(images)
    there, _ = relit(images, valid, WARM[None], COOL[None])
    back, _ = relit(there, valid, COOL[None], WARM[None])
    assert back == pytest.approx(images, rel=1e-4)


def test_pixels_saturated_before_are_masked_and_have_no_say_in_brightness() -> None:
    images = lit(mondrian(2), WARM)[None]
    bright = images.copy()
    bright[0, :3, :3, 0] = 0.99
    made, kept = relit(bright, everything(bright), WARM[None], COOL[None])
    assert not kept[0, :3, :3].any()
    assert kept.sum() == kept.size - 9
    assert made[kept].mean() == pytest.approx(bright[kept].mean(), rel=1e-5)


def test_what_exceeds_white_is_clipped() -> None:
    images = lit(mondrian(3) * 1.6, WARM)[None]
    made, _ = relit(images, everything(images), WARM[None], np.array([[1.0, 0.1, 0.1]]))
    assert made.max() == 1
    free, _ = relit(
        images, everything(images), WARM[None], np.array([[1.0, 0.1, 0.1]]), is_clipped=False
    )
    assert free.max() > 1


def test_grey_world_reproduces_a_relit_scene_as_well_as_before() -> None:
    images = lit(mondrian(4) ** 2, WARM)[None]
    valid = everything(images)
    made, kept = relit(images, valid, WARM[None], COOL[None], is_clipped=False)
    before = reproduction_error(estimate("grey-world", images, valid), WARM)
    after = reproduction_error(estimate("grey-world", made, kept), COOL)
    assert after == pytest.approx(before, abs=1e-4)


def test_correcting_by_the_light_that_there_was_makes_grey_grey() -> None:
    grey = np.full((4, 4, 3), 0.3, np.float32)
    made = corrected(lit(grey, WARM), WARM)
    assert angular_error(made[0, 0], NEUTRAL)[0] < 1e-3
    assert corrected(grey, NEUTRAL) == pytest.approx(grey)
    assert corrected(np.ones((2, 2, 3)), np.array([1.0, 0.1, 0.1])).max() == 1


def test_another_light_adds_a_constant_to_logarithmic_colours() -> None:
    scene = mondrian(5)
    moved = log_rgb(lit(scene, COOL)) - log_rgb(lit(scene, WARM))
    assert np.ptp(moved.reshape(-1, 3), axis=0) == pytest.approx(0, abs=1e-5)
    expected = np.log((COOL / COOL.max()) / (WARM / WARM.max())) / np.log(1 / DARKEST)
    assert moved[0, 0] == pytest.approx(expected, abs=1e-5)


def test_logarithmic_colours_run_from_0_at_black_to_1_at_white() -> None:
    assert log_rgb(np.array([0.0, DARKEST, 1.0])) == pytest.approx([0, 0, 1])
    assert log_rgb(np.zeros(3, np.float32)).dtype == np.float32
