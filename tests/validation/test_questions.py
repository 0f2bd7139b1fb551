"""Seven questions: each one verdict, taken from the findings, and never better than they are."""

import itertools

import numpy as np
import pytest

from contrast_engine.clusterings import clusterings
from contrast_engine.results import Clustering, Finding
from contrast_engine.validation import Context, checks
from contrast_engine.validation.questions import ASKED, ORDER, Question, questions
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.evidence.answers import CHECKS, answer
from contrast_engine.views.evidence.interval import drawn

VERDICTS = ("pass", "warn", "fail", "unknown")


def finding(check: str, verdict, value: float | None = 0.5, **more) -> Finding:
    return Finding(check, value, 10, f"the space of {check}", verdict, f"{check} {verdict}", **more)


def of(name: str, *findings: Finding) -> Question:
    return next(question for question in questions(findings) if question.name == name)


def test_all_seven_are_asked_in_their_order_even_of_nothing() -> None:
    asked = questions([])
    assert [question.question for question in asked] == [
        "Are the features right?",
        "Do they follow known changes?",
        "Are there groups?",
        "Are they stable?",
        "Can the labels be believed?",
        "Does the model know what it does not know?",
        "Does it help anything?",
    ]
    assert {question.verdict for question in asked} == {"unknown"}
    assert all(question.because and question.next for question in asked)


@pytest.mark.parametrize("name", ASKED)
def test_a_question_is_no_better_than_the_worst_of_what_decides_it(name) -> None:
    deciding = ASKED[name].deciding
    for verdicts in itertools.product(VERDICTS, repeat=len(deciding)):
        found = [finding(check, one) for check, one in zip(deciding, verdicts, strict=True)]
        asked = of(name, *found)
        assert asked.verdict == min(verdicts, key=ORDER.index)
        decided = next(one for one in found if one.check == asked.check)
        assert (asked.value, asked.n, asked.space, asked.because) == (
            decided.value, decided.n, decided.space, decided.note,
        )  # fmt: skip


@pytest.mark.parametrize("name", ASKED)
def test_what_only_stands_beside_decides_nothing(name) -> None:
    beside = [finding(check, "pass") for check in ASKED[name].beside]
    assert of(name, *beside).verdict == "unknown"


@pytest.mark.parametrize("name", ASKED)
def test_a_question_with_a_deciding_check_missing_does_not_pass(name) -> None:
    for missing in ASKED[name].deciding:
        others = [finding(c, "pass") for c in ASKED[name].deciding if c != missing]
        asked = of(name, *others)
        assert (asked.verdict, asked.check, asked.value) == ("unknown", missing, None)
        assert asked.next


def test_of_clusters_the_first_finding_decides_and_the_others_explain() -> None:
    found = [finding("stability", "pass"), finding("stability", "fail")]
    assert of("stable", *found).verdict == "pass"


def test_the_interval_the_null_and_what_would_change_it_come_with_the_number() -> None:
    one = finding("separate_groups", "warn", low=0.1, high=0.7, null=0.2, next="Add images.")
    asked = of("groups", one)
    assert (asked.low, asked.high, asked.null, asked.next) == (0.1, 0.7, 0.2, "Add images.")


def test_every_check_belongs_to_one_question_and_is_spelt_as_it_is_registered() -> None:
    named = [check for asked in ASKED.values() for check in (*asked.deciding, *asked.beside)]
    assert len(named) == len(set(named))
    assert set(named) == set(checks) == set(CHECKS)


def test_every_answer_has_its_words() -> None:
    for name, verdict in itertools.product(ASKED, VERDICTS):
        asked = of(name, finding(ASKED[name].deciding[0], verdict))
        assert answer(asked)
    warned = of("groups", finding("separate_groups", "warn"))
    assert answer(warned) == "No, regions"


def test_groups_that_the_clusters_cut_across_are_not_called_regions() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(400, 3))
    values[200:, 0] += 12
    space = Vectors(tuple(ImageId(f"{i:016x}") for i in range(400)), values, ("a", "b", "c"))
    across = Clustering(space.ids, np.arange(400) % 2, np.zeros(400))
    context = Context(space=space, space_name="test", clustering=across,
                      clusterer=clusterings["kmeans"].of({"n_clusters": 2}))  # fmt: skip
    first = checks["separate_groups"](context)[0]
    assert first.verdict in {"warn", "pass"}
    assert answer(of("groups", first)).startswith("Yes")


@pytest.mark.parametrize(
    ("numbers", "ends", "places"),
    [
        ((0.5,), (0, 1), (50, None, None, None)),
        ((0.5, 0.25, 0.75, 0.0), (0, 1), (50, 25, 75, 0)),
        ((0.0, -1.0, 1.0, 0.0), (-1, 1), (50, 0, 100, 50)),
        ((30.0, 20.0, 40.0), (0, 40), (75, 50, 100, None)),
        ((-0.5,), (-0.5, 1), (0, None, None, None)),
    ],
)
def test_a_number_stands_on_a_line_that_shows_all_there_is(numbers, ends, places) -> None:
    line = drawn(*numbers)
    assert (line.left, line.right) == ends
    assert (line.value, line.low, line.high, line.null) == pytest.approx(places)
