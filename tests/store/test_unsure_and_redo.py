"""Unsure is an answer that trains nothing, and what was taken back can be said again."""

import random

import pytest

from contrast_engine.errors import OptionError
from contrast_engine.store import LabelStore

A, B, C = (f"{i:016x}" for i in (1, 2, 3))


@pytest.fixture
def labels(tmp_path):
    return LabelStore(tmp_path / "labels.sqlite")


def now(store):
    return {image: label.label for image, label in store.current().items()}


def test_unsure_takes_back_ones_own_label_and_nobody_elses(labels):
    labels.add([A, B], "low", "ann")
    labels.add([A], "high", "bob")
    labels.unsure([A, C], "bob", why="blurred")
    assert now(labels) == {A: "low", B: "low"}, "bob's high is gone, ann's low still counts"
    assert labels.by_person() == {"ann": {A: "low", B: "low"}, "bob": {A: None, C: None}}
    assert labels.history()[-1].is_unsure
    assert labels.undo("bob") == (A, C)
    assert now(labels) == {A: "high", B: "low"}
    labels.unsure([A], "bob")
    labels.add([A], "low", "bob")
    assert labels.current()[A].who == "bob", "a label after it is meant again"
    assert labels.by_person()["bob"] == {A: "low"}


def test_taking_a_label_away_is_not_being_unsure(labels):
    labels.add([A], "low", "ann")
    labels.add([A], None, "ann")
    assert labels.by_person() == {}
    assert now(labels) == {}


def test_sixty_steps_are_taken_back_and_said_again_and_something_new_ends_that(labels):
    states = [now(labels)]
    for step in range(60):
        labels.add([(A, B, C)[step % 3]], f"label {step % 7}")
        states.append(now(labels))
    for state in reversed(states[:-1]):
        labels.undo()
        assert now(labels) == state
    for state in states[1:]:
        assert labels.redo() is not None
        assert now(labels) == state
    assert labels.redo() is None
    labels.undo()
    labels.add([A], "new")
    assert labels.redo() is None


def test_a_redo_under_one_token_happens_once_and_only_for_its_person(labels):
    labels.add([A], "low", "ann")
    labels.undo("ann")
    assert labels.redo("bob") is None
    assert labels.redo("ann", token="t:1") == (A,)
    assert labels.redo("ann", token="t:1") == (A,)
    assert len(labels.history()) == 2
    labels.unsure([B], "ann")
    labels.undo("ann")
    assert labels.redo("ann") == (B,)
    assert labels.by_person()["ann"] == {A: "low", B: None}, "unsure again, and not a label"


@pytest.mark.parametrize("seed", range(5))
def test_any_order_of_adding_undoing_and_redoing_is_that_of_an_editor(labels, seed):
    rng = random.Random(seed)
    done, undone = [], []
    for _ in range(150):
        action = rng.choice(("say", "unsure", "undo", "undo", "redo", "redo"))
        if action == "undo":
            labels.undo()
            undone += [done.pop()] if done else []
        elif action == "redo":
            labels.redo()
            done += [undone.pop()] if undone else []
        else:
            image, label = rng.choice((A, B, C)), rng.choice(("low", "high"))
            label = None if action == "unsure" else label
            labels.unsure([image]) if label is None else labels.add([image], label)
            done.append((image, label))
            undone = []
        assert labels.by_person().get("me", {}) == dict(done)


def test_the_overlap_is_kept_with_the_labels_and_checked(labels):
    assert labels.label_set().overlap == 0.2
    labels.define(["low", "high"], overlap=0.5)
    assert labels.label_set().overlap == 0.5
    with pytest.raises(OptionError, match="share from 0 to 1"):
        labels.define(["low", "high"], overlap=1.5)
