import numpy as np
import pytest

from contrast_engine.pseudo_labels import classifiers, gather, train
from contrast_engine.pseudo_labels.calibration import Sets, conformal, reliability
from contrast_engine.pseudo_labels.learning_curve import learning_curve
from contrast_engine.vectors import ImageId, Vectors


def planted(n, seed, spread=1.6):
    """Three overlapping groups in an order, as a person would call them."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, 3, n)
    values = random.normal(size=(n, 3)) + np.outer(truth, [spread, 0, 0])
    ids = tuple(ImageId(f"{row:016x}") for row in range(n))
    return Vectors(ids, values, ("a", "b", "c")), truth


def labelled(n, m, seed, is_ordered=True):
    space, truth = planted(n, seed)
    labels = {space.ids[row]: "xyz"[truth[row]] for row in range(m)}
    return gather(space, labels, "xyz", is_ordered=is_ordered), truth


@pytest.mark.slow
@pytest.mark.parametrize("method", ["logistic", "ordinal"])
def test_sets_that_promise_ninety_percent_hold_the_truth_of_87_to_93_percent(method):
    held, stated = [], []
    for seed in range(12):
        data, truth = labelled(700, 100, seed)
        trained = train(classifiers[method](), data, drawn=set(data.space.ids))
        assert isinstance(trained.sets, Sets)
        probability = trained.predictions.probability[100:]
        inside = trained.sets.members(probability)[np.arange(600), truth[100:]]
        held.append(inside.mean())
        stated.append(trained.sets.coverage)
    assert 0.87 <= np.mean(held) <= 0.93
    assert 0.87 <= np.mean(stated) <= 0.93


def test_a_promise_on_chosen_or_too_few_labels_is_refused_with_the_reason():
    data, _ = labelled(100, 60, 0)
    few = train(classifiers["logistic"](), data, drawn=set(data.space.ids[:19]))
    assert isinstance(few.sets, str)
    assert "at least 20 labels of randomly drawn images, there are 19" in few.sets
    assert isinstance(train(classifiers["logistic"](), data).sets, str)
    enough = train(classifiers["logistic"](), data, drawn=set(data.space.ids[:20]))
    assert isinstance(enough.sets, Sets)
    assert enough.sets.n == 20


def test_the_threshold_is_the_one_counted_by_hand_and_ordered_sets_have_no_gaps():
    own = np.arange(1, 21) / 20  # probabilities .05 .. 1.0 of the true labels
    held_out = np.stack([own, (1 - own) / 2, (1 - own) / 2], axis=1)[None]
    sets = conformal(np.zeros(20, int), held_out, is_ordered=True)
    assert isinstance(sets, Sets)
    assert sets.threshold == pytest.approx(0.1)  # ceil(21 x .9) = 19 of 20 lie at or above it
    odd = np.array([[0.45, 0.05, 0.5], [0.9, 0.06, 0.04]])
    assert sets.members(odd).tolist() == [[True, True, True], [True, False, False]]
    assert sets.unsure(odd).tolist() == [True, False]
    plain = Sets(0.1, False, 0.9, 0.9, 20)
    assert plain.members(odd)[0].tolist() == [True, False, True]


def test_the_calibration_error_is_the_mean_gap_of_probability_and_accuracy():
    codes = np.array([0, 0, 0, 1])
    held_out = np.array([[[0.75, 0.25]] * 4])  # says .75 of label 0, which is right in 3 of 4
    assert reliability(codes, held_out)["ece"] == pytest.approx(0)
    sure = np.array([[[0.95, 0.05]] * 4])
    found = reliability(codes, sure)
    assert found["ece"] == pytest.approx(0.2)
    assert found["bins"] == [{"probability": pytest.approx(0.95), "accuracy": 0.75, "n": 4}]


@pytest.mark.parametrize("method", ["logistic", "ordinal", "one_nn"])
def test_accuracy_grows_with_labels_and_ends_at_the_cross_validated_one(method):
    data, _ = labelled(300, 120, 3)
    recipe = classifiers[method]()
    scores = train(recipe, data).scores
    curve = learning_curve(recipe, data, scores)
    assert [point.labels for point in curve] == [5, 10, 20, 40, 80, 120]
    assert all(point.low < point.accuracy < point.high for point in curve)
    assert curve[-1].accuracy == scores.accuracy > curve[0].accuracy + 0.05
    assert curve == learning_curve(recipe, data, scores)


def test_few_labels_have_only_the_point_of_all_of_them():
    data, _ = labelled(30, 6, 1)
    recipe = classifiers["one_nn"]()
    assert [p.labels for p in learning_curve(recipe, data, train(recipe, data).scores)] == [6]


def test_the_coverage_that_is_watched_ends_where_the_finished_model_is():
    seen = []

    class Watch:
        def tick(self, done, total, note="", **metrics):
            seen.append(metrics["coverage"])

    data, _ = labelled(300, 60, 0)
    drawn = set(data.space.ids)
    trained = train(classifiers["ordinal"](), data, drawn=drawn, progress=Watch())
    assert not isinstance(trained.sets, str)
    assert seen[-1] == trained.coverage
    assert 0 < trained.coverage < 1
