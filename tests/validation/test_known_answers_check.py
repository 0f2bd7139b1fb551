"""The check of known answers fails as soon as one feature is computed otherwise."""

import dataclasses

import pytest

from contrast_engine.features import features
from contrast_engine.validation import Context, checks, known_answers


@pytest.fixture
def measured_anew(monkeypatch):
    known_answers.measured.cache_clear()
    yield monkeypatch
    known_answers.measured.cache_clear()


def test_this_installation_measures_as_calculated_and_turning_changes_nothing() -> None:
    answers, turned = checks["known_answers"](Context())
    assert (answers.verdict, turned.verdict) == ("pass", "pass")
    assert answers.n == len(known_answers.answers())
    assert turned.n == len(features)


@pytest.mark.parametrize(
    ("wrong", "failed"),
    [
        (lambda right: lambda image: right(image) * 1.001, {0}),
        (lambda right: lambda image: right(image) + float(image.rgb[0].mean()) * 1e-6, {0, 1}),
    ],
    ids=["off by a thousandth", "looks at the first row"],
)
def test_a_feature_that_is_computed_otherwise_fails_by_name(measured_anew, wrong, failed) -> None:
    real = features["c_rms"]
    broken = dataclasses.replace(real, measure=wrong(real.measure))
    measured_anew.setitem(features._things, "c_rms", broken)
    found = checks["known_answers"](Context())
    assert {i for i, one in enumerate(found) if one.verdict == "fail"} == failed
    assert all("c_rms" in found[i].note and found[i].next for i in failed)
