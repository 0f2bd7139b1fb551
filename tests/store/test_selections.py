"""Selections: the same images have one key, names are a log, and a kill loses nothing."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from contrast_engine.errors import OptionError, UnknownName
from contrast_engine.store import SelectionStore
from contrast_engine.store.selections import UNNAMED
from contrast_engine.vectors import ImageId

A, B, C = (ImageId(letter * 16) for letter in "abc")


@pytest.fixture
def store(tmp_path: Path) -> SelectionStore:
    return SelectionStore(tmp_path / "selections.sqlite")


def test_the_same_images_have_the_same_key_in_any_order(store: SelectionStore) -> None:
    key = store.put([B, A, B])
    assert store.put([A, B]) == key
    assert tuple(store.images(key)) == (A, B)
    assert store.put([A]) != key
    assert store.saved() == ()
    with pytest.raises(UnknownName, match="select the images again"):
        store.images("0" * 16)


def test_a_saved_selection_is_opened_by_name_by_another_process(store: SelectionStore) -> None:
    saved = store.save("  hazy   mornings ", [C, A], "ann")
    assert (saved.name, saved.size, saved.who) == ("hazy mornings", 2, "ann")
    again = SelectionStore(store._database.path)
    assert again.named("Hazy Mornings") == saved
    assert tuple(again.images(saved.key)) == (A, C)


def test_a_name_stands_for_one_set_until_it_is_deleted(store: SelectionStore) -> None:
    first = store.save("x", [A])
    assert store.save("X", [A]) == first
    with pytest.raises(OptionError, match="stands for 1 other images"):
        store.save("X", [B])
    assert store.delete("x") == first
    assert store.saved() == ()
    assert tuple(store.images(first.key)) == (A,), "a set that had a name is never let go"
    assert store.save("X", [B]).name == "X"
    with pytest.raises(UnknownName, match="there are: X"):
        store.delete("y")


def test_renaming_keeps_the_set_and_refuses_a_name_that_is_taken(store: SelectionStore) -> None:
    store.save("one", [A])
    two = store.save("two", [B])
    with pytest.raises(OptionError, match="'one' stands for"):
        store.rename("two", "One")
    assert [s.name for s in store.saved()] == ["two", "one"]
    assert store.rename("two", "TWO").key == two.key
    assert [s.name for s in store.saved()] == ["TWO", "one"]


@pytest.mark.parametrize("name", ["", "  \n ", "x" * 61, "a\x00b", "a\u202eb"])
def test_what_cannot_be_a_name_is_refused(name: str, store: SelectionStore) -> None:
    with pytest.raises(OptionError, match="name"):
        store.save(name, [A])


def test_nothing_and_no_ids_are_refused(store: SelectionStore) -> None:
    with pytest.raises(OptionError, match="at least one image"):
        store.save("none", [])
    with pytest.raises(OptionError, match="no image id"):
        store.put(["../../etc/passwd"])


def test_old_sets_without_a_name_are_let_go_and_named_ones_are_not(store: SelectionStore) -> None:
    named = store.save("kept", [A, B, C])
    deleted = store.save("gone", [A, C])
    store.delete("gone")
    keys = [store.put([ImageId(f"{n:016x}")]) for n in range(UNNAMED + 3)]
    assert store.images(keys[-UNNAMED])
    with pytest.raises(UnknownName):
        store.images(keys[2])
    assert tuple(store.images(named.key)) == (A, B, C)
    assert tuple(store.images(deleted.key)) == (A, C)


def test_many_at_once_lose_nothing(store: SelectionStore) -> None:
    def save(n: int) -> None:
        store.save(f"number {n}", [ImageId(f"{n:016x}")])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(save, range(40)))
    assert {s.name for s in store.saved()} == {f"number {n}" for n in range(40)}


SAVING = """
import sys
from contrast_engine.store import SelectionStore
store = SelectionStore(sys.argv[1])
for step in range(100_000):
    store.save(f"number {step}", [f"{step:016x}"])
    print(step, flush=True)
"""


def test_what_was_saved_survives_a_kill_at_any_moment(tmp_path: Path) -> None:
    path = tmp_path / "selections.sqlite"
    with subprocess.Popen(
        [sys.executable, "-c", SAVING, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        saved = [int(process.stdout.readline()) for _ in range(9)]
        process.send_signal(signal.SIGKILL)
        saved += [int(line) for line in process.stdout.read().split()]
    store = SelectionStore(path)
    for step in saved:
        assert tuple(store.images(store.named(f"number {step}").key)) == (f"{step:016x}",)
