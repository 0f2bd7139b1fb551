from collections import Counter
from math import erfc

import numpy as np
import pytest

from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.ranking import PairAnswer, next_pairs, rank
from contrast_engine.ranking.pair_selection import _expected_answer, _most_telling, expected_gain
from tests.ranking.simulated_people import images, judged_by_simulation

IDS = images(12)


def answered(pairs, who="me"):
    """Everybody finds the higher id to have more contrast."""
    return [
        PairAnswer(p.left, p.right, "left" if p.left > p.right else "right", who) for p in pairs
    ]


@pytest.mark.parametrize("strategy", ["active", "random"])
def test_the_same_answers_so_far_give_the_same_next_pairs(strategy):
    judged = answered(next_pairs(IDS, [], 15, strategy=strategy))
    once = next_pairs(IDS, judged, 10, strategy=strategy, seed=3)
    assert next_pairs(IDS[::-1], judged, 10, strategy=strategy, seed=3) == once
    assert next_pairs(IDS, judged, 10, strategy=strategy, seed=4) != once
    assert all(pair.left != pair.right and pair.reason for pair in once)


def test_the_first_batch_connects_all_images():
    reached = {IDS[0]}
    pairs = [{p.left, p.right} for p in next_pairs(IDS, [], len(IDS) - 1) if not p.is_repeat]
    for _ in IDS:
        reached |= set().union(*(pair for pair in pairs if pair & reached), set())
    assert reached == set(IDS)


def test_active_pairs_are_those_whose_order_is_in_doubt():
    judged = answered(next_pairs(IDS, [], 300, strategy="random"))
    score = dict(zip(IDS, rank(IDS, judged).score, strict=True))
    gaps = {
        strategy: np.mean(
            [abs(score[p.left] - score[p.right]) for p in next_pairs(IDS, judged, 11,
                                                                   strategy=strategy)]
        )
        for strategy in ("active", "random")
    }  # fmt: skip
    assert gaps["active"] < 0.6 * gaps["random"]


def test_every_tenth_pair_was_judged_before_by_the_same_person():
    judged = answered(next_pairs(IDS, [], 20), "ann")
    pairs = next_pairs(IDS, judged, 20, who="ann")
    repeats = [p for p in pairs if p.is_repeat]
    assert [place for place, p in enumerate(pairs) if p.is_repeat] == [9, 19]
    before = {frozenset((j.left, j.right)) for j in judged}
    assert all(frozenset((p.left, p.right)) in before for p in repeats)
    assert not any(p.is_repeat for p in next_pairs(IDS, judged, 9, who="bob"))


def test_both_sides_are_used_alike():
    left = Counter(p.left < p.right for p in next_pairs(images(40), [], 400, strategy="random"))
    assert 0.4 < left[True] / 400 < 0.6


def test_the_expected_gain_is_largest_for_doubtful_pairs_and_never_negative():
    score = np.array([0.0, 0.1, 4.0])
    gain = expected_gain(score, np.eye(3))
    assert gain[0, 1] > gain[0, 2] > 0
    assert np.array_equal(gain, gain.T)
    assert (np.diag(gain) == 0).all()
    surer = expected_gain(score, 0.1 * np.eye(3))
    assert surer[0, 1] < gain[0, 1] < np.log(2)
    draws = np.random.default_rng(0).normal(-0.1, np.sqrt(2), 200_000)
    p = 1 / (1 + np.exp(-draws))
    entropy = -p * np.log(p) - (1 - p) * np.log(1 - p)
    mean = p.mean()
    by_hand = -mean * np.log(mean) - (1 - mean) * np.log(1 - mean) - entropy.mean()
    assert gain[0, 1] == pytest.approx(by_hand, abs=2e-3)


def test_an_answer_weighs_less_the_less_is_known_of_the_two():
    draws = np.random.default_rng(0).normal(size=200_000)
    for middle, variance in ((0.0, 4.0), (1.0, 0.5), (-2.0, 3.0)):
        wins = 1 / (1 + np.exp(-(middle + np.sqrt(variance) * draws)))
        found = np.ravel(_expected_answer(np.array([middle]), np.array([variance])))
        assert found == pytest.approx([wins.mean(), (wins * (1 - wins)).mean()], abs=6e-3)


