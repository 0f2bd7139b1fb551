"""Whether a model is called one that knows what it does not know, on data where that is known."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from contrast_engine.pseudo_labels import calibration, classifiers, gather, train
from contrast_engine.results import Finding
from contrast_engine.validation import Context, checks
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.models.expected_answers import SIMULATED, expected_words

ORDER = ("low", "medium", "high")


def context(labels: int, noise: float, *, drawn: bool = True, **training: Any) -> Context:
    """A model of `labels` labels of 400 images; noise 0.2 is easy, 50 is guessing."""
    random = np.random.default_rng(labels)
    values = random.lognormal(size=(400, 3))
    amount = values[:, 0] + noise * random.normal(size=400)
    ids = tuple(ImageId(f"{row:016x}") for row in range(400))
    codes = np.searchsorted(np.quantile(amount, [1 / 3, 2 / 3]), amount)
    space = Vectors(ids, np.log(values), ("a", "b", "c"))
    said = {ids[row]: ORDER[codes[row]] for row in range(labels)}
    data = gather(space, said, ORDER, is_ordered=True)
    trained = train(classifiers["ordinal"](), data, drawn=set(ids) if drawn else ())
    details = {
        "method": "ordinal",
        "cross_validated": trained.scores.as_json(),
        "promise": trained.promise.as_json(),
        "optimism": trained.optimism.as_json() if trained.optimism else None,
        "calibration": calibration.as_json(trained.reliability, trained.sets),
    } | training
    return Context(space=space, space_name="test", labels=said, order=ORDER, is_ordered=True,
                   predictions=trained.predictions, training=details)  # fmt: skip


def found(given: Context) -> list[Finding]:
    return list(checks["promises"](given))


@pytest.mark.slow
def test_a_model_passes_that_keeps_its_limit_and_warns_or_fails_where_it_cannot() -> None:
    kept, few, guess = (found(context(n, noise)) for n, noise in ((150, 0.2), (24, 0.2), (60, 50)))
    assert [one.verdict for one in (kept[0], few[0], guess[0])] == ["pass", "warn", "fail"]
    for one in (kept[0], few[0], guess[0]):
        assert one.low <= one.value <= one.high
        assert one.better == "lower"
        assert (one.next == "") == (one.verdict == "pass")
    assert kept[0].high == 0.2 < few[0].high < guess[0].high
    assert guess[0].null == pytest.approx(2 / 3, abs=0.1)
    assert kept[2].verdict == "pass"
    assert "drawn at random" in kept[2].note


def test_probabilities_that_say_too_much_fail_and_those_that_say_too_little_warn() -> None:
    given = context(30, 0.5)
    stated = given.training["calibration"]
    for bias, verdict in ((-0.2, "fail"), (0.0, "pass"), (0.2, "warn")):
        moved = {**stated, "bias": bias, "bias_low": bias - 0.1, "bias_high": bias + 0.1}
        training = {**given.training, "calibration": moved}
        one = found(dataclasses.replace(given, training=training))[1]
        assert (one.verdict, one.value) == (verdict, bias)


def test_optimism_of_chosen_labels_is_a_number_with_its_interval() -> None:
    given = context(30, 0.5, drawn=False)
    one = found(given)[2]
    assert one.low < one.value < one.high
    assert "0 of 30 labels were drawn at random" in one.note
    clear = {**given.training["optimism"], "value": 0.05, "low": 0.02, "high": 0.08}
    told = found(dataclasses.replace(given, training={**given.training, "optimism": clear}))[2]
    assert told.verdict == "warn"
    assert "too good by about 5.0 points" in told.note


def test_without_a_model_of_now_nothing_is_judged() -> None:
    given = context(30, 0.5)
    before = {k: v for k, v in given.training.items() if k not in ("promise", "optimism")}
    for changed, words in (
        ({"predictions": None}, "No model has been trained"),
        ({"is_current": False}, "train it again"),
        ({"training": before}, "trained by an earlier version"),
    ):
        (one,) = found(dataclasses.replace(given, **changed))
        assert one.verdict == "unknown"
        assert words in one.note


def test_what_to_expect_is_said_before_labelling_and_no_longer_than_needed() -> None:
    words = expected_words(0)
    for one in SIMULATED:
        assert f"{one.labels} labels answer {one.answered:.0%}" in words
        assert f"{one.answered_chosen:.0%} if they are representatives" in words
    assert expected_words(19) == words
    assert expected_words(20) == ""
