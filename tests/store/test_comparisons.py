import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from contrast_engine.errors import OptionError
from contrast_engine.store import ComparisonStore, EventLog, LabelStore
from contrast_engine.vectors import ImageId

A, B, C = (ImageId(letter * 16) for letter in "abc")


@pytest.fixture
def store(tmp_path):
    return ComparisonStore(tmp_path / "comparisons.sqlite")


def test_answers_come_back_in_order_with_the_sides_as_shown(store):
    assert store.all() == ()
    assert store.version() == 0
    store.add(A, B, "left", "ann")
    store.add(C, A, "tie", "bob")
    first, second = store.all()
    assert (first.left, first.right, first.answer, first.who) == (A, B, "left", "ann")
    assert (second.left, second.right, second.answer, second.who) == (C, A, "tie", "bob")
    assert first.seq < second.seq == store.version()


@pytest.mark.parametrize("token", ["withdraw:2:1", "import:0123456789abcdef:0"])
def test_no_token_of_a_browser_passes_for_one_of_an_import_or_a_withdrawal(store, token):
    store.add(A, B, "left", "mallory")
    for say in (
        lambda: store.add(A, C, "left", "mallory", token),
        lambda: store.undo("mallory", token),
    ):
        with pytest.raises(OptionError, match="a token must not begin with"):
            say()
    assert store.withdraw("mallory", "olga") == 1
    assert store.all() == ()


def test_undo_takes_back_the_own_last_answer_and_only_that(store):
    store.add(A, B, "left", "ann")
    store.add(A, C, "right", "ann")
    store.add(B, C, "tie", "bob")
    assert store.undo("ann") == (A, C)
    assert store.undo("ann") == (A, B)
    assert store.undo("ann") is None
    assert [c.who for c in store.all()] == ["bob"]
    assert store.version() == 5


def test_the_same_token_counts_once_for_answers_and_for_undoing(store):
    first = store.add(A, B, "left", token="one")
    assert store.add(A, C, "right", token="one") == first
    store.add(B, C, "left")
    assert store.undo(token="back") == (B, C)
    assert store.undo(token="back") == (B, C)
    assert len(store.all()) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [((A, A, "left"), "with itself"), ((A, "x", "left"), "no image id"), ((A, B, "both"), "left")],
)
def test_what_is_no_comparison_is_refused_and_nothing_is_kept(store, arguments, said):
    with pytest.raises(OptionError, match=said):
        store.add(*arguments)
    assert store.all() == ()


def test_many_threads_lose_nothing(store):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: store.add(A, B, "left", f"p{i % 4}", token=str(i)), range(80)))
    assert len(store.all()) == 80


def test_an_event_may_be_made_from_those_before_it_with_none_between(tmp_path):
    log = EventLog(tmp_path / "log.sqlite")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: log.append("t", "me", lambda past: {"n": len(past)}), range(40)))
    assert [event.body["n"] for event in log.events("t")] == list(range(40))
    assert log.events("another topic") == ()


def test_an_answer_is_on_the_disk_when_the_process_is_killed_right_after_it(tmp_path):
    path = tmp_path / "comparisons.sqlite"
    code = (
        "import os, signal, sys; from contrast_engine.store import ComparisonStore;"
        f"ComparisonStore(sys.argv[1]).add({A!r}, {B!r}, 'left');"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert done.returncode < 0
    assert len(ComparisonStore(path).all()) == 1


def test_scripts_that_say_labels_and_comparisons_still_work(tmp_path):
    labels, comparisons = (kind(tmp_path / kind.__name__) for kind in (LabelStore, ComparisonStore))
    labels.say([A], "low", "ann")
    comparisons.say(A, B, "left", "ann")
    assert labels.current()[A].label == "low"
    assert comparisons.all()[0].answer == "left"
