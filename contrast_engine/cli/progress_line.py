"""How far a command is: one line on a terminal, rewritten until it is done; in a log, now and then.

What runs for long without a word is shown as well: the line is written anew every second, and says
what was told last and how long it still takes, or, where that is not known, how long it took.
"""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from contrast_engine import as_written
from contrast_engine.progress import OVERALL, Progress, TimeLeft

if TYPE_CHECKING:
    from contrast_engine.steps.expected import Expected

OFTEN = 0.1
"""Seconds between two looks of the line at least."""

SELDOM = 1.0
"""Seconds between two looks at most, also where nothing is told."""

LOADING = "loading what it needs"
"""What a command does before its step says anything."""

AT_FIRST = 0.2
"""Seconds after which a command that is not over says what it loads, and what is to come."""

PROBLEMS = "problems"
"""The number that is only shown where there are some."""

LOG_AFTER, LOG_EVERY = 10.0, 30.0
"""Seconds after which a log hears of a command, and between two lines of it."""


class ProgressLine:
    """One line that says how far a command is.

    Args:
        title: What the command does, in words.
        is_terminal: Whether the line is rewritten; else every look is a line of its own.
    """

    def __init__(self, title: str, *, is_terminal: bool = True) -> None:
        self._title = title
        self._began = time.monotonic()
        self._left = TimeLeft(self._began)
        self._is_paused = False
        self._is_terminal = is_terminal
        self._shown = 0.0 if is_terminal else self._began + LOG_AFTER - LOG_EVERY
        self._width = 0
        self._told: tuple[int, int, str, dict[str, float]] = (0, 0, LOADING, {})
        self._writing = threading.Lock()

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        """Show how far the work is, how long it may still take, and any live metrics."""
        now = time.monotonic()
        self._left.heard(done, total, metrics.pop(OVERALL, None), now)
        _, _, before, known = self._told
        if not metrics and note == before:  # not every tick of a part carries its numbers
            metrics = known
        self._told = done, total, note, metrics
        self.look(OFTEN if self._is_terminal else LOG_EVERY)

    def expect(self, name: str, n: int, seconds: float | None) -> None:
        """Hear that a step begins, and how long such a step takes."""
        self._left.expect(seconds, time.monotonic())

    def begin(self, known: "Expected") -> None:
        """Hear what a command will do before it is loaded: of how much, and for how long."""
        self._left.expect(known.seconds, time.monotonic())
        self._told = 0, known.n, LOADING, {}

    def go_on(self, title: str) -> None:
        """Take the words of the command for what it does, once that is loaded."""
        self._title = title
        if self._is_paused:  # it does something else now
            self._began = time.monotonic()
            self._left = TimeLeft(self._began)
            self._told = 0, 0, LOADING, {}
            self._is_paused = False

    def pause(self) -> None:
        """Take the line away until something else begins."""
        self._is_paused = True
        self.clear()

    def look(self, at_least: float) -> None:
        """Show where the work is now, unless that was shown less than so many seconds ago."""
        with self._writing:
            now = time.monotonic()
            if self._is_paused or now - self._shown < at_least:
                return
            self._shown = now
            self._write(self._words(now)[:100])

    @property
    def every(self) -> float:
        """Seconds between two looks at most."""
        return SELDOM if self._is_terminal else LOG_EVERY

    def clear(self) -> None:
        """Take the line away again, where it can be."""
        with self._writing:
            if self._is_terminal and self._width:
                self._write("")
                sys.stderr.write("\r")
                sys.stderr.flush()

    def _words(self, now: float) -> str:
        done, total, note, metrics = self._told
        parts = [f"{self._title} {done:,} / {total:,}" if total else self._title]
        left = self._left.seconds(now)
        if left is not None:
            parts.append(f"{_clock(left)} left")
        elif now - self._began >= 1:
            parts.append(f"{_clock(now - self._began)} so far")
        said = (one for one in metrics.items() if one != (PROBLEMS, 0))
        parts += [f"{name} {value:.3g}" for name, value in said]
        if note:
            parts.append(as_written.plain(note))
        return "   ".join(parts)

    def _write(self, text: str) -> None:
        if not self._is_terminal:
            sys.stderr.write(text + "\n")
            sys.stderr.flush()
            return
        sys.stderr.write("\r" + text.ljust(self._width))
        sys.stderr.flush()
        self._width = len(text)


_opened: list[ProgressLine] = []
"""The line of a command that is being loaded: what it does goes on in it."""


@contextmanager
def opened_line(title: str, known: "Expected") -> Iterator[None]:
    """Show from now on what a command loads; what it shows in `progress_line` goes on there.

    Args:
        title: The command.
        known: What is to be expected of it.
    """
    is_terminal = sys.stderr.isatty()
    line = ProgressLine(title, is_terminal=is_terminal)
    line.begin(known)
    _opened.append(line)
    try:
        with _looked_at(line, AT_FIRST if is_terminal else line.every):
            yield
    finally:
        _opened.remove(line)


@contextmanager
def progress_line(title: str) -> Iterator[Progress]:
    """A progress that shows one updating line on a terminal, and elsewhere a line now and then."""
    if _opened:
        _opened[-1].go_on(title)
        try:
            yield _opened[-1]
        finally:
            _opened[-1].pause()
        return
    line = ProgressLine(title, is_terminal=sys.stderr.isatty())
    with _looked_at(line, line.every):
        yield line


@contextmanager
def _looked_at(line: ProgressLine, at_first: float) -> Iterator[None]:
    """Have the line looked at again and again by a thread, and gone in the end."""
    is_over = threading.Event()

    def keep_looking() -> None:
        wait = at_first
        while not is_over.wait(min(wait, line.every, 1.0)):
            line.look(wait)
            wait = line.every

    looking = threading.Thread(target=keep_looking, name="progress line", daemon=True)
    looking.start()
    try:
        yield
    finally:
        is_over.set()
        looking.join()
        line.clear()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(max(1, round(seconds)), 60)  # what is not done yet takes a second
    return f"{minutes}:{rest:02d}"
