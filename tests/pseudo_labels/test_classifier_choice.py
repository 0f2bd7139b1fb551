"""The recommended classifier: usual unless beaten beyond chance, nothing compared on ten labels."""

import numpy as np
import pytest

from contrast_engine.pseudo_labels import Labelled, classifiers, gather, stratified
from contrast_engine.pseudo_labels.classifier_choice import choose
from contrast_engine.pseudo_labels.mlp import Mlp, _Problem
from contrast_engine.results import Clustering
from contrast_engine.vectors import ImageId, Vectors

ORDER = ("low", "medium", "high")


def task(truth: str, n: int, *, ordered: bool = True, clusters: bool = False) -> Labelled:
    """A space of 200 images whose labels follow a line, a ring or nothing."""
    values = np.random.default_rng(0).normal(size=(200, 4))
    score = {
        "line": values[:, 0],
        "ring": np.hypot(values[:, 0], values[:, 1]),
        "nothing": np.random.default_rng(1).normal(size=200),
    }[truth]
    codes = np.searchsorted(np.quantile(score, [1 / 3, 2 / 3]), score)
    ids = tuple(ImageId(f"{row:016x}") for row in range(200))
    space = Vectors(ids, values, ("a", "b", "c", "d"))
    of = Clustering(ids, codes if clusters else np.zeros(200, int), np.zeros(200))
    labels = {ids[row]: ORDER[codes[row]] for row in range(n)}
    return gather(space, labels, ORDER, is_ordered=ordered, clustering=of)


def test_ten_labels_are_not_compared_and_are_called_very_rough() -> None:
    found = choose(task("line", 10))
    assert (found.method, found.candidates) == ("one_nn", ())
    assert "very rough" in found.reason


@pytest.mark.slow
def test_the_usual_method_stays_where_nothing_is_better_beyond_chance() -> None:
    for truth in ("line", "nothing"):
        found = choose(task(truth, 30))
        assert found.method == "ordinal"
        assert {one.method for one in found.candidates} >= {"logistic", "one_nn", "self_training"}
        assert "mlp" not in {one.method for one in found.candidates}, "30 labels make no network"
    assert choose(task("line", 30, ordered=False)).method == "logistic"


@pytest.mark.slow
def test_another_method_is_taken_where_it_is_better_and_the_reason_says_by_how_much() -> None:
    found = choose(task("ring", 150))
    best = {one.method: one for one in found.candidates}[found.method]
    assert found.method == "mlp", "a ring has no straight boundary"
    assert best.gain_low > 0
    assert f"a gain of {best.gain:.2f}" in found.reason
    by_cluster = choose(task("ring", 40, clusters=True))
    assert by_cluster.method == "cluster_vote", "the clusters are the answer here"


@pytest.mark.slow
def test_candidates_come_best_first_with_their_intervals_around_them() -> None:
    found = choose(task("line", 40))
    assert [c.kappa for c in found.candidates] == sorted(
        (c.kappa for c in found.candidates), reverse=True
    )
    for one in found.candidates:
        assert one.low <= one.kappa <= one.high
        assert one.gain_low <= one.gain + 0.05
        assert one.gain_high >= one.gain - 0.05


def test_the_slope_of_the_networks_is_that_of_their_loss() -> None:
    labelled = task("ring", 12)
    problem = _Problem(labelled, stratified(labelled.codes, seed=0), Mlp(members=2, units=3))
    at = problem.start(0)
    value, slope = problem(at)
    for column in range(0, at.shape[1], 3):
        moved = at.copy()
        moved[:, column] += 1e-6
        np.testing.assert_allclose((problem(moved)[0] - value) / 1e-6, slope[:, column], atol=1e-4)


@pytest.mark.slow
def test_networks_that_start_elsewhere_say_something_else() -> None:
    labelled = task("ring", 60)
    folds = stratified(labelled.codes, seed=0)
    *_, one = classifiers["mlp"]().fit(labelled, folds)
    *_, other = Mlp(seed=1).fit(labelled, folds)
    assert not np.array_equal(one.held_out, other.held_out)
