"""The two pictures that others' formulas get wrong, and ours do not."""

import numpy as np
import pytest

from contrast_engine.validation.counterexamples import (
    channel_spread,
    counterexamples,
    level_range,
)


def test_two_stray_pixels_and_one_even_colour_fool_the_others_and_not_us():
    grey, red = counterexamples()
    assert grey.theirs["max - min of grey, 0 to 255"] == 255
    assert red.theirs["std / 255 of all channels"] == pytest.approx(0.471, abs=5e-4)
    for picture in (grey, red):
        assert picture.ours["u_dr"] == pytest.approx(0, abs=1e-3)
        assert picture.ours["c_rms"] < 0.01
        assert picture.ours["sigma_l"] < 0.5
        assert picture.ours["gcf"] < 0.05


def test_their_formulas_are_theirs():
    half = np.zeros((4, 4, 3), np.uint8)
    half[:2] = 200
    assert level_range(half) == 200
    assert channel_spread(half) == pytest.approx(100 / 255)
