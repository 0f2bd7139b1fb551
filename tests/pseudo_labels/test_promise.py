"""What is promised of a model's answers, against hypergeometric counts, and kept on planted data."""

import dataclasses
from math import comb

import numpy as np
import pytest

from contrast_engine.predict import rule_of
from contrast_engine.pseudo_labels import Abstaining, classifiers, gather, train
from contrast_engine.pseudo_labels.calibration import direction, reliability
from contrast_engine.pseudo_labels.promise import (
    LIMIT,
    OF_BEFORE,
    Evidence,
    promise,
    promise_words,
    upper_end,
)
from contrast_engine.vectors import ImageId, Vectors

SHAPES = {
    "groups": lambda random, n: np.outer(random.integers(0, 3, n), [1.6, 0, 0]),
    "skewed": lambda random, n: random.exponential(size=(n, 3)) * [2, 1, 1],
    "heavy tails": lambda random, n: random.standard_t(2, size=(n, 3)),
}


def collection(shape: str, seed: int, n: int = 300) -> tuple[Vectors, np.ndarray]:
    """A space in which a noisy mean of two columns is cut into three labels."""
    random = np.random.default_rng([seed, len(shape)])
    values = SHAPES[shape](random, n) + 0.3 * random.normal(size=(n, 3))
    amount = values[:, 0] + 0.5 * np.abs(values[:, 1]) + 0.7 * random.normal(size=n)
    ids = tuple(ImageId(f"{row:016x}") for row in range(n))
    cut = np.searchsorted(np.quantile(amount, [1 / 3, 2 / 3]), amount)
    return Vectors(ids, values, ("a", "b", "c")), cut


def learnt(space, truth, rows, drawn=None, **rule):
    data = gather(space, {space.ids[r]: "xyz"[truth[r]] for r in rows}, "xyz", is_ordered=True)
    drawn = {space.ids[r] for r in rows} if drawn is None else drawn
    return train(classifiers["ordinal"](), data, abstaining=Abstaining(**rule), drawn=drawn)


def true_error(trained, truth, rows) -> float:
    said = trained.predictions
    answers = ~said.abstains
    answers[list(rows)] = False
    wrong = said.probability.argmax(axis=1) != truth
    return float(wrong[answers].mean()) if answers.any() else 0.0


@pytest.mark.parametrize(("wrong", "n", "rest"), [(0, 12, 40), (3, 17, 25), (5, 30, 7)])
def test_the_upper_end_is_the_hypergeometric_one(wrong: int, n: int, rest: int) -> None:
    def reached(total: int) -> float:
        """Chance of so few wrong ones among n of a pool with `total` wrong ones."""
        return sum(comb(total, k) * comb(n + rest - total, n - k)
                   for k in range(wrong + 1)) / comb(n + rest, n)  # fmt: skip

    most = max(t for t in range(wrong, wrong + rest + 1) if reached(t) > 0.025)
    assert upper_end(wrong, n, rest, 0.025) == pytest.approx((most - wrong) / rest)


def test_for_any_number_of_images_the_end_is_clopper_and_pearsons() -> None:
    assert upper_end(0, 20, 0, 0.05) == pytest.approx(1 - 0.05 ** (1 / 20))
    assert upper_end(3, 40, 5000, 0.025) == pytest.approx(upper_end(3, 40, 0, 0.025), abs=0.01)
    assert upper_end(4, 4, 10, 0.05) == 1
    assert upper_end(2.4, 9.6, 30, 0.05) > upper_end(2.2, 9.6, 30, 0.05) - 1e-12


def evidence(n: int, wrong: int, *, sure: float = 0.9, optimism: float = 0.0) -> Evidence:
    is_wrong = (np.arange(n) < wrong)[None, :]
    return Evidence(is_wrong, np.full((1, n), sure), np.zeros((1, n), bool), np.ones(n),
                    np.zeros(n, bool), np.full(6000, sure), optimism)  # fmt: skip


def test_a_limit_is_kept_only_where_the_labels_bear_it_out() -> None:
    few, many = promise(evidence(10, 0), 0.25), promise(evidence(60, 2), 0.25)
    assert (few.is_kept, few.sureness) == (False, 0.25)
    assert few.high > LIMIT
    assert (many.is_kept, many.sureness, many.high) == (True, 0.25, LIMIT)
    assert "too few labels to promise" in few.words
    assert "only as far as at most 20% wrong" in many.words
    flattered = promise(evidence(60, 2, optimism=0.15), 0.25)
    assert not flattered.is_kept
    assert flattered.high > promise(evidence(60, 2), 0.25, 0.01).high
    assert flattered.error == pytest.approx(2 / 60)


