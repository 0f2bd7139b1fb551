"""Folds, kappa and intervals, each against a value worked out by other means."""

import numpy as np
import pytest

from contrast_engine.pseudo_labels import stratified
from contrast_engine.pseudo_labels.scores import confusion, kappa, kappa_interval, score, wilson


@pytest.mark.parametrize("is_ordered", [True, False])
def test_kappa_is_the_kappa_of_scikit_learn(is_ordered: bool) -> None:
    from sklearn.metrics import cohen_kappa_score

    rng = np.random.default_rng(0)
    true = rng.integers(0, 4, 60)
    said = np.where(rng.random(60) < 0.6, true, rng.integers(0, 4, 60))
    expected = cohen_kappa_score(true, said, weights="quadratic" if is_ordered else None)
    assert kappa(confusion(true, said[None], 4), is_ordered=is_ordered) == pytest.approx(expected)


def test_a_near_miss_costs_less_than_a_far_one_only_when_labels_are_ordered() -> None:
    true = np.array([0, 1, 2] * 5)
    near, far = true.copy(), true.copy()
    near[0], far[0] = 1, 2
    tables = [confusion(true, said[None], 3) for said in (near, far)]
    ordered = [float(kappa(t, is_ordered=True)) for t in tables]
    plain = [float(kappa(t, is_ordered=False)) for t in tables]
    assert ordered[0] > ordered[1] + 0.05
    assert plain[0] == pytest.approx(plain[1])


def test_the_interval_of_a_share_is_wilsons() -> None:
    low, high = wilson(8, 10)  # worked out in Brown, Cai & DasGupta 2001, form (4)
    assert (low, high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    assert wilson(20, 20)[0] == pytest.approx(0.8389, abs=1e-4)
    assert wilson(20, 20)[1] == 1


def test_a_perfect_table_of_few_labels_is_not_a_certain_kappa() -> None:
    few, many = (kappa_interval(np.eye(3) * n, is_ordered=True, seed=0) for n in (3, 100))
    assert few[0] < 0.85 < 0.97 < many[0]
    assert few[1] == many[1] == 1


@pytest.mark.slow
def test_the_interval_of_kappa_holds_its_promise() -> None:
    rng = np.random.default_rng(1)
    cells = np.array([[0.25, 0.06, 0.02], [0.05, 0.2, 0.08], [0.02, 0.07, 0.25]])
    truth = float(kappa(cells, is_ordered=True))
    hits = 0
    for draw in range(300):
        table = rng.multinomial(30, cells.ravel()).reshape(3, 3).astype(float)
        low, high = kappa_interval(table, is_ordered=True, seed=draw)
        hits += low <= truth <= high
    assert 0.91 < hits / 300 <= 0.99


def test_up_to_ten_labels_are_left_out_one_by_one() -> None:
    folds = stratified(np.array([0, 0, 1, 1, 2, 2, 2]), seed=0)
    assert np.array_equal(folds.held_out, np.eye(7, dtype=bool))


def test_every_repeat_holds_every_label_out_once_and_spreads_the_classes() -> None:
    codes = np.repeat([0, 1, 2], [30, 15, 5])
    folds = stratified(codes, seed=0)
    assert len(folds) == 25
    for repeat in folds.held_out.reshape(folds.repeats, 5, 50):
        assert (repeat.sum(axis=0) == 1).all()
        for code, size in ((0, 6), (1, 3), (2, 1)):
            assert (repeat[:, codes == code].sum(axis=1) == size).all()
    assert not np.array_equal(folds.held_out, stratified(codes, seed=1).held_out)


def test_assembling_picks_each_labels_own_fold() -> None:
    folds = stratified(np.repeat([0, 1], 10), seed=0)
    values = np.arange(len(folds))[:, None] * np.ones((1, 20))
    picked = folds.assemble(values)
    for repeat in range(folds.repeats):
        for label in range(20):
            assert folds.held_out[int(picked[repeat, label]), label]


def test_scores_count_labels_and_not_folds() -> None:
    rng = np.random.default_rng(0)
    codes = np.repeat([0, 1], 10)
    probability = np.tile(np.eye(2)[np.where(rng.random(20) < 0.8, codes, 1 - codes)], (5, 1, 1))
    answers = np.ones((5, 20), dtype=bool)
    once = score(codes, probability[:1], answers[:1], is_ordered=True, seed=0)
    five = score(codes, probability, answers, is_ordered=True, seed=0)
    assert five == once
    assert five.n == 20
    assert five.chance == 0.5


def test_nothing_answered_has_no_accuracy() -> None:
    codes = np.repeat([0, 1], 10)
    probability = np.tile(np.eye(2)[codes], (1, 1, 1))
    scores = score(codes, probability, np.zeros((1, 20), dtype=bool), is_ordered=False, seed=0)
    assert (scores.answered, scores.answered_accuracy, scores.answered_low) == (0, None, None)