def test_the_most_telling_pair_leaves_the_fewest_pairs_in_the_wrong_order_answer_by_answer():
    rng = np.random.default_rng(3)
    root = rng.normal(size=(6, 6))
    score, covariance = rng.normal(size=6), root @ root.T / 6 + 0.1 * np.eye(6)
    left = {}
    for a in range(6):
        for b in range(a + 1, 6):
            pair = np.eye(6)[a] - np.eye(6)[b]
            doubt = pair @ covariance @ pair
            p, weight = (float(x[0]) for x in _expected_answer(
                np.array([pair @ score]), np.array([doubt])))  # fmt: skip
            learnt = covariance @ pair * np.sqrt(weight / (1 + weight * doubt))
            after = covariance - np.outer(learnt, learnt)
            left[a, b] = sum(
                chance * wrong(score + move * learnt, after)
                for chance, move in ((p, np.sqrt((1 - p) / p)), (1 - p, -np.sqrt(p / (1 - p))))
            )
    chosen = _most_telling(score, covariance, expected_gain(score, covariance))
    assert chosen == min(left, key=left.get)


def wrong(score, covariance):
    """How many pairs are expected to stand in the wrong order, pair by pair."""
    total = 0.0
    for i in range(len(score)):
        for j in range(i):
            spread = np.sqrt(covariance[i, i] + covariance[j, j] - 2 * covariance[i, j])
            total += 0.5 * erfc(abs(score[i] - score[j]) / spread / np.sqrt(2))
    return total


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(NotEnoughData, match="at least 2 images, got 1"):
        next_pairs(IDS[:1], [], 3)
    with pytest.raises(OptionError, match="at least 1, got 0"):
        next_pairs(IDS, [], 0)
    with pytest.raises(OptionError, match="no strategy 'best'"):
        next_pairs(IDS, [], 3, strategy="best")
    assert len(next_pairs(IDS[:2], [], 25)) == 25


@pytest.mark.thorough
@pytest.mark.slow
def test_thirty_images_are_in_nearly_the_true_order_after_three_hundred_pairs():
    rho = [judged_by_simulation("active", seed, batch=29)[300][1] for seed in range(4)]
    assert np.mean(rho) >= 0.9


@pytest.mark.thorough
@pytest.mark.slow
def test_active_pairs_need_fewer_answers_than_random_ones():
    active = [judged_by_simulation("active", s, budget=165, spread=3)[165][0] for s in range(6)]
    random = [judged_by_simulation("random", s, budget=235, spread=3)[235][0] for s in range(6)]
    assert np.mean(active) >= np.mean(random)


@pytest.mark.parametrize("strategy", ["active", "random"])
def test_what_others_are_asked_about_is_asked_of_nobody_else(strategy):
    first = next_pairs(IDS, [], 20, strategy=strategy)
    elsewhere = {tuple(sorted((p.left, p.right))) for p in first}
    second = next_pairs(IDS, [], 20, strategy=strategy, elsewhere=elsewhere)
    assert not {tuple(sorted((p.left, p.right))) for p in second} & elsewhere
    assert len(second) == 20


@pytest.mark.parametrize("strategy", ["active", "random"])
def test_where_others_are_asked_about_all_but_one_that_one_is_left(strategy):
    a, b, c = IDS[:3]
    said = next_pairs((a, b, c), [], 4, strategy=strategy, elsewhere=[(b, a), (b, c)])
    assert {frozenset((p.left, p.right)) for p in said} == {frozenset((a, c))}
    everything = [(a, b), (b, c), (a, c)]
    assert next_pairs((a, b, c), [], 4, strategy=strategy, elsewhere=everything) == ()


def test_a_pair_that_others_have_is_not_asked_again_for_consistency():
    judged = answered(next_pairs(IDS, [], 9), "ann")
    again = next(p for p in next_pairs(IDS, judged, 1, who="ann") if p.is_repeat)
    other = next_pairs(IDS, judged, 1, who="ann", elsewhere=[(again.right, again.left)])[0]
    assert {other.left, other.right} != {again.left, again.right}
