"""Ladders pass only as far as so many photographs can tell."""

import numpy as np
import pytest

from contrast_engine.steps.encoders.audit_encoder import _ladder_finding
from contrast_engine.validation.ladder_verdict import ladder_verdict

LIMITS = {"scale": 0.95, "s_curve": 0.9}


def followed(mean: float, spread: float, n: int, seed: int = 0):
    """n correlations whose mean is `mean` exactly."""
    values = np.random.default_rng(seed).normal(size=n)
    return mean + spread * (values - values.mean())


@pytest.mark.parametrize(
    ("scale", "s_curve", "n", "verdict"),
    [
        ((0.99, 0.01), (0.97, 0.02), 40, "passes"),
        ((0.99, 0.01), (0.91, 0.2), 40, "at the limit"),  # reached, but by chance
        ((0.99, 0.01), (0.89, 0.2), 40, "at the limit"),  # missed, but by chance
        ((0.99, 0.01), (0.5, 0.2), 40, "does not pass"),
        ((0.94, 0.1), (0.5, 0.2), 40, "does not pass"),
        ((1.0, 0.0), (1.0, 0.0), 40, "passes"),
        ((1.0, 0.0), (1.0, 0.0), 5, "at the limit"),  # five photographs tell nothing
        ((0.2, 0.0), (1.0, 0.0), 5, "does not pass"),
    ],
)
def test_a_pass_is_said_only_where_the_interval_supports_it(scale, s_curve, n, verdict) -> None:
    each = {"scale": followed(*scale, n), "s_curve": followed(*s_curve, n, 1)}
    assert ladder_verdict(each, LIMITS).verdict == verdict


def test_copies_of_a_photograph_do_not_make_a_pass() -> None:
    few = followed(0.96, 0.03, 8)
    copied = np.repeat(few, 30)
    contents = [str(k) for k in np.repeat(np.arange(8), 30)]
    limits = {"scale": 0.95}
    assert ladder_verdict({"scale": copied}, limits).verdict == "passes"
    assert ladder_verdict({"scale": copied}, limits, contents).verdict == "at the limit"


def test_how_often_other_photographs_say_the_same_is_told() -> None:
    from scipy.stats import norm

    each = {"scale": followed(0.96, 0.05, 30)}
    found = ladder_verdict(each, {"scale": 0.95})
    expected = norm.cdf(0.01 / (each["scale"].std() / 15**0.5))
    assert found.same == pytest.approx(expected, abs=0.05)
    assert ladder_verdict({"scale": each["scale"][:5]}, {"scale": 0.95}).same is None


@pytest.mark.slow
def test_a_false_pass_is_as_rare_as_the_interval_says() -> None:
    rng, runs = np.random.default_rng(0), 120
    # most photographs follow, a few do not: nothing like a normal; the true mean is the limit
    passed = 0
    for run in range(runs):
        each = {"s_curve": np.where(rng.uniform(size=30) < 0.2, 0.5, 1.0)}
        passed += ladder_verdict(each, {"s_curve": 0.9001}, seed=run).verdict == "passes"
    assert passed / runs <= 0.025 + 3 * (0.05 * 0.95 / runs) ** 0.5


def test_a_finding_at_the_limit_is_a_warning_with_its_interval() -> None:
    details = {"ladder_intervals": {"haze": [0.91, 0.98]}, "ladder_contents": 40,
               "ladder_images": 40, "by": "score"}  # fmt: skip
    found = _ladder_finding("haze", 0.955, 0.95, details)
    assert (found.verdict, found.low, found.high) == ("warn", 0.91, 0.98)
    assert "at the limit" in found.note
    assert _ladder_finding("haze", 0.8, 0.99, details).verdict == "fail"
