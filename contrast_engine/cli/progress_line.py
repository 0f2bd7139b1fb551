"""How far a command is: one line on a terminal, rewritten until it is done."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from contrast_engine import as_written
from contrast_engine.progress import OVERALL, SILENT, Progress


class ProgressLine:
    """One line on a terminal, rewritten ten times a second at most."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._total = 0
        self._first = 0
        self._from: tuple[float, float] | None = None
        self._began: tuple[float, float] | None = None
        self._shown = 0.0
        self._width = 0

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        """Show how far the work is, how long it may still take, and any live metrics."""
        now = time.monotonic()
        overall = metrics.pop(OVERALL, None)
        if self._began is None and overall is not None:
            self._began = overall, now
        self._begin_part(done, total, now)
        if now - self._shown < 0.1:
            return
        self._shown = now
        parts = [f"{self._title} {done:,} / {total:,}" if total else self._title]
        left = self._left(overall, now) if overall is not None else self._left_of_part(done, now)
        if left is not None:
            parts.append(f"{_clock(left)} left")
        parts += [f"{name} {value:.3g}" for name, value in metrics.items()]
        if note:
            parts.append(as_written.plain(note))
        self._write("   ".join(parts)[:100])

    def _begin_part(self, done: int, total: int, now: float) -> None:
        """Take the time from what is done now where another part of the work begins.

        What was there already, and loading what the first one needs, say nothing of the rest.
        """
        if total != self._total or (self._from is not None and done < self._from[0]):
            self._total, self._from, self._first = total, None, done
        elif self._from is None and done > self._first:
            self._from = done, now

    def _left_of_part(self, done: int, now: float) -> float | None:
        """Seconds that this part will still take, None while that is not known."""
        if self._from is None or not self._from[0] < done < self._total:
            return None
        since, at = self._from
        return (now - at) * (self._total - done) / (done - since)

    def _left(self, overall: float, now: float) -> float | None:
        """Seconds that the whole will still take, None while that is not known."""
        if self._began is None or not self._began[0] < overall < 1:
            return None
        since, at = self._began
        return (now - at) * (1 - overall) / (overall - since)

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
    minutes, seconds = divmod(int(seconds), 60)
    return f"{minutes}:{seconds:02d}"
