"""Angles between illuminants."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contrast_engine.errors import OptionError
from contrast_engine.illuminants.angles import angular_error, reproduction_error

positive = st.floats(0.01, 10.0)
colours = st.tuples(positive, positive, positive)


def test_known_angles() -> None:
    assert angular_error(np.array([1, 1, 1]), np.array([1, 0, 0]))[0] == pytest.approx(54.7356103)
    assert angular_error(np.array([1, 0, 0]), np.array([0, 1, 0]))[0] == pytest.approx(90)
    assert angular_error(np.array([1, 0, 0]), np.array([-1, 0, 0]))[0] == pytest.approx(180)


def test_a_reproduction_error_by_hand() -> None:
    # the corrected white is (2, 1, 1): its angle with (1, 1, 1) is acos(4 / sqrt(18))
    found = reproduction_error(np.array([1.0, 1.0, 1.0]), np.array([2.0, 1.0, 1.0]))
    assert found[0] == pytest.approx(np.degrees(np.arccos(4 / np.sqrt(18))))


@settings(max_examples=30, deadline=None)
@given(colours, colours, positive, positive)
def test_lengths_do_not_matter(
    one: tuple[float, ...], other: tuple[float, ...], a: float, b: float
) -> None:
    first, second = np.array(one), np.array(other)
    for error in (angular_error, reproduction_error):
        assert error(a * first, b * second) == pytest.approx(error(first, second), abs=1e-6)
        assert error(first, a * first) == pytest.approx(0, abs=1e-6)


def test_a_tiny_angle_is_not_lost() -> None:
    tiny = 1e-9
    found = angular_error(np.array([1, 0, 0]), np.array([1, tiny, 0]))
    assert found[0] == pytest.approx(np.degrees(tiny), rel=1e-6)


@pytest.mark.parametrize("bad", [[0, 0, 0], [1, np.nan, 1], [np.inf, 1, 1]])
def test_what_is_no_direction_is_refused(bad: list[float]) -> None:
    with pytest.raises(OptionError, match="three finite numbers"):
        angular_error(np.array(bad), np.array([1, 1, 1]))


def test_nothing_is_divided_by_a_channel_of_nothing() -> None:
    with pytest.raises(OptionError, match="above 0"):
        reproduction_error(np.array([1, 0, 1]), np.array([1, 1, 1]))
