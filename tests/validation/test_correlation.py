"""Rank correlation against independent values."""

import numpy as np
import pytest

from contrast_engine.validation.correlation import fisher_interval, ranks, spearman


def test_spearman_is_that_of_scipy_with_ties() -> None:
    from scipy.stats import rankdata, spearmanr

    rng = np.random.default_rng(0)
    one, two = rng.integers(0, 9, 60).astype(float), rng.normal(size=60)
    two = two + one / 3
    assert np.array_equal(ranks(one), rankdata(one))
    assert spearman(one, two) == pytest.approx(spearmanr(one, two).statistic)


def test_positions_are_not_taken_for_ranks() -> None:
    # correlating argsorts gives about .05 where the truth is .886
    rng = np.random.default_rng(0)
    one = rng.permutation(300).astype(float)
    two = one + 60 * rng.normal(size=300)
    right = spearman(one, two)
    wrong = spearman(np.argsort(one).astype(float), np.argsort(two).astype(float))
    assert right is not None
    assert wrong is not None
    assert right > 0.8
    assert abs(wrong) < 0.3


def test_the_interval_is_the_one_of_the_reference() -> None:
    for n, r, low, high in ((100, 0.5, 0.33, 0.64), (30, 0.5, 0.15, 0.74), (100, 0.8, 0.70, 0.87)):
        assert fisher_interval(r, n) == (
            pytest.approx(low, abs=0.006),
            pytest.approx(high, abs=0.006),
        )
    assert fisher_interval(0.9, 4) == (pytest.approx(-0.7, abs=0.4), pytest.approx(1, abs=0.01))
    assert fisher_interval(0.9, 3) == (-1, 1)


def test_partial_correlation_is_the_textbook_formula_for_one_control() -> None:
    rng = np.random.default_rng(1)
    z = rng.normal(size=200)
    x, y = z + rng.normal(size=200), z + rng.normal(size=200)
    xy, xz, yz = (spearman(a, b) for a, b in ((x, y), (x, z), (y, z)))
    assert xy is not None
    assert xz is not None
    assert yz is not None
    expected = (xy - xz * yz) / np.sqrt((1 - xz**2) * (1 - yz**2))
    assert spearman(x, y, z[:, None]) == pytest.approx(expected)
    assert abs(spearman(x, y, z[:, None]) or 0) < 0.15 < xy


def test_a_side_that_does_not_vary_has_no_correlation() -> None:
    x = np.arange(10.0)
    assert spearman(x, np.ones(10)) is None
    assert spearman(x, x[::-1], x[:, None]) is None


@pytest.mark.slow
def test_the_interval_of_independent_images_holds_what_it_promises_down_to_ten() -> None:
    rng, runs = np.random.default_rng(2), 400
    for rho, n in ((0.0, 10), (0.6, 12), (0.6, 60)):
        truth = 6 / np.pi * np.arcsin(rho / 2)  # Spearman's of a normal of Pearson's rho
        inside = 0
        for _ in range(runs):
            both = rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], n)
            low, high = fisher_interval(spearman(both[:, 0], both[:, 1]) or 0.0, n)
            inside += low <= truth <= high
        assert inside / runs == pytest.approx(0.95, abs=0.035), (rho, n)


def test_columns_held_constant_cost_one_degree_each() -> None:
    assert fisher_interval(0.4, 30, 5) == pytest.approx(fisher_interval(0.4, 25))
    assert fisher_interval(0.4, 8, 5) == (-1, 1)


def test_shares_and_kappas_are_those_of_the_references() -> None:
    from scipy.stats import binomtest
    from sklearn.metrics import cohen_kappa_score

    from contrast_engine.pseudo_labels.scores import confusion, kappa, wilson

    for right, n in ((0, 7), (3, 7), (7, 7), (41, 60)):
        found = binomtest(right, n).proportion_ci(method="wilson")
        assert wilson(right, n) == pytest.approx((found.low, found.high), abs=1e-9)
    rng = np.random.default_rng(3)
    true = rng.integers(0, 4, 50)
    said = np.where(rng.uniform(size=50) < 0.6, true, rng.integers(0, 4, 50))
    table = confusion(true, said[None], 4)
    for is_ordered, weights in ((True, "quadratic"), (False, None)):
        expected = cohen_kappa_score(true, said, weights=weights)
        assert float(kappa(table, is_ordered=is_ordered)) == pytest.approx(expected)
