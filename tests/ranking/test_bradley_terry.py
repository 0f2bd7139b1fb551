import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from contrast_engine.errors import OptionError
from contrast_engine.ranking import PairAnswer, rank
from contrast_engine.ranking.bradley_terry import matched_posterior, posterior
from contrast_engine.vectors import ImageId

A, B, C, D = (ImageId(letter * 16) for letter in "abcd")


def test_one_win_has_the_score_of_the_equation_solved_by_hand():
    ranking = rank([A, B], [PairAnswer(A, B, "left")])
    s = ranking.score[0]  # 1 - p = s with p = 1 / (1 + exp(-2 s)) at the maximum
    assert s == pytest.approx(1 - 1 / (1 + np.exp(-2 * s)), abs=1e-9)
    assert s == pytest.approx(0.3374, abs=1e-4)
    assert ranking.score[1] == pytest.approx(-s)
    assert ranking.order == (A, B)


def test_scores_are_those_of_a_penalised_logistic_regression():
    random = np.random.default_rng(0)
    pairs = np.array([random.choice(8, 2, replace=False) for _ in range(60)])
    outcome = random.integers(0, 2, 60).astype(float)
    design = np.zeros((60, 8))
    design[np.arange(60), pairs[:, 0]], design[np.arange(60), pairs[:, 1]] = 1, -1
    model = LogisticRegression(C=1.0, fit_intercept=False, tol=1e-10).fit(design, outcome)
    score, covariance = posterior(8, pairs, outcome)
    np.testing.assert_allclose(score, model.coef_[0], atol=1e-5)
    p = model.predict_proba(design)[:, 1]
    fisher = np.eye(8) + (design * (p * (1 - p))[:, None]).T @ design
    np.testing.assert_allclose(covariance, np.linalg.inv(fisher), atol=1e-5)
    assert score.sum() == pytest.approx(0, abs=1e-8)


def test_images_that_always_win_or_were_never_compared_have_finite_honest_scores():
    ranking = rank([A, B, C, D], [PairAnswer(A, B, "left")] * 40 + [PairAnswer(B, C, "left")] * 40)
    assert ranking.order == (A, B, D, C)
    assert np.abs(ranking.score).max() < 5
    assert ranking.score[3] == 0
    assert ranking.half_width[3] == pytest.approx(1.96, abs=0.01)
    assert (ranking.half_width[:3] < 1.96).all()


def test_a_tie_is_half_a_win_on_either_side():
    tied = rank([A, B, C], [PairAnswer(A, B, "tie")] * 2 + [PairAnswer(B, C, "left")])
    split = rank(
        [A, B, C], [PairAnswer(A, B, "left"), PairAnswer(A, B, "right"), PairAnswer(B, C, "left")]
    )
    np.testing.assert_allclose(tied.score, split.score)
    np.testing.assert_allclose(tied.covariance, split.covariance)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from(["left", "right", "tie"])),
        max_size=60,
    )
)
def test_the_side_an_image_is_shown_on_does_not_matter(answers):
    ids = [ImageId(f"{row:016x}") for row in range(6)]
    turned = {"left": "right", "right": "left", "tie": "tie"}
    judged = [PairAnswer(ids[a], ids[b], answer) for a, b, answer in answers if a != b]
    mirrored = [PairAnswer(j.right, j.left, turned[j.answer]) for j in judged]
    one, two = rank(ids, judged), rank(ids, mirrored)
    np.testing.assert_allclose(one.score, two.score, atol=1e-8)
    assert np.isfinite(one.half_width).all()
    assert one.judgements == len(judged)


def test_intervals_hold_the_truth_as_often_as_they_say():
    inside = []
    for seed in range(30):
        random = np.random.default_rng(seed)
        truth = random.normal(size=12)
        pairs = np.array([random.choice(12, 2, replace=False) for _ in range(120)])
        p = 1 / (1 + np.exp(truth[pairs[:, 1]] - truth[pairs[:, 0]]))
        score, covariance = posterior(12, pairs, (random.random(120) < p).astype(float))
        inside.append(np.abs(score - truth) < 1.96 * np.sqrt(np.diag(covariance)))
    assert 0.91 < np.mean(inside) < 0.99


def test_answers_about_other_images_are_left_out_and_unknown_answers_refused():
    assert rank([A, B], [PairAnswer(A, C, "left")]).judgements == 0
    with pytest.raises(OptionError, match="left, right, tie"):
        PairAnswer(A, B, "both")


def test_the_matched_prior_is_as_wide_as_the_scores_and_the_usual_one_is_unchanged():
    rng, n = np.random.default_rng(0), 25
    widths = {}
    for spread in (0.5, 3.0):
        truth = rng.normal(0, spread, n)
        pairs = np.array([rng.choice(n, 2, replace=False) for _ in range(1500)])
        wins = rng.random(1500) < 1 / (1 + np.exp(truth[pairs[:, 1]] - truth[pairs[:, 0]]))
        outcome = wins.astype(float)
        matched, usual = matched_posterior(n, pairs, outcome)[0], posterior(n, pairs, outcome)[0]
        widths[spread] = matched.std() / usual.std()
    assert widths[0.5] < 1 < widths[3.0]
    score, covariance = matched_posterior(n, np.zeros((0, 2), int), np.zeros(0))
    assert not score.any()
    assert (np.diag(covariance) > 0).all()
