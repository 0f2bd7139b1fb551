"""Errors in a few numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.illuminants.summary import ErrorSummary, difference, summarise

errors = st.lists(st.floats(0, 180), min_size=1, max_size=60)


def test_a_summary_by_hand() -> None:
    found = summarise(np.arange(1.0, 9.0))  # 1 to 8
    assert (found.n, found.mean, found.median, found.max) == (8, 4.5, 4.5, 8)
    assert (found.best25, found.worst25) == (1.5, 7.5)
    assert found.trimean == pytest.approx((2.75 + 2 * 4.5 + 6.25) / 4)
    assert found.low < 4.5 < found.high


@settings(max_examples=40, deadline=None)
@given(errors)
def test_the_parts_of_a_summary_are_in_order(values: list[float]) -> None:
    found = summarise(np.array(values))
    slack = 1e-9 * (1 + found.max)
    assert found.best25 <= found.median + slack
    assert found.median <= found.worst25 + slack
    assert found.worst25 <= found.max + slack
    assert found.low <= found.mean + slack
    assert found.mean <= found.high + slack


@settings(max_examples=20, deadline=None)
@given(errors, st.randoms())
def test_the_order_of_images_does_not_matter(values: list[float], random: object) -> None:
    shuffled = list(values)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = summarise(np.array(values)), summarise(np.array(shuffled))
    for name in ("mean", "median", "trimean", "best25", "worst25", "p95", "max"):
        assert getattr(one, name) == pytest.approx(getattr(other, name))


def test_columns_that_were_swapped_are_refused() -> None:
    with pytest.raises(AssertionError, match="best 25 % above the median"):
        ErrorSummary(4, 2.0, 2.0, 2.0, 5.0, 0.5, 6.0, 6.0, 1.0, 3.0)


def test_an_interval_covers_the_mean_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(0)
    held = 0
    for seed in range(40):
        found = summarise(random.gamma(2.0, 1.5, 120), seed=seed)
        held += found.low <= 3.0 <= found.high
    assert 34 <= held <= 40


def test_images_of_one_scene_count_as_one() -> None:
    values = np.random.default_rng(1).gamma(2.0, 1.5, 40)
    often = np.repeat(values, 5)
    scenes = [f"scene {row // 5}" for row in range(200)]
    apart, together = summarise(often), summarise(often, scenes=scenes)
    assert together.high - together.low > 1.7 * (apart.high - apart.low)
    alone = summarise(values)
    assert together.high - together.low == pytest.approx(alone.high - alone.low, rel=0.15)


def test_a_paired_difference_is_narrower_than_the_two_means() -> None:
    random = np.random.default_rng(2)
    hard = random.gamma(2.0, 2.0, 100)
    found = difference(hard + random.normal(-0.3, 0.2, 100), hard)
    assert found.is_better
    assert found.high - found.low < 0.2
    assert not difference(hard, hard + 0.0).is_better


def test_what_cannot_be_summed_up_is_refused() -> None:
    with pytest.raises(NotEnoughData, match="1 image at least"):
        summarise(np.array([]))
    with pytest.raises(OptionError, match="finite"):
        summarise(np.array([1.0, np.nan]))
    with pytest.raises(OptionError, match="at least 0"):
        summarise(np.array([1.0, -1.0]))
    with pytest.raises(OptionError, match="paired"):
        difference(np.ones(3), np.ones(4))
    with pytest.raises(OptionError, match="names of scenes"):
        summarise(np.ones(3), scenes=["a"])
