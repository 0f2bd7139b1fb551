"""Pictures that others' formulas get wrong and ours do not, and sets that hide it."""

import numpy as np
import pytest

from contrast_engine.validation.counterexamples import (
    channel_spread,
    counterexamples,
    filled,
    level_range,
    planted_sets,
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
        assert picture.ours["amount"] < 0.01


def test_their_formulas_are_theirs():
    half = np.zeros((4, 4, 3), np.uint8)
    half[:2] = 200
    assert level_range(half) == 200
    assert channel_spread(half) == pytest.approx(100 / 255)


def test_where_references_fill_the_range_the_range_alone_reveals_the_factor():
    full, own, stray = planted_sets()
    spans = "max - min of grey, 0 to 255"
    assert full.filled == stray.filled == 1
    assert own.filled < 0.5
    # The trap: on such a set the worst formula beats every measure of contrast.
    assert full.theirs[spans] > 0.95
    assert full.theirs[spans] > max(full.ours.values())
    # It is the set: the same changes of references with ranges of their own, or two stray pixels.
    assert own.theirs[spans] < max(own.ours.values())
    assert full.theirs[spans] - own.theirs[spans] > 0.15
    assert abs(stray.theirs[spans]) < 0.05
    for measure in ("sigma_l", "u_dr", "gcf", "amount"):
        assert stray.ours[measure] == pytest.approx(full.ours[measure], abs=0.02)


@pytest.mark.parametrize(
    ("ranges", "share"), [([255, 250, 245], 1), ([244, 255], 0.5), ([10, 200], 0)]
)
def test_the_share_of_references_that_fill_the_range_is_counted(ranges, share):
    assert filled(ranges) == share
