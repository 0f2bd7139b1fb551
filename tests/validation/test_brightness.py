"""A score is refused that follows brightness where contrast stays as it is, and no other."""

import numpy as np
import pytest

from contrast_engine.features import features
from contrast_engine.images import LinearImage
from contrast_engine.images.colour import LUMINANCE_WEIGHTS
from contrast_engine.randomness import generator
from contrast_engine.validation.brightness import by_brightness, of_brightness, words


def pictures(n: int = 12) -> list[np.ndarray]:
    """Grey and coloured clouds, dark and light, of little and of much contrast."""
    draw = generator(2, "tests", "brightness")
    found = []
    for power in np.linspace(0.5, 3.0, n):
        coarse = np.kron(draw.uniform(size=(8, 8, 3)), np.ones((6, 6, 1)))
        found.append((0.1 + 0.8 * coarse) ** power)
    return found


def score(name):
    def measure(rgbs):
        return np.array([[features[name].measure(LinearImage(rgb))] for rgb in rgbs])

    return measure


def light(rgbs):
    return np.array([[float((rgb @ LUMINANCE_WEIGHTS).mean())] for rgb in rgbs])


@pytest.mark.parametrize("name", ["sigma_l", "amount", "gcf"])
def test_differences_of_lightness_stay_put(name):
    found = of_brightness(by_brightness(score(name), pictures()))
    assert found["verdict"] == "passes"
    assert abs(found["value"]) < 0.2


@pytest.mark.parametrize("sign", [-1, 1])
def test_contrast_with_a_part_of_brightness_is_refused_and_the_direction_is_said(sign):
    both = lambda rgbs: score("sigma_l")(rgbs) + sign * 40 * light(rgbs)  # noqa: E731
    found = of_brightness(by_brightness(both, pictures()))
    assert found["verdict"] == "does not pass"
    assert np.sign(found["value"]) == sign
    assert ("lighter" if sign > 0 else "darker") in words(found)


def test_a_ratio_to_the_mean_falls_with_brightness():
    found = of_brightness(by_brightness(score("c_rms"), pictures()))
    assert found["verdict"] == "does not pass"
    assert found["high"] < -0.25


def test_a_number_that_contrast_does_not_raise_is_no_score():
    found = of_brightness(by_brightness(lambda rgbs: -score("sigma_l")(rgbs), pictures()))
    assert (found["value"], found["verdict"]) == (None, "does not pass")
    assert "no score of contrast" in words(found)


def test_few_pictures_give_a_share_without_an_interval():
    found = of_brightness(by_brightness(score("sigma_l"), pictures(4)))
    assert found["low"] is None
    assert found["verdict"] == "passes"
