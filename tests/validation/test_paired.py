"""Paired comparisons: known answers, pictures kept together, corrections for many looks."""

import numpy as np
import pytest

from contrast_engine.validation.paired import holm, resampled, swap_p
from contrast_engine.validation.unseen import FOLDS, Target, Unseen, deal


def test_swaps_of_few_pictures_give_the_exact_share() -> None:
    six = np.ones(6)
    assert swap_p(six, np.arange(6), 0) == pytest.approx(2 / 2**6, abs=0.006)
    assert swap_p(six, np.array([0, 0, 1, 1, 2, 2]), 0) == pytest.approx(2 / 2**3, abs=0.02)
    assert swap_p(np.zeros(6), np.arange(6), 0) == 1


def test_the_same_images_twice_are_no_more_evidence_than_once() -> None:
    difference = np.random.default_rng(1).normal(0.2, 1, 60)
    twice, pictures = np.tile(difference, 2), np.tile(np.arange(60), 2)
    assert swap_p(twice, pictures, 0) == swap_p(difference, np.arange(60), 0)
    once = resampled(difference[:, None], np.arange(60), 0)
    assert resampled(twice[:, None], pictures, 0) == pytest.approx(2 * once)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))
    assert holm([0.9, 0.8]) == (1.0, 1.0)


def test_pictures_stay_in_one_fold_and_kinds_are_dealt_evenly() -> None:
    rng = np.random.default_rng(0)
    pictures = np.concatenate([np.arange(100), rng.integers(0, 100, 100)])
    kind = rng.integers(0, 2, 100)[pictures]
    target = Target(np.eye(2)[kind], pictures, is_number=False)
    for fold in deal(target, 3):
        assert all(len(set(fold[pictures == p])) == 1 for p in range(100))
        share = [kind[fold == f].mean() for f in range(FOLDS)]
        assert max(share) - min(share) < 0.3


@pytest.mark.parametrize("is_number", [True, False])
def test_nothing_of_an_image_itself_reaches_its_prediction(is_number: bool) -> None:
    rng = np.random.default_rng(4)
    inputs, outcome = rng.normal(size=(60, 5)), rng.normal(size=60)
    values = outcome[:, None] if is_number else np.eye(2)[(outcome > 0).astype(int)]
    target = Target(values, np.arange(60), is_number)
    before = Unseen(target, 0).predicted([inputs])
    fold = deal(target, 0)
    changed = values.copy()
    changed[fold[0] == 0] = changed[fold[0] == 0].mean(axis=0)
    with_others = Unseen(target, 0)
    with_others._folds = fold[:1]
    alone = with_others.predicted([inputs])
    other = Unseen(Target(changed, np.arange(60), is_number), 0)
    other._folds = fold[:1]
    unseen = fold[0] == 0
    assert other.predicted([inputs])[unseen] == pytest.approx(alone[unseen], abs=1e-6)
    assert before.shape == values.shape