def test_the_sureness_is_raised_to_where_the_limit_is_kept() -> None:
    sure = evidence(60, 1)
    mixed = Evidence(
        np.hstack([sure.wrong, np.ones((1, 40), bool)]),
        np.hstack([sure.sureness, np.full((1, 40), 0.3)]),
        np.zeros((1, 100), bool), np.ones(100), np.ones(100, bool), np.full(50, 0.9),
    )  # fmt: skip
    found = promise(mixed, 0.25)
    assert (found.is_kept, found.sureness, found.n) == (True, 0.4, 60)
    assert found.answered == pytest.approx(0.6)


def test_a_model_that_answers_nothing_knows_nothing_of_its_errors() -> None:
    found = promise(evidence(30, 3, sure=0.1), 0.25)
    assert (found.error, found.low, found.high, found.n) == (None, 0, 1, 0)
    assert "nothing is known of the error" in found.words
    assert promise_words({}) == OF_BEFORE
    assert promise_words({"promise": found.as_json()}) == found.words


@pytest.mark.slow
def test_the_stated_error_holds_on_images_without_a_label() -> None:
    held, told, runs = 0, 0, 0
    for shape in SHAPES:
        for n_labels in (20, 60):
            for seed in range(4):
                space, truth = collection(shape, seed)
                rows = np.random.default_rng(seed).choice(len(space), n_labels, replace=False)
                trained = learnt(space, truth, rows)
                error, found = true_error(trained, truth, rows), trained.promise
                held, runs = held + (error <= found.high), runs + 1
                told += found.high < 0.8
                assert trained.optimism is None
    assert held >= 0.9 * runs
    assert told >= 0.5 * runs, "an end of 100 % would always hold"


@pytest.mark.slow
def test_chosen_labels_that_are_easier_than_the_rest_are_told_so_and_widen_the_end() -> None:
    space, truth = collection("groups", 3)
    far_out = np.argsort(-np.abs(space.values[:, 0] - np.median(space.values[:, 0])))[:60]
    at_random = np.random.default_rng(0).choice(len(space), 60, replace=False)
    easy, fair = (learnt(space, truth, rows, drawn=()) for rows in (far_out, at_random))
    assert easy.optimism.low > 0.03
    assert fair.optimism.low < 0 < fair.optimism.high
    judged = 1 - easy.scores.accuracy
    wrong = easy.predictions.probability.argmax(axis=1) != truth
    rest = np.setdiff1d(np.arange(len(space)), far_out)
    assert wrong[rest].mean() > judged + 0.03, "they were easier indeed"
    assert true_error(easy, truth, far_out) <= easy.promise.high
    assert "seem easier than the collection" in easy.promise.words


def test_probabilities_that_are_too_low_are_called_under_confident() -> None:
    codes = np.tile([0, 0, 0, 1], 20)
    held_out = np.tile([[0.5, 0.3, 0.2]], (1, 80, 1))
    found = reliability(codes, held_out)
    assert found["bias"] == pytest.approx(0.25)
    half = 1.9905 * np.sqrt(0.75 * 0.25 / 79)  # Student's quantile for 79
    assert found["bias_high"] - found["bias"] == pytest.approx(half, rel=1e-3)
    assert direction(found).startswith("The model is under-confident: it is right 25 points more")
    over = reliability(codes, np.tile([[0.96, 0.03, 0.01]], (1, 80, 1)))
    assert "over-confident: it is right 21 points less" in direction(over)
    few = reliability(codes[:4], np.tile([[0.7, 0.2, 0.1]], (1, 4, 1)))
    assert "may be chance" in direction(few)
    wider = reliability(codes, held_out, n_rest=20)
    assert wider["bias_high"] - wider["bias_low"] > 1.9 * (found["bias_high"] - found["bias_low"])
    again = reliability(codes, np.repeat(held_out, 5, axis=0))
    assert again["bias_low"] == pytest.approx(found["bias_low"]), "a repeat is no further label"


def test_a_new_image_is_answered_by_the_promise_and_for_a_model_of_before_by_its_sets() -> None:
    probability = np.array([[0.5, 0.3, 0.2], [0.8, 0.15, 0.05], [0.34, 0.33, 0.33]])
    plain = {"abstaining": {"sureness": 0.25, "reach": 2.0}}
    kept = dataclasses.asdict(promise(evidence(60, 2), 0.5))
    sets = {"threshold": 0.25, "is_ordered": True, "level": 0.9, "coverage": 0.9, "n": 20}
    for recipe, abstains in (
        (plain, [False, False, True]),
        (plain | {"sets": None}, [False, False, True]),
        (plain | {"sets": sets}, [True, False, True]),
        (plain | {"promise": kept}, [True, False, True]),
    ):
        assert rule_of(recipe)(probability).tolist() == abstains
