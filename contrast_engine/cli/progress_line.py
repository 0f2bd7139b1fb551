"""How far a command is: one line on a terminal, rewritten until it is done."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from contrast_engine import as_written
from contrast_engine.progress import OVERALL, SILENT, Progress, TimeLeft


class ProgressLine:
    """One line on a terminal, rewritten ten times a second at most."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._left = TimeLeft(time.monotonic())
        self._shown = 0.0
        self._width = 0

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        """Show how far the work is, how long it may still take, and any live metrics."""
        now = time.monotonic()
        self._left.heard(done, total, metrics.pop(OVERALL, None), now)
        if now - self._shown < 0.1:
            return
        self._shown = now
        parts = [f"{self._title} {done:,} / {total:,}" if total else self._title]
        left = self._left.seconds(now)
        if left is not None:
            parts.append(f"{_clock(left)} left")
        parts += [f"{name} {value:.3g}" for name, value in metrics.items()]
        if note:
            parts.append(as_written.plain(note))
        self._write("   ".join(parts)[:100])

    def clear(self) -> None:
        """Take the line away again."""
        if self._width:
            self._write("")
            sys.stderr.write("\r")
            sys.stderr.flush()

    def _write(self, text: str) -> None:
        sys.stderr.write("\r" + text.ljust(self._width))
        sys.stderr.flush()
        self._width = len(text)


@contextmanager
def progress_line(title: str) -> Iterator[Progress]:
    """A progress that shows one updating line on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield SILENT
        return
    line = ProgressLine(title)
    try:
        yield line
    finally:
        line.clear()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(max(1, round(seconds)), 60)  # what is not done yet takes a second
    return f"{minutes}:{rest:02d}"
