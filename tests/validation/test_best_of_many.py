"""The best of many features: what chance gives, and what is left of it elsewhere."""

from itertools import permutations as all_orders

import numpy as np
import pytest

from contrast_engine.validation import best_of_many as module
from contrast_engine.validation.best_of_many import (
    best_of_many,
    corrected_p,
    holm,
    permutations,
)


def noise(rng: np.random.Generator, k: int, contents: int, each: int = 5):
    """Features and scores that know nothing of each other, alike within contents."""
    rows = np.repeat(np.arange(contents), each)

    def alike():
        return rng.normal(size=contents)[rows] + 0.6 * rng.normal(size=len(rows))

    return {f"f{i}": alike() for i in range(k)}, alike(), [str(row) for row in rows]


@pytest.mark.slow
def test_the_best_of_features_that_know_nothing_is_called_chance_as_often_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "PERMUTATIONS", 199)
    rng, runs = np.random.default_rng(0), 100
    found = [min(corrected_p(*noise(rng, 15, 12), seed=run).values()) for run in range(runs)]
    by_chance = np.mean(np.array(found) <= 0.05)
    assert by_chance <= 0.05 + 3 * (0.05 * 0.95 / runs) ** 0.5


def test_what_the_best_of_features_that_know_nothing_reaches_is_choice() -> None:
    rng = np.random.default_rng(0)
    found = [best_of_many(*noise(rng, 15, 12), seed=run) for run in range(8)]
    assert np.mean([abs(one.rho) for one in found if one]) > 0.4
    assert np.mean([one.held_out for one in found if one]) < 0.1
    assert np.mean([one.optimism for one in found if one]) > 0.3


def test_a_feature_that_follows_stays_and_loses_nothing() -> None:
    rng = np.random.default_rng(1)
    values, scores, contents = noise(rng, 15, 12)
    values["good"] = -(scores + 0.3 * rng.normal(size=60))
    found = best_of_many(values, scores, contents)
    assert found is not None
    assert (found.measure, found.looks, found.contents) == ("good", 16, 12)
    assert found.p == pytest.approx(0.001)
    assert found.held_out == pytest.approx(-found.rho)
    assert found.optimism == pytest.approx(0)
    assert "closest of 16 features" in found.words


def test_within_contents_and_between_them_are_both_permuted() -> None:
    rows = np.array([0, 1, 1, 0, 2, 2, 2])
    found = permutations(rows, np.random.default_rng(0), 400)
    assert {tuple(sorted(order)) for order in found.tolist()} == {tuple(range(7))}
    pairs = {(tuple(sorted(order[[0, 3]])), tuple(sorted(order[[1, 2]]))) for order in found}
    assert pairs == {((0, 3), (1, 2)), ((1, 2), (0, 3))}
    assert len({tuple(order) for order in found[:, 4:].tolist()}) == 6


def test_p_is_that_of_all_orders_of_few_images() -> None:
    from scipy.stats import spearmanr

    one, two = np.array([1.0, 2, 3, 4, 5, 6]), np.array([2.0, 1, 4, 3, 6, 5])
    reached = [abs(spearmanr(one, order).statistic) for order in all_orders(two)]
    exact = np.mean(np.array(reached) >= abs(spearmanr(one, two).statistic) - 1e-9)
    found = corrected_p({"one": one}, two, list("abcdef"))["one"]
    assert found == pytest.approx(exact, abs=3 * (exact * (1 - exact) / 999) ** 0.5 + 1e-3)
    both = corrected_p({"one": one, "turned": -one, "flat": one * 0}, two, list("abcdef"))
    assert both == pytest.approx({"one": found, "turned": found, "flat": 1})


def test_holm_is_the_textbook_example() -> None:
    # R: p.adjust(c(.01, .02, .03, .04, .05), "holm") and of a mixed one
    assert holm(dict(zip("abcde", (0.01, 0.02, 0.03, 0.04, 0.05), strict=True))) == pytest.approx(
        dict(zip("abcde", (0.05, 0.08, 0.09, 0.09, 0.09), strict=True))
    )
    assert holm({"a": 0.6, "b": 0.001, "c": 0.03}) == pytest.approx(
        {"a": 0.6, "b": 0.003, "c": 0.06}
    )


def test_of_fewer_than_three_contents_choice_cannot_be_told() -> None:
    rng = np.random.default_rng(2)
    values, scores, _ = noise(rng, 3, 4)
    found = best_of_many(values, scores, ["a"] * 10 + ["b"] * 10)
    assert found is not None
    assert found.held_out is None
    assert "cannot be told" in found.words
    assert best_of_many({"flat": scores * 0}, scores, ["a"] * 20) is None
