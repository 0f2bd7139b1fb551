"""The learned estimate: a Gaussian process on log-chroma histograms and statistical estimates."""

from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load, save

from contrast_engine.errors import ModelError
from contrast_engine.illuminants.angles import angular_error
from contrast_engine.illuminants.datasets import IlluminantSet
from contrast_engine.illuminants.estimators import ESTIMATORS, estimate
from contrast_engine.illuminants.learned import learned, log_chroma
from contrast_engine.illuminants.learned.kernel import PARTS, KernelModel, fit, shift_to
from contrast_engine.illuminants.learned.log_chroma import (
    REACH,
    STEP,
    estimates_in_log,
    histograms,
    log_ratios,
)
from contrast_engine.illuminants.learned.marginal_likelihood import cost, fitted, kernel
from contrast_engine.randomness import generator


def a_set(n: int, seed: int = 0, side: int = 16) -> IlluminantSet:
    """Scenes that are green in the mean, lit along one line of lights: what statistics get wrong."""
    random = generator(seed, "learned")
    blocks = random.uniform(0.02, 0.6, (n, side // 4, side // 4, 3)) * (0.6, 1.0, 0.5)
    scenes = np.kron(blocks, np.ones((1, 4, 4, 1)))
    warmth = random.uniform(-0.5, 0.5, n)
    lights = np.exp(np.stack([warmth, np.zeros(n), -1.2 * warmth], axis=1))
    images = (scenes * lights[:, None, None] / lights.max(axis=1)[:, None, None, None]).astype(
        np.float32
    )
    names = tuple(map(str, range(n)))
    return IlluminantSet(images, images.sum(axis=3) > 0, lights, names, ("",) * n)


def test_it_errs_less_than_every_statistical_estimate_where_scenes_have_a_colour() -> None:
    train, test = a_set(40), a_set(20, seed=1)
    model = learned["kernel"](train, 0)
    found = model.estimate(test)
    assert np.allclose(np.linalg.norm(found, axis=1), 1)
    assert (found > 0).all()
    own = angular_error(found, test.truths).mean()
    others = [
        angular_error(estimate(name, test.images, test.valid), test.truths).mean()
        for name in ESTIMATORS
    ]
    assert own < 0.5 * min(others)
    blind = replace(test, truths=np.ones((20, 3)))
    assert np.array_equal(model.estimate(blind), found)


def test_the_same_seed_gives_the_same_and_another_one_draws_other_lights() -> None:
    train, test = a_set(24), a_set(4, seed=1)
    one, same, other = (fit(train, seed).estimate(test) for seed in (0, 0, 1))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    assert angular_error(one, other).max() < 5


def test_a_model_survives_being_saved_and_other_arrays_are_refused() -> None:
    train, test = a_set(16), a_set(4, seed=1)
    model = fit(train, 0)
    again = KernelModel.of(load(save(model.arrays())))
    assert np.array_equal(again.estimate(test), model.estimate(test))
    with pytest.raises(ModelError, match="weights missing; fit again"):
        KernelModel.of({name: a for name, a in model.arrays().items() if name != "weights"})


def test_pictures_of_nothing_and_of_one_colour_still_get_a_light() -> None:
    model = fit(a_set(16), 0)
    black = a_set(3)
    images = black.images.copy()
    images[0], images[1] = 0.0, 0.3
    empty = replace(black, images=images, valid=images.sum(axis=3) > 0)
    assert np.isfinite(model.estimate(empty)).all()
    assert model.estimate(empty.take([])).shape == (0, 3)


def test_relit_copies_only_use_lights_of_the_same_camera() -> None:
    truths = np.array([[0.0, 0.0], [0.1, 0.0], [5.0, 5.0], [5.1, 5.0]])
    for seed in range(20):
        by = shift_to(truths, ("a", "a", "b", "b"), np.random.default_rng(seed))
        assert np.abs(by).max() < 0.2
    alone = shift_to(truths, ("a", "b", "c", "d"), np.random.default_rng(0))
    assert not alone.any()


def test_another_light_shifts_estimates_and_histograms_by_one_step_of_log_chroma() -> None:
    data = a_set(3)
    gains = np.array([0.9, 0.6, 0.7], np.float32)
    by = log_ratios(gains[None])
    moved = replace(data, images=data.images * gains)
    shift = np.tile(by, len(log_chroma.ESTIMATES))
    assert np.allclose(estimates_in_log(moved), estimates_in_log(data) + shift, atol=1e-4)
    here, there = histograms(data, np.repeat(by, 3, axis=0)), histograms(moved)
    assert np.allclose(here["pixels"], there["pixels"], atol=1e-3)
    was = histograms(data)
    for part in ("edges", "light"):  # faint edges and brightness itself change a little
        apart = np.linalg.norm(here[part] - there[part], axis=1)
        assert (apart < 0.2 * np.linalg.norm(was[part] - there[part], axis=1)).all(), part


def test_a_histogram_has_its_weight_where_the_colour_is_and_squares_add_to_1() -> None:
    grey = a_set(1)
    flat = np.full_like(grey.images, 0.2)
    flat[..., 0] = 0.2 * np.exp(1.0)  # ln(r / g) = 1, ln(b / g) = 0
    found = histograms(replace(grey, images=flat, valid=np.ones_like(grey.valid)))
    side = round(2 * REACH / STEP) + 1
    for name in ("pixels", "light"):
        cells = found[name][0].reshape(side, side)
        assert (cells**2).sum() == pytest.approx(1, abs=1e-5)
        row, column = np.unravel_index(cells.argmax(), cells.shape)
        assert row * STEP - REACH == pytest.approx(1, abs=STEP)
        assert column * STEP - REACH == pytest.approx(0, abs=STEP)
    assert np.ptp(found["edges"]) == 0  # no edges: nothing is known


def test_the_likelihood_is_that_of_a_normal_distribution_and_its_slope_is_right() -> None:
    random = np.random.default_rng(0)
    points = random.normal(size=(12, 3))
    apart = {"a": np.linalg.norm(points[:, None] - points, axis=2),
             "b": np.abs(points[:, :1] - points[:, 0])}  # fmt: skip
    linear, wanted = points @ points.T / 3, random.normal(size=(12, 2))
    logs = np.array([-1.0, -2.0, 0.3, 0.5, -0.4, 1.0])
    covariance = kernel(logs, apart, linear) + np.exp(-1.0) * np.eye(12)
    sign, volume = np.linalg.slogdet(covariance)
    by_hand = sum(
        0.5 * float(column @ np.linalg.inv(covariance) @ column) + 0.5 * volume
        for column in wanted.T
    ) + 0.02 * float((logs**2).sum())
    value, slope = cost(logs, apart, linear, wanted)
    assert sign == 1
    assert value == pytest.approx(by_hand, rel=1e-9)
    for at in range(6):
        aside = np.eye(6)[at] * 1e-5
        step = (
            cost(logs + aside, apart, linear, wanted)[0]
            - cost(logs - aside, apart, linear, wanted)[0]
        )
        assert slope[at] == pytest.approx(step / 2e-5, rel=1e-4, abs=1e-6)
    best = fitted(apart, linear, wanted)
    assert cost(best, apart, linear, wanted)[0] <= value


def test_every_part_has_its_say() -> None:
    model = fit(a_set(16), 0)
    test = a_set(4, seed=1)
    found = model.estimate(test)
    for part in PARTS:
        deaf = {name: array[::-1] if name == part else array for name, array in model.seen.items()}
        assert not np.array_equal(replace(model, seen=deaf).estimate(test), found), part


def test_the_mean_of_kernel_and_trees_lies_between_them_in_log_chroma() -> None:
    train, test = a_set(24), a_set(6, seed=1)
    found = {name: log_ratios(learned[name](train, 0).estimate(test)) for name in
             ("kernel", "extra-trees", "kernel-and-trees")}  # fmt: skip
    assert np.allclose(found["kernel-and-trees"], (found["kernel"] + found["extra-trees"]) / 2)
    assert not np.allclose(found["kernel"], found["extra-trees"])
