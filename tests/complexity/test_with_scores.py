"""Scores of people: never seen by what predicts them, compared within groups, and honest."""

import numpy as np
import pytest

from contrast_engine.complexity import evaluation, judging, with_scores
from contrast_engine.complexity.evaluation import Agreement, Difference, Resamples, correlation_of
from contrast_engine.complexity.judging import NAIVE, Inputs, judge, verdict
from contrast_engine.complexity.ridge import PENALTIES, GroupRidge
from contrast_engine.complexity.with_scores import (
    Scored,
    by_forest,
    by_ridge,
    by_ridge_within,
    folds,
    held_out,
)
from contrast_engine.errors import NotEnoughData


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Small forests and few resamples, so that these tests are quick."""
    monkeypatch.setattr(with_scores, "TREES", 10)
    monkeypatch.setattr(with_scores, "REPEATS", 2)
    monkeypatch.setattr(evaluation, "RESAMPLES", 200)


def planted(n=90, d=8, noise=0.3, seed=0):
    """Inputs, and scores that follow two of them, on another scale in each of two groups."""
    random = np.random.default_rng(seed)
    inputs = random.normal(size=(n, d))
    group = np.arange(n) % 2
    scores = inputs[:, 0] - inputs[:, 1] + noise * random.normal(size=n)
    return inputs, Scored(scores + 100 * group, group, ("a", "b"))


def test_the_penalty_is_that_which_leaving_each_image_out_finds() -> None:
    inputs, scored = planted(40, 12, noise=3.0)
    model = GroupRidge.fit(inputs, scored.scores, scored.group)
    centred = inputs - model.centre[scored.group]
    design = np.hstack([centred / centred.std(axis=0), np.eye(2)[scored.group]])

    def error(penalty):
        total = 0.0
        for row in range(40):
            seen = np.arange(40) != row
            gram = design[seen].T @ design[seen] + np.diag([penalty] * 12 + [0.0] * 2)
            weights = np.linalg.solve(gram, design[seen].T @ scored.scores[seen])
            total += float(scored.scores[row] - design[row] @ weights) ** 2
        return total

    assert model.penalty == min(PENALTIES, key=error)
    assert PENALTIES[0] < model.penalty < PENALTIES[-1]


def test_scores_are_compared_within_groups_and_a_column_that_does_not_vary_is_harmless() -> None:
    inputs, scored = planted()
    inputs = np.column_stack([inputs, np.full(len(inputs), 7.0)])
    model = GroupRidge.fit(inputs, scored.scores, scored.group)
    assert np.isfinite(model.weights).all()
    assert model.weights[-1] == 0
    moved = GroupRidge.fit(inputs, scored.scores + 50 * scored.group, scored.group)
    assert moved.weights == pytest.approx(model.weights)
    unknown = model.predict(inputs[:3], np.array([-1, -1, -1]))
    assert np.isfinite(unknown).all()


def test_every_image_is_held_out_once_in_each_repeat_and_groups_are_dealt_evenly() -> None:
    _, scored = planted()
    dealt = folds(scored, 0)
    for repeat in dealt:
        for number in range(2):
            sizes = np.bincount(repeat[scored.group == number])
            assert sizes.tolist() == [9] * 5
    assert (dealt[0] != dealt[1]).any()
    assert (folds(scored, 0) == dealt).all()


@pytest.mark.parametrize("predict", [by_ridge, by_ridge_within])
def test_what_predicts_an_image_has_not_seen_its_score(predict) -> None:
    inputs, scored = planted(60)
    asked = held_out(inputs, scored, predict, 0)
    changed = scored.scores.copy()
    changed[7] += 1e6
    found = held_out(inputs, Scored(changed, scored.group, scored.names), predict, 0)
    assert found[7] == pytest.approx(asked[7], rel=1e-9)
    assert not np.allclose(found, asked)


@pytest.mark.parametrize("predict", [by_ridge, by_ridge_within, by_forest(0)])
def test_planted_scores_are_found(predict) -> None:
    inputs, scored = planted()
    found = Resamples(scored, 0).agreement(held_out(inputs, scored, predict, 0))
    assert found.srcc > 0.6
    assert found.low < found.srcc < found.high


def test_random_scores_are_not_followed_however_many_inputs_there_are() -> None:
    inputs = np.random.default_rng(1).normal(size=(90, 150))
    found = []
    for seed in range(3):
        scores = np.random.default_rng(seed).normal(size=90)
        scored = Scored(scores, np.arange(90) % 2, ("a", "b"))
        found.append(Resamples(scored, 0).agreement(held_out(inputs, scored, by_ridge, 0)))
    # held-out predictions of nothing lean to the negative: means of the others fall as one rises
    assert all(one.low < 0 for one in found)
    assert any(one.high > 0 for one in found)


def test_few_scores_are_refused() -> None:
    with pytest.raises(NotEnoughData, match="at least 20 images"):
        Scored(np.arange(12.0), np.zeros(12, int), ("a",))
    with pytest.raises(NotEnoughData, match="10 of each group"):
        Scored(np.arange(40.0), np.r_[np.zeros(35, int), np.ones(5, int)], ("a", "b"))


def test_agreement_is_the_mean_over_groups_and_between_groups_counts_nothing() -> None:
    scores = np.r_[np.arange(20.0), 100 + np.arange(20.0)]
    scored = Scored(scores, np.repeat([0, 1], 20), ("a", "b"))
    values = np.r_[np.arange(20.0), -np.arange(20.0)]
    found = Resamples(scored, 0).agreement(values)
    assert (found.srcc, found.pcc) == pytest.approx((0, 0))
    assert Resamples(scored, 0).per_group(values)["b"]["srcc"] == pytest.approx(-1)
    flat = Resamples(scored, 0).agreement(np.zeros(40))
    assert (flat.srcc, flat.pcc) == (0, 0)


def test_differences_are_paired() -> None:
    inputs, scored = planted(noise=2.0)
    draws = Resamples(scored, 0)
    same = draws.difference(inputs[:, 0], inputs[:, 0])
    assert (same.value, same.low, same.high) == (0, 0, 0)
    assert not same.is_sure
    better = draws.difference(scored.scores, inputs[:, 5])
    assert better.is_sure
    assert better.value == pytest.approx(1 - draws.agreement(inputs[:, 5]).srcc)


def test_the_correlation_of_two_columns_has_an_interval_or_is_none() -> None:
    column = np.random.default_rng(0).normal(size=50)
    found = correlation_of(column, -column, 0)
    assert found["r"] == pytest.approx(-1)
    assert correlation_of(column, np.ones(50), 0)["r"] is None


def test_everything_is_judged_and_the_embedding_only_where_there_is_one() -> None:
    inputs, scored = planted()
    noise = np.random.default_rng(1).normal(size=(90, 4))
    names = ("jpeg_bytes", "edge_density", "regions", "other")
    naive = dict.fromkeys(NAIVE, noise[:, 0])
    found = judge(Inputs({"parts": scored.scores}, inputs, noise, names, naive), scored, 0)
    assert found["label_free"]["srcc"] == pytest.approx(1)
    assert found["with_scores"]["srcc"] > 0.6
    assert set(found["baselines"]) == {*NAIVE, judging.NAIVE_RIDGE, judging.FOREST}
    assert set(found["models"]) == {
        "ridge_contrast_features", "ridge_features", "ridge_within_groups",
    }  # fmt: skip
    assert set(found["per_group"]) == {"a", "b"}
    assert found["verdict"].startswith("The label-free score follows people further")
    both = Inputs({"parts": noise[:, 1]}, noise, noise, names, naive, inputs)
    found = judge(both, scored, 0)
    assert found["with_scores"]["model"] == "ridge_embedding_and_features"
    assert found["models"]["ridge_embedding"]["srcc"] > 0.6
    assert found["models"]["ridge_features"]["srcc"] < 0.4
    assert found["verdict"].startswith("The label-free score does not beat")
    assert "The embedding adds: +" in found["verdict"]
    assert found["differences"]["ridge_embedding_and_features - ridge_features"]["low"] > 0


def test_the_verdict_says_first_what_does_not_hold() -> None:
    found = {
        name: Agreement(value, value, value - 0.1, value + 0.1, 50)
        for name, value in (
            ("parts", 0.5),
            ("encoder", 0.4),
            ("gcf", 0.45),
            ("ridge_features", 0.6),
        )
    }
    sure, unsure = Difference(0.05, 0.01, 0.09), Difference(0.05, -0.01, 0.11)
    said = verdict(found, {"parts - gcf": sure}, "gcf", "ridge_features", unsure)
    assert said.startswith("The label-free score follows people further than the best naive")
    assert "not surely further than a ridge on bytes" in said
    said = verdict(found, {"parts - gcf": unsure}, "gcf", "ridge_features", sure)
    assert said.startswith("The label-free score does not beat the best naive baseline, global")
    assert "never saw, further than a ridge" in said
    both = {"parts - gcf": unsure, "encoder - gcf": Difference(-0.05, -0.1, 0.0)}
    assert verdict(found, both, "gcf", "ridge_features", sure).startswith("No label-free score")
    said = verdict(found, both, "gcf", "ridge_features", sure, unsure)
    assert said.endswith("The embedding adds nothing sure: +0.05 (-0.01 to +0.11).")
    both["encoder - gcf"] = sure
    said = verdict(found, both, "gcf", "ridge_features", sure)
    assert said.startswith("The label-free score follows")
