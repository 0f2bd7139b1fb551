"""What was freed goes back to the system once a page is drawn."""

import sys
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from contrast_engine.server import memory

SHELL = Path(__file__).parents[2] / "pages" / "_shell.py"

linux = pytest.mark.skipif(
    memory._trim() is None, reason="only glibc gives back memory when it is asked to"
)


def own() -> int:
    """Bytes that are this process's own."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(1024 * int(one.split()[1]) for one in lines if one.startswith("RssAnon"))


def freed_between_blocks_in_use() -> list[object]:
    """64 MB of freed blocks, each behind a small one that is held."""
    blocks = [np.ones(8_000) for _ in range(1_000)]
    held = [np.ones(200) for _ in range(2_000)]
    last = [np.ones(8_000)]
    del blocks
    return [*held, *last]


@linux
def test_freed_memory_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "FROM", 0)
    monkeypatch.setattr(memory, "_left", 0)
    memory.give_back()
    held = freed_between_blocks_in_use()
    before = own()
    memory.give_back()
    assert before - own() > 30 * 2**20
    assert held


@linux
def test_a_process_that_holds_little_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(memory, "_left", 0)
    monkeypatch.setattr(memory, "_trim", lambda: asked.append)
    monkeypatch.setattr(memory, "_resident", lambda: memory.FROM - 1)
    memory.give_back()
    assert not asked
    monkeypatch.setattr(memory, "_resident", lambda: memory.FROM)
    memory.give_back()
    assert asked == [0]


def test_it_is_looked_for_again_only_where_more_is_held_than_after_the_last_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(memory, "_left", 0)
    monkeypatch.setattr(memory, "_trim", lambda: asked.append)
    for held, times in (
        (memory.FROM, 1), (memory.FROM, 1), (memory.FROM + memory.GROWN - 1, 1),
        (memory.FROM + memory.GROWN, 2), (memory.FROM + memory.GROWN, 2),
        (memory.FROM + 1, 2), (memory.FROM + memory.GROWN + 1, 3),
    ):  # fmt: skip
        monkeypatch.setattr(memory, "_resident", lambda held=held: held)
        memory.give_back()
        assert len(asked) == times


def test_another_system_has_nothing_to_give_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    memory._trim.cache_clear()
    try:
        memory.give_back()
    finally:
        memory._trim.cache_clear()


def test_it_is_given_back_also_where_a_page_stops_half_way(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[bool] = []
    monkeypatch.setattr(memory, "give_back", lambda: given.append(True))
    with pytest.raises(KeyboardInterrupt), memory.given_back():
        raise KeyboardInterrupt
    assert given


def test_a_page_that_is_drawn_gives_back_what_it_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[bool] = []
    monkeypatch.setattr(memory, "give_back", lambda: drawn.append(True))
    monkeypatch.setenv("CONTRAST_WORKSPACE", "")
    app = AppTest.from_file(str(SHELL), default_timeout=60)
    app._page_hash = calc_hash("glossary")
    app.query_params["who"] = "me"
    app.run()
    assert not app.exception
    assert drawn
