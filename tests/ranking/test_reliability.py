"""How far a ranking can be trusted, held against people whose order is known."""

import numpy as np
import pytest

from contrast_engine.ranking import PairAnswer, next_pairs, rank
from contrast_engine.ranking.reliability import MEANS, reliability
from tests.ranking.simulated_people import images

IDS = images(20)


def people(n: int, spread: float, seed: int) -> tuple[np.ndarray, list[PairAnswer]]:
    rng = np.random.default_rng(seed)
    true = spread * rng.normal(size=len(IDS))
    judged = []
    for _ in range(n):
        a, b = rng.choice(len(IDS), 2, replace=False)
        wins = rng.random() < 1 / (1 + np.exp(true[b] - true[a]))
        judged.append(PairAnswer(IDS[a], IDS[b], "left" if wins else "right"))
    return true, judged


def right(true: np.ndarray, judged: list[PairAnswer]) -> float:
    score = rank(IDS, judged).score
    one, two = np.triu_indices(len(IDS), 1)
    return float(((score[one] - score[two]) * (true[one] - true[two]) > 0).mean())


def test_without_answers_half_of_the_order_is_right_and_it_says_how_many_it_takes() -> None:
    found = reliability(IDS, [])
    assert (found.answers, found.images, found.right) == (0, 20, 0.5)
    assert not found.is_enough
    assert 0 < found.needed[0] < found.needed[1]


@pytest.mark.parametrize("spread", [1.0, 3.0])
def test_the_expected_share_is_that_of_people_whose_order_is_known(spread: float) -> None:
    for n in (30, 150):
        runs = [people(n, spread, seed) for seed in range(12)]
        told = np.mean([reliability(IDS, judged).right for _, judged in runs])
        assert abs(told - np.mean([right(*run) for run in runs])) < 0.06
        covered = [reliability(IDS, j).low <= right(t, j) <= reliability(IDS, j).high
                   for t, j in runs]  # fmt: skip
        assert np.mean(covered) >= 0.75


def test_more_answers_lead_to_enough_and_contrary_ones_do_not() -> None:
    judged: list[PairAnswer] = []
    shares = []
    while len(judged) < 120:
        judged += [PairAnswer(p.left, p.right, "left" if p.left > p.right else "right")
                   for p in next_pairs(IDS, judged, 30)]  # fmt: skip
        shares.append(reliability(IDS, judged).right)
    assert shares == sorted(shares)
    assert shares[-1] > MEANS
    rng = np.random.default_rng(0)
    guessed = [PairAnswer(j.left, j.right, ["left", "right"][rng.integers(2)]) for j in judged]
    assert not reliability(IDS, guessed).is_enough
