"""Whoever may not do what is next is told whose turn it is, and led to no page that is closed."""

from collections.abc import Iterator

import pytest

from contrast_engine import access
from contrast_engine.access import Person, Role
from contrast_engine.views.collection.journey import NextStep
from contrast_engine.views.collection.whose_turn import as_told

LABEL = NextStep("Label 20 more", "Five labels so far.", "label")
TRAIN = NextStep("Train the model", "25 labels.", "model")


@pytest.fixture(autouse=True)
def nobody_is_asked() -> Iterator[None]:
    yield
    access.judge(None)


def told(step: NextStep, role: Role) -> NextStep:
    access.judge(lambda: Person("Vera", role, is_known=True))
    return as_told(step)


def test_who_may_do_it_is_led_there() -> None:
    assert as_told(TRAIN) == TRAIN
    assert told(TRAIN, Role.OWNER) == TRAIN
    assert told(LABEL, Role.ANNOTATOR) == LABEL


@pytest.mark.parametrize(
    ("step", "role", "words"),
    [
        (LABEL, Role.VIEWER, "Next for annotators: label 20 more"),
        (TRAIN, Role.VIEWER, "Next for an owner: train the model"),
        (TRAIN, Role.ANNOTATOR, "Next for an owner: train the model"),
    ],
)
def test_others_are_told_whose_turn_it_is(step: NextStep, role: Role, words: str) -> None:
    found = told(step, role)
    assert (found.words, found.page, found.why) == (words, "", step.why)


def test_what_runs_is_seen_by_all() -> None:
    running = NextStep("Measuring 3 of 70", "It goes on.", "collection", is_running=True)
    assert told(running, Role.VIEWER) == running
