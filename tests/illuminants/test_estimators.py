"""Statistical estimates of the illuminant, on scenes whose light is known."""

import numpy as np
import pytest

from contrast_engine.errors import UnknownName
from contrast_engine.illuminants.angles import angular_error, reproduction_error
from contrast_engine.illuminants.edges import responses
from contrast_engine.illuminants.estimators import (
    ESTIMATORS,
    Setting,
    best_setting,
    estimate,
    estimates_of,
    tuned,
)
from tests.illuminants.scenes import everything, lit, mondrian

LIGHT = np.array([0.8, 0.5, 0.33])
NAMES = tuple(ESTIMATORS)


def test_grey_world_gives_the_light_back_where_the_world_is_grey() -> None:
    images = lit(mondrian(0), LIGHT)[None]
    found = estimate("grey-world", images, everything(images))
    assert angular_error(found, LIGHT)[0] < 0.01


def test_white_patch_gives_the_light_back_where_there_is_white() -> None:
    scene = mondrian(1)
    scene[:8, :8] = 0.9
    images = lit(scene, LIGHT)[None]
    found = estimate("white-patch", images, everything(images))
    assert angular_error(found, LIGHT)[0] < 0.01


@pytest.mark.parametrize("name", NAMES)
def test_a_world_of_greys_gives_its_light_to_every_estimator(name: str) -> None:
    grey = mondrian(2).mean(axis=2, keepdims=True).repeat(3, axis=2)
    images = lit(grey, LIGHT)[None]
    assert angular_error(estimate(name, images, everything(images)), LIGHT)[0] < 0.01


@pytest.mark.parametrize("name", NAMES)
def test_exposure_does_not_move_an_estimate(name: str) -> None:
    images = lit(mondrian(3), LIGHT)[None]
    there = estimate(name, images, everything(images))
    darker = estimate(name, images / 1000, everything(images))
    assert angular_error(there, darker)[0] < 1e-3


@pytest.mark.parametrize("name", NAMES)
def test_what_lies_under_a_mask_has_no_say(name: str) -> None:
    images = np.stack([lit(mondrian(4), LIGHT)] * 2)
    valid = everything(images)
    valid[:, 9:20, 5:14] = False
    images[1, 9:20, 5:14] = (0.9, 0.0, 0.7)
    one, other = estimate(name, images, valid)
    assert angular_error(one, other)[0] == pytest.approx(0, abs=1e-6)
    bare = estimate(name, images, everything(images))
    assert angular_error(bare[0], bare[1])[0] > 0.1  # without the mask it would have


def test_a_masked_chart_makes_no_edge_of_its_own() -> None:
    images = np.full((1, 32, 32, 3), 0.2, np.float32)
    valid = everything(images)
    valid[:, 8:16, 8:16] = False
    images[:, 8:16, 8:16] = 0
    for order in (1, 2):
        values, usable = responses(images, valid, order, 1.0)
        assert values[usable].max() < 1e-6
        assert not usable[0, 7, 8]


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_without_a_usable_pixel_gets_neutral_light(name: str) -> None:
    images = np.zeros((1, 16, 16, 3), np.float32)
    for valid in (everything(images), ~everything(images)):
        found = estimate(name, images, valid)
        assert angular_error(found, np.ones(3))[0] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_every_estimate_can_be_divided_by(name: str) -> None:
    images = np.zeros((1, 16, 16, 3), np.float32)
    images[0, ::2, ::3, 0] = 0.5  # red light alone
    found = estimate(name, images, everything(images))
    assert (found > 0).all()
    assert np.isfinite(reproduction_error(found, np.array([1, 0.5, 0.5]))).all()


def test_the_reproduction_error_of_grey_world_does_not_move_with_the_light() -> None:
    scene = mondrian(5) ** 2  # not grey in the mean
    lights = np.random.default_rng(0).uniform(0.2, 1.0, (20, 3))
    images = np.stack([lit(scene, light) for light in lights])
    errors = reproduction_error(estimate("grey-world", images, everything(images)), lights)
    assert errors.min() > 0.5
    assert np.ptp(errors) < 1e-3
    angles = angular_error(estimate("grey-world", images, everything(images)), lights)
    assert np.ptp(angles) > 0.1  # the recovery error does


def test_a_derivative_is_that_of_calculus() -> None:
    x = np.arange(33, dtype=np.float32)
    ramp = np.broadcast_to(0.02 * x[None, :, None], (33, 33, 3))[None]
    first, _ = responses(ramp, everything(ramp), 1, 1.5)
    assert first[0, 10:-10, 10:-10] == pytest.approx(0.02, rel=1e-4)
    bowl = np.broadcast_to(0.001 * x[None, :, None] ** 2, (33, 33, 3))[None]
    second, _ = responses(bowl, everything(bowl), 2, 1.5)
    assert second[0, 10:-10, 10:-10] == pytest.approx(0.002, rel=1e-3)


def test_norms_are_those_of_the_formula() -> None:
    images = np.random.default_rng(3).uniform(0, 1, (2, 16, 16, 3)).astype(np.float32)
    valid = everything(images)
    valid[0, :4] = False
    for p in (1.0, 2.0, 2.5, 6.0):
        found = estimates_of([Setting(p=p)], images, valid)[0]
        for row in range(2):
            pixels = images[row][valid[row]].astype(float)
            norm = np.array([np.sum(pixels[:, c] ** p) ** (1 / p) for c in range(3)])
            assert found[row] == pytest.approx(norm / np.linalg.norm(norm), rel=1e-6)


def test_options_are_chosen_on_the_other_folds_only() -> None:
    images = np.stack([lit(mondrian(seed), LIGHT) for seed in range(6)])
    valid = everything(images)
    grid = ESTIMATORS["shades-of-grey"].grid
    every = estimates_of(grid, images, valid)
    folds = np.array([0, 0, 0, 1, 1, 1])
    truths = np.concatenate([every[0, :3], every[7, 3:]])  # another option is right in each fold
    found = tuned("shades-of-grey", images, valid, truths, folds)
    assert found.settings == (grid[7], grid[0])
    assert found.estimates[:3] == pytest.approx(every[7, :3])
    assert best_setting("shades-of-grey", images[:3], valid[:3], truths[:3]) == grid[0]


def test_without_other_folds_the_usual_options_are_taken() -> None:
    images = lit(mondrian(0), LIGHT)[None]
    found = tuned("grey-edge", images, everything(images), LIGHT[None], np.zeros(1, int))
    assert found.settings == (ESTIMATORS["grey-edge"].usual,)


def test_a_name_that_is_none_is_answered_with_those_there_are() -> None:
    images = lit(mondrian(0), LIGHT)[None]
    with pytest.raises(UnknownName, match="grey-world"):
        estimate("gray", images, everything(images))
