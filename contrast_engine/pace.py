"""How the time of a step is spread over it, as measured once: what its time left is told from.

A step counts what it has, and its parts take as long as they take: half of the count is not half
of the time. `paces.json` holds, by step and number of images, how much of the time had passed at
each place of the count; `tests/benchmarks/progress_truth.py --write` measures it.
"""

import json
import math
from bisect import bisect_right
from collections.abc import Sized
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from contrast_engine.progress import OVERALL, SILENT, Listener, Part, Progress


class Rows(Protocol):
    """What is known about a result: among others, how many rows it has."""

    @property
    def rows(self) -> int:
        """How many."""


class Counted(Protocol):
    """What of a workspace says how many images there are."""

    @property
    def images(self) -> Sized:
        """All images."""

    def current(self, kind: str) -> str | None:
        """The key of the result of this kind that is in use."""

    def manifest(self, key: str) -> Rows:
        """What is known about a result."""


@dataclass(frozen=True)
class Curve:
    """How the time of one run of a step was spread over its count.

    Args:
        n: How many images it worked on.
        seconds: How long it took; None where that depends on more than their number.
        far: Places of the count, 0 to 1, ascending.
        passed: The share of the time that had passed at each, 0 to 1, ascending.
        before: How many seconds its command had taken before the step began, to load what it needs.
    """

    n: int
    seconds: float | None
    far: tuple[float, ...]
    passed: tuple[float, ...]
    before: float = 0.0

    def at(self, far: float) -> float:
        """The share of the time that has passed where the count is here."""
        after = bisect_right(self.far, far)
        if after == 0:
            return self.passed[0]
        if after == len(self.far):
            return self.passed[-1]
        low, high = self.far[after - 1], self.far[after]
        within = (far - low) / (high - low)
        return self.passed[after - 1] + within * (self.passed[after] - self.passed[after - 1])


@dataclass(frozen=True)
class Pace:
    """How the time of a step is spread for a number of images: between two curves.

    Args:
        small: The curve of the smaller collection that was measured.
        large: That of the larger; the same one where there is only one, or `n` is beyond it.
        weight: How near the larger is, 0 to 1, by the logarithm of the number.
        seconds: How long it takes, where that is known.
    """

    small: Curve
    large: Curve
    weight: float
    seconds: float | None

    @property
    def of_command(self) -> float | None:
        """How long a process takes that does the step: with what it loads first."""
        if self.seconds is None:
            return None
        before = (1 - self.weight) * self.small.before + self.weight * self.large.before
        return before + self.seconds

    def at(self, far: float) -> float:
        """The share of the time that has passed where the count is here, 0 to 1."""
        return (1 - self.weight) * self.small.at(far) + self.weight * self.large.at(far)


NEAR = 3.0
"""How many times more or fewer images than were measured tell how long a step takes."""


def pace_of(name: str, n: int) -> Pace | None:
    """How the time of a step is spread, for so many images; None where it was never measured.

    Beyond what was measured the nearest curve holds; how long it takes is only said near that.
    """
    curves = measured_paces().get(name, ())
    if not curves:
        return None
    n = max(n, 1)
    below = [curve for curve in curves if curve.n <= n]
    above = [curve for curve in curves if curve.n > n]
    small, large = (below or above)[-1 if below else 0], (above or below)[0 if above else -1]
    if small is large:
        return Pace(small, large, 0.0, _beyond(small, curves, n))
    weight = math.log(n / small.n) / math.log(large.n / small.n)
    seconds = None
    if small.seconds is not None and large.seconds is not None:
        seconds = small.seconds ** (1 - weight) * large.seconds**weight
    elif min(n / small.n, large.n / n) <= NEAR:
        near = small if n / small.n <= large.n / n else large
        seconds = near.seconds
    return Pace(small, large, weight, seconds)


def _beyond(curve: Curve, curves: tuple[Curve, ...], n: int) -> float | None:
    """How long a step takes that is larger or smaller than all that were measured, but not much."""
    if curve.seconds is None or not 1 / NEAR <= n / curve.n <= NEAR:
        return None
    known = [one for one in curves if one.seconds]
    growth = 0.5  # between what grows with the number and what does not
    if len(known) > 1:
        first, last = known[0], known[-1]
        growth = math.log((last.seconds or 1) / (first.seconds or 1)) / math.log(last.n / first.n)
    return float(curve.seconds * (n / curve.n) ** growth)


@cache
def measured_paces() -> dict[str, tuple[Curve, ...]]:
    """The curves of every step that was measured, each from the smallest collection on."""
    from importlib import resources  # slow to import, and most commands are over before

    file = resources.files("contrast_engine") / "paces.json"
    text = json.loads(file.read_text(encoding="ascii"))
    return {
        name: tuple(
            Curve(
                row["n"],
                row["seconds"],
                tuple(row["far"]),
                tuple(row["passed"]),
                row.get("before", 0.0),
            )
            for row in sorted(rows, key=lambda row: int(row["n"]))
        )
        for name, rows in text.items()
    }


class Paced:
    """The progress of a step that says how much of its time has passed, not of its count."""

    def __init__(self, listener: Listener, pace: Pace | None) -> None:
        self._listener = listener
        self._pace = pace

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        """Report `done` of `total`, and with it the share of the time that has passed.

        Raises:
            Cancelled: The step should stop now.
        """
        far = metrics.pop(OVERALL, done / total if total else None)
        if far is not None:
            far = min(max(far, 0.0), 1.0)
            metrics[OVERALL] = far if self._pace is None else self._pace.at(far)
        self._listener.tick(done, total, note, **metrics)


def paced(progress: Progress, name: str, n: int | Counted, note: str = "starting") -> Progress:
    """The progress of a step whose time left is told from how such steps went before.

    What is a part of a larger step stays as it is: the larger one knows its pace.

    Args:
        progress: Whoever is told.
        name: The step, with its method where it has one.
        n: How many images, rows or files it works on; of a workspace, about all of its images.
        note: What it does first, in words.
    """
    expect = getattr(progress, "expect", None)
    if progress is SILENT or isinstance(progress, Part) or expect is None:
        return progress
    if not isinstance(n, int):
        n = _images_of(n)
    pace = pace_of(name, n)
    expect(name, n, None if pace is None else pace.seconds)
    told = Paced(progress, pace)  # type: ignore[arg-type]  # who expects is a listener
    told.tick(0, 0, note, **{OVERALL: 0.0})
    return told


def _images_of(workspace: Counted) -> int:
    """About how many images a workspace has: those measured, which takes no table of files."""
    measured = workspace.current("features")
    return workspace.manifest(measured).rows if measured else len(workspace.images)
