"""Methods judged on pictures of known illuminant."""

from dataclasses import dataclass

import numpy as np
import pytest

from contrast_engine.arrays import Floats
from contrast_engine.errors import NotEnoughData
from contrast_engine.illuminants.angles import NEUTRAL, angular_error, unit
from contrast_engine.illuminants.datasets import IlluminantSet
from contrast_engine.illuminants.datasets.synthetic import relit_photographs
from contrast_engine.illuminants.estimators import ESTIMATORS
from contrast_engine.illuminants.evaluation import by_camera, evaluate
from contrast_engine.illuminants.learned import Model, extra_trees, learned, log_chroma
from tests.illuminants.scenes import mondrian


def a_set(n: int, seed: int = 0) -> IlluminantSet:
    scenes = np.stack([mondrian(seed + row) ** 1.5 for row in range(n)])
    files = tuple(f"{row}.png" for row in range(n))
    return relit_photographs(scenes.astype(np.float32), files, seed=seed)


@dataclass
class Told:
    """Gives what it is told, off by some angle."""

    truths: dict[str, Floats]
    off: float

    def estimate(self, data: IlluminantSet) -> Floats:
        assert data.files
        true = np.stack([self.truths[file] for file in data.files])
        aside = NEUTRAL - (true @ NEUTRAL)[:, None] * true  # towards grey, so nothing gets below 0
        return unit(true + np.tan(np.radians(self.off)) * unit(aside))


def telling(whole: IlluminantSet, off: float):  # type: ignore[no-untyped-def]
    known = dict(zip(whole.files, whole.truths, strict=True))

    def fit(data: IlluminantSet, seed: int) -> Model:
        return Told(known, off + 0.01 * seed)

    return fit


def test_every_statistical_method_is_judged_by_known_numbers() -> None:
    test = a_set(6)
    found = evaluate(test)
    assert tuple(found.methods) == tuple(ESTIMATORS)
    for one in found.methods.values():
        assert one.summary.n == 6
        assert one.summary.mean == pytest.approx(
            angular_error(one.estimates[0], test.truths).mean()
        )
        assert len(one.settings) == 3
    means = {name: one.summary.mean for name, one in found.methods.items()}
    assert found.best == found.best_statistical == min(means, key=means.__getitem__)
    assert "synthetic" in found.verdict
    assert found.is_synthetic


def test_a_learned_method_is_offered_only_where_it_is_better_beyond_its_interval() -> None:
    test, train = a_set(8), a_set(14, seed=50)
    fits = {"good": telling(test, 0.1), "bad": telling(test, 25.0)}
    found = evaluate(test, train, fits=fits, seeds=2)
    assert found.best == "good"
    assert found.methods["good"].summary.mean == pytest.approx(0.105, abs=1e-3)
    assert found.methods["good"].seed_means == pytest.approx((0.1, 0.11), abs=1e-3)
    assert found.methods["good"].estimates.shape == (2, 8, 3)
    against = found.methods["bad"].against
    assert against is not None
    assert against.low > 0
    assert "bad is not offered" in found.verdict
    assert found.n_train == 14
    only = evaluate(test, train, fits={"bad": fits["bad"]}, seeds=1)
    assert only.best == only.best_statistical
    assert f"use {only.best_statistical}" in only.verdict


def test_without_other_images_models_are_fitted_on_the_other_folds() -> None:
    test = a_set(18)
    seen: list[set[str]] = []

    @dataclass
    class Watching:
        """Remembers what it was fitted on."""

        fitted: set[str]

        def estimate(self, data: IlluminantSet) -> Floats:
            assert not self.fitted & set(data.files)
            return np.broadcast_to(NEUTRAL, (len(data), 3))

    def fit(data: IlluminantSet, seed: int) -> Model:
        seen.append(set(data.files))
        return Watching(seen[-1])

    evaluate(test, fits={"watching": fit}, seeds=1)
    assert [len(files) for files in seen] == [12, 12, 12]
    few = evaluate(test.take(range(9)), fits={"watching": fit}, seeds=1)
    assert "at least 12 images to learn from, got 6" in few.left_out["watching"]
    assert "watching" not in few.methods


def test_too_few_images_are_refused() -> None:
    with pytest.raises(NotEnoughData, match="at least 3 images"):
        evaluate(a_set(2))


def test_errors_are_split_by_camera() -> None:
    from dataclasses import replace

    test = replace(a_set(4), cameras=("a", "b", "b", "b"))
    found = by_camera(evaluate(test), test)
    assert {camera: one["n"] for camera, one in found.items()} == {"a": 1, "b": 3}
    grey = evaluate(test).methods["grey-world"].errors
    assert found["b"]["mean"]["grey-world"] == pytest.approx(grey[1:].mean())


def test_relit_photographs_carry_their_light_and_say_that_they_are_synthetic() -> None:
    grey = np.full((5, 16, 16, 3), 0.2, np.float32)
    found = relit_photographs(grey, [str(row) for row in range(5)], seed=3)
    assert found.is_synthetic
    assert angular_error(found.images[:, 0, 0], found.truths).max() < 0.02
    again = relit_photographs(grey, [str(row) for row in range(5)], seed=3)
    assert (again.images == found.images).all()
    other = relit_photographs(grey, [str(row) for row in range(5)], seed=4)
    assert angular_error(other.truths, found.truths).min() > 0


@pytest.mark.slow
def test_extra_trees_learn_and_do_not_look_at_the_truth_they_are_asked_for() -> None:
    train, test = a_set(30), a_set(8, seed=90)
    model = learned["extra-trees"](train, 0)
    made = model.estimate(test)
    assert (made > 0).all()
    from dataclasses import replace

    blind = replace(test, truths=np.roll(test.truths, 1, axis=0))
    assert (model.estimate(blind) == made).all()
    neutral = angular_error(np.broadcast_to(NEUTRAL, (8, 3)), test.truths)
    assert angular_error(made, test.truths).mean() < 0.6 * neutral.mean()


def test_logarithmic_ratios_go_there_and_back() -> None:
    colours = np.random.default_rng(0).uniform(0.1, 1, (9, 3))
    back = log_chroma.of_log_ratios(log_chroma.log_ratios(colours))
    assert back == pytest.approx(unit(colours))


def test_a_histogram_counts_brightness_by_chromaticity() -> None:
    pixels = np.array([[0.3, 0.3, 0.3], [0.1, 0.1, 0.1], [0.9, 0.1, 0.1], [0, 0, 0]], np.float32)
    found = extra_trees.histogram(pixels)
    assert found.sum() == pytest.approx(1)
    assert sorted(found[found > 0]) == pytest.approx(sorted([1.2 / 2.3, 1.1 / 2.3]))
