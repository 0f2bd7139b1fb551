"""What a command says: one answer on stdout, how far it is on stderr."""

import dataclasses
import json
import math
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from contrast_engine.arrays import Json
from contrast_engine.errors import OptionError
from contrast_engine.progress import SILENT, Progress


class WrongUsage(Exception):  # noqa: N818 - what the person did, not what went wrong here
    """The command line itself is wrong: exit code 2."""


@contextmanager
def given_by_hand() -> Iterator[None]:
    """Treat an option that does not fit as what it is here: wrong usage."""
    try:
        yield
    except OptionError as error:
        raise WrongUsage(str(error)) from None


@dataclass(frozen=True)
class Answer:
    """The result of a command, once for scripts and once for people."""

    document: Json
    lines: Sequence[str]
    exit_code: int = 0


def show(answer: Answer, *, as_json: bool) -> None:
    """Print one JSON document, or the short summary, on stdout."""
    if as_json:
        print(json.dumps(plain(answer.document), indent=2, allow_nan=False))
    else:
        print("\n".join(answer.lines))
    sys.stdout.flush()


def say(line: str) -> None:
    """Print one line on stderr."""
    print(line, file=sys.stderr, flush=True)


def plain(value: Any) -> Any:
    """Turn a result into what JSON knows; a number that is not finite becomes null."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, AbstractSet):
        return sorted(plain(item) for item in value)
    if hasattr(value, "tolist"):  # numpy scalars and arrays, without importing numpy
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


class ProgressLine:
    """One line on a terminal, rewritten ten times a second at most."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._started = time.monotonic()
        self._shown = 0.0
        self._width = 0

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        """Show how far the work is, how long it may still take, and any live metrics."""
        now = time.monotonic()
        if now - self._shown < 0.1:
            return
        self._shown = now
        parts = [f"{self._title} {done:,} / {total:,}" if total else self._title]
        if 0 < done < total:
            parts.append(f"{_clock((now - self._started) * (total - done) / done)} left")
        parts += [f"{name} {value:.3g}" for name, value in metrics.items()]
        if note:
            parts.append(note)
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
def working(title: str) -> Iterator[Progress]:
    """A progress that shows one updating line on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield SILENT
        return
    line = ProgressLine(title)
    try:
        yield line
    finally:
        line.clear()


def count(number: int, noun: str) -> str:
    """Write "1 image", "2 images"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def first(lines: Sequence[str], most: int = 10) -> list[str]:
    """Keep the first lines and say how many more there are."""
    if len(lines) <= most:
        return list(lines)
    return [*lines[:most], f"  ... and {len(lines) - most:,} more (all of them with --json)"]


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Set rows in columns, the last one ragged."""
    if not rows:
        return []
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return [
        "  " + "  ".join([*(c.ljust(w) for c, w in zip(row, widths, strict=False)), row[-1]])
        for row in rows
    ]


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(int(seconds), 60)
    return f"{minutes}:{seconds:02d}"
