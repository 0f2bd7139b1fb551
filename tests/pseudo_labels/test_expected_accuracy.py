"""What the next label tells: against one-by-one references, and what it saves on planted data."""

import numpy as np
import pytest

from contrast_engine.pseudo_labels import expected_accuracy
from contrast_engine.pseudo_labels.expected_accuracy import covering, most_telling
from contrast_engine.vectors import ImageId, Vectors
from tests.pseudo_labels.simulated_labelling import planted, reached


def space_of(values):
    ids = tuple(ImageId(f"{row:016x}") for row in range(len(values)))
    return Vectors(ids, values, tuple(f"c{i}" for i in range(values.shape[1])))


def prior(values):
    """The covariance of all scores, pair by pair."""
    scale = values.var(axis=0).sum()
    return np.array([[0.1 * a @ b + 1 + 3 * np.exp(-((a - b) ** 2).sum() / (2 * scale))
                      for b in values] for a in values])  # fmt: skip


def known(cov, rows, noise):
    """The covariance of all once noisy values at these rows are known, by the joint inverse."""
    among = cov[np.ix_(rows, rows)] + np.diag(noise)
    return cov - cov[:, rows] @ np.linalg.inv(among) @ cov[rows]


def test_the_first_and_second_covering_image_leave_the_least_variance():
    values = np.random.default_rng(0).normal(size=(25, 3))
    chosen = covering(space_of(values), [4], 2, 0)
    cov, before = prior(values), [4]
    for row in chosen:
        free = [r for r in range(25) if r not in before]
        left = {
            r: np.delete(np.diag(known(cov, [*before, r], [4.0] * (len(before) + 1))), 4).sum()
            for r in free
        }
        assert row == min(left, key=left.get)
        before.append(row)


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_the_most_telling_image_is_the_one_whose_answers_correct_the_most_in_a_simulation(seed):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(12, 2))
    p = rng.uniform(0.49, 0.51, 12)
    probability = np.column_stack([p, 1 - p])
    row = next(most_telling(space_of(values), probability.__getitem__, [0, 1], 1, 0))
    weight = p * (1 - p)
    cov = known(prior(values), [0, 1], 1 / weight[:2])
    margin = np.abs(np.log(p / (1 - p)))
    draws = rng.normal(size=40_000)
    gain = {}
    for one in range(2, 12):
        move = cov[one] / np.sqrt(cov[one, one] + 1 / weight[one])
        score = margin[:, None] + move[:, None] * draws
        # p of the new label less p of the old, where the answer turned it around
        better = np.where(score < 0, -score / 2, 0).mean(axis=1)
        gain[one] = better[2:].sum() + 1 - max(p[one], 1 - p[one])
    assert row == max(gain, key=gain.get)


def test_more_images_than_are_compared_at_a_time_are_drawn_by_the_seed(monkeypatch):
    monkeypatch.setattr(expected_accuracy, "_MOST", 30)
    space = space_of(np.random.default_rng(0).normal(size=(90, 3)))
    assert len(list(covering(space, [], 50, 0))) == 30
    assert list(covering(space, [1], 9, 0)) == list(covering(space, [1], 9, 0))
    assert set(covering(space, [1], 9, 0)) != set(covering(space, [1], 9, 1))
    assert not list(covering(space, range(90), 5, 0))


def test_a_score_turns_around_as_the_normal_integral_says_near_its_border_and_far_away():
    rng = np.random.default_rng(0)
    margin = np.append(rng.exponential(3, 30), [0, 700])
    moved = np.append(rng.exponential(1, (32, 30)), np.full((32, 1), 1e-12), axis=1)
    steps = np.linspace(-12, 12, 40_001)
    density = np.exp(-(steps**2) / 2) / np.sqrt(2 * np.pi)
    for row, column in ((0, 0), (3, 7), (30, 4), (31, 2), (5, 30)):
        below = np.maximum(-(margin[row] + moved[row, column] * steps), 0)
        wanted = np.trapezoid(below * density, steps)
        found = expected_accuracy._turned(2.0 * np.eye(32)[row], margin, moved)[column] / 2
        assert found == pytest.approx(wanted, rel=1e-5, abs=1e-12)


def test_the_spread_of_very_many_rows_is_that_of_few(monkeypatch):
    values = np.random.default_rng(0).normal(3, 2, size=(95, 4))
    usual = expected_accuracy._spread(values)
    monkeypatch.setattr(expected_accuracy, "_AT_ONCE", 20)
    assert expected_accuracy._spread(values) == pytest.approx(usual, rel=1e-12)


@pytest.mark.slow
def test_on_planted_data_the_recommended_queue_is_ahead_of_random_labels_by_the_same_seeds():
    """A thin slice of tests/benchmarks/labels_saved.py."""
    ahead = []
    for kind in ("order", "curve", "crowds", "unordered"):
        for seed in range(2):
            space, truth, is_ordered = planted(kind, seed, n=150)
            curves = {way: reached(way, space, truth, is_ordered, budget=40, seed=seed)
                      for way in ("random", "recommended")}  # fmt: skip
            ahead.append([curves["recommended"][n] - curves["random"][n] for n in (20, 30, 40)])
    assert np.mean(ahead, axis=0).min() > 0, np.mean(ahead, axis=0).round(3)
