import io
import sys
import threading
import time

import pytest

from contrast_engine.cli.progress_line import ProgressLine, progress_line
from contrast_engine.progress import in_parts


def test_a_command_that_is_soon_over_says_nothing_in_a_log(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with progress_line("measuring") as progress:
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
    monkeypatch.setattr(sys, "stderr", screen)
    with progress_line("measuring") as progress:
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
    monkeypatch.setattr(sys, "stderr", screen)
    ProgressLine("scanning").tick(0, 0, "looking through photos")
    assert screen.getvalue().split() == ["scanning", "looking", "through", "photos"]


@pytest.mark.parametrize("known", [0, 900])
def test_time_left_is_told_from_what_is_done_now_not_from_what_was_there(
    known: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen, now = Terminal(), [100.0]
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr("contrast_engine.cli.progress_line.time.monotonic", lambda: now[0])
    line = ProgressLine("scoring")
    line.tick(0, 0, "looking through folders")
    now[0] += 60
    line.tick(known, 2000)
    now[0] += 20  # what the first one needs is loaded
    for done in range(known + 1, known + 101):
        line.tick(done, 2000)
        now[0] += 2
    said = screen.getvalue().rsplit("\r", 1)[1]
    minutes, seconds = said.split(" left")[0].split("   ")[-1].split(":")
    told, true = int(minutes) * 60 + int(seconds), 2 * (2000 - known - 100)
    assert true / 1.2 < told < 1.2 * true


def test_time_left_is_that_of_all_parts_of_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    screen, now = Terminal(), [100.0]
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr("contrast_engine.cli.progress_line.time.monotonic", lambda: now[0])
    search, layout = in_parts(ProgressLine("mapping"), 1, 3)
    search.tick(0, 10)
    now[0] += 25
    search.tick(10, 10, "searching")
    assert "mapping 10 / 10   1:15 left   searching" in screen.getvalue()
    now[0] += 50
    layout.tick(2, 3)
    assert "mapping 2 / 3   0:25 left" in screen.getvalue()
    assert "overall" not in screen.getvalue()


def test_a_log_hears_of_long_work_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    screen, now = io.StringIO(), [100.0]
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr("contrast_engine.cli.progress_line.time.monotonic", lambda: now[0])
    line = ProgressLine("measuring", is_terminal=False)
    for done in range(100):
        line.tick(done, 100, "photographs")
        now[0] += 1
    said = screen.getvalue().splitlines()
    assert len(said) == 3, "after ten seconds, and every half minute"
    assert said[0] == "measuring 10 / 100   1:30 left   photographs"
    assert "\r" not in screen.getvalue()


def test_a_line_goes_on_where_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    screen, now = Terminal(), [100.0]
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr("contrast_engine.cli.progress_line.time.monotonic", lambda: now[0])
    line = ProgressLine("mapping")
    now[0] += 3
    line.look(1.0)
    assert "mapping   0:03 so far   loading what it needs" in screen.getvalue()
    line.expect("project umap", 1_000, 60.0)
    line.tick(0, 0, "loading the space", overall=0.0)
    now[0] += 20
    line.look(1.0)
    assert "mapping   0:40 left   loading the space" in screen.getvalue()
    now[0] += 0.5
    before = screen.getvalue()
    line.look(1.0)
    assert screen.getvalue() == before, "once a second"


def test_the_line_is_looked_at_while_a_library_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr("contrast_engine.cli.progress_line.SELDOM", 0.05)
    with progress_line("clustering"):
        time.sleep(0.5)
    assert "clustering   loading what it needs" in screen.getvalue()
    assert not [one for one in threading.enumerate() if one.name == "progress line"]


def test_numbers_stay_while_a_part_goes_on_and_no_problems_are_none_to_show(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen, now = Terminal(), [100.0]
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr("contrast_engine.cli.progress_line.time.monotonic", lambda: now[0])
    line = ProgressLine("gathering")
    for done, metrics in enumerate(({"problems": 0.0}, {"problems": 2.0}, {}, {})):
        line.tick(done, 9, "reading", **metrics)
        now[0] += 0.2
    line.tick(0, 9, "measuring")
    said = [one.strip() for one in screen.getvalue().split("\r")[1:]]
    assert ["problems 2" in one for one in said] == [False, True, True, True, False]
    assert not any("problems 0" in one for one in said)
