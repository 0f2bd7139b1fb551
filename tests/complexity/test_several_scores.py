"""The surest of several differences is held to a wider interval."""

import numpy as np
import pytest

from contrast_engine.complexity import evaluation
from contrast_engine.complexity.with_scores import Scored
from contrast_engine.illuminants.summary import difference


@pytest.mark.parametrize("looks", [2, 5])
def test_looks_widen_the_interval_of_each_difference(looks: int) -> None:
    rng = np.random.default_rng(0)
    scored = Scored(rng.normal(size=60), np.zeros(60, np.int64), ("all",))
    draws = evaluation.Resamples(scored, 0)
    one, two = scored.scores + rng.normal(size=(2, 60))
    alone, among = draws.difference(one, two), draws.difference(one, two, looks)
    assert among.value == alone.value
    assert among.low < alone.low < alone.high < among.high
    alone, among = (difference(one, two, looks=k) for k in (1, looks))
    assert among.low < alone.low < alone.high < among.high
