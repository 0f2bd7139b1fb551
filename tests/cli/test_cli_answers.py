import io
import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from contrast_engine.cli import answers
from contrast_engine.cli.answers import Answer, ProgressLine, plain, show, table, working


@dataclass(frozen=True)
class Row:
    path: Path
    value: float


def test_what_is_not_a_number_becomes_null() -> None:
    given = {"a": math.nan, "b": [np.float32(math.inf), 1.5], "c": np.array([1.0, math.nan])}
    assert plain(given) == {"a": None, "b": [None, 1.5], "c": [1.0, None]}


def test_results_become_plain_json() -> None:
    given = {1: Row(Path("a/b"), np.float64(0.5)), "flag": np.bool_(True), "set": {"b", "a"}}
    assert plain(given) == {
        "1": {"path": "a/b", "value": 0.5},
        "flag": True,
        "set": ["a", "b"],
    }


def test_json_is_one_document_that_any_terminal_can_print(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show(Answer({"path": "größe-\udcff.jpg"}, ["unused"]), as_json=True)
    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(out) == {"path": "größe-\udcff.jpg"}


def test_progress_is_silent_where_no_terminal_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with working("measuring") as progress:
        progress.tick(1, 2, "note", loss=0.5)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_one_line_on_a_terminal_and_gone_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = Terminal()
    monkeypatch.setattr(answers.sys, "stderr", screen)
    with working("measuring") as progress:
        progress.tick(12, 240, "photo.jpg")
        for done in range(13, 200):
            progress.tick(done, 240)
    text = screen.getvalue()
    assert "\n" not in text
    assert "measuring 12 / 240" in text
    assert text.count("measuring") < 5, "at most ten times a second"
    assert text.rsplit("\r", 2)[1].strip() == ""


def test_progress_without_a_known_end_shows_no_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(answers.sys, "stderr", screen)
    ProgressLine("scanning").tick(0, 0, "looking through photos")
    assert screen.getvalue().split() == ["scanning", "looking", "through", "photos"]


def test_tables_line_up() -> None:
    assert table([("a", "1", "x"), ("bbb", "22", "long one")]) == [
        "  a    1   x",
        "  bbb  22  long one",
    ]
    assert table([]) == []
