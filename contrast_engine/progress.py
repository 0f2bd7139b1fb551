"""How long work says where it is, how long it still takes, and hears that it should stop."""

import math
from typing import Protocol

OVERALL = "overall"
"""The metric by which a tick says how far the whole step is, 0 to 1, and not only its part."""


SOON = 1.0
"""Seconds of work before which nothing is said of the rest."""

FEW = 0.05
"""Share of a part that tells its time although it may hold what had to be loaded first."""

SURE = 0.1
"""Share of a step from which on it tells its own pace, and what was measured elsewhere no more."""

SMOOTH = 0.03
"""Share of the time so far over which a new estimate takes the place of the one before."""

MARKS = 256
"""How many places in time are remembered; then every other one."""


class Cancelled(Exception):  # noqa: N818 - a request, not an error
    """Raised by `Progress.tick` once someone has asked the step to stop."""


class Progress(Protocol):
    """Anything that can be told how far a step has come."""

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        """Report `done` of `total`, with any live metrics.

        Raises:
            Cancelled: The step should stop now; what is already saved stays.
        """


class Listener(Progress, Protocol):
    """A progress that shows how far a whole step is, and so wants to know how long it takes."""

    def expect(self, name: str, n: int, seconds: float | None) -> None:
        """Hear that a step begins.

        Args:
            name: The step, with its method where it has one.
            n: How many images, rows or files it works on.
            seconds: How long that took where it was measured; None where it never was, or where
                that says nothing of another machine or other photographs.
        """


class Silent:
    """Reports nowhere and never cancels: the default, and what tests use."""

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        """Do nothing."""


class Part:
    """One part of a step, which takes its share of the time of all of it.

    Args:
        whole: Who is told.
        begin: How far the step is when this part begins, 0 to 1.
        share: How much of the step this part is, 0 to 1.
    """

    def __init__(self, whole: "Progress", begin: float, share: float) -> None:
        self._whole = whole
        self._begin = begin
        self._share = share

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        """Report `done` of `total` of this part, and with it how far the whole is.

        Raises:
            Cancelled: The step should stop now.
        """
        own = metrics.pop(OVERALL, done / total if total else 0.0)
        far = self._begin + self._share * min(max(own, 0.0), 1.0)
        self._whole.tick(done, total, note, **metrics, **{OVERALL: far})


def in_parts(progress: "Progress", *shares: float) -> tuple["Progress", ...]:
    """One progress for each part of a step that has several, in their order.

    So the time that is left is that of the whole step, whatever each part counts. Parts may have
    parts themselves.

    Args:
        progress: That of the step.
        shares: How long each part takes beside the others, in any unit; as measured, once.
    """
    if progress is SILENT:
        return (SILENT,) * len(shares)
    begins = [sum(shares[:part]) / sum(shares) for part in range(len(shares))]
    return tuple(
        Part(progress, begin, share / sum(shares))
        for begin, share in zip(begins, shares, strict=True)
    )


def within(progress: "Progress", done: int, more: int, total: int) -> "Progress":
    """The progress of a piece of counted work that counts something itself.

    Args:
        progress: That of all the work.
        done: How much of it is done before the piece.
        more: How much of it the piece is.
        total: How much all of it is.
    """
    return progress if progress is SILENT else Part(progress, done / total, more / total)


class TimeLeft:
    """How long work will still take, told from how fast it was: all along, and of late.

    Where a step says how far all of it is, that is what the time is told from, else its part.
    Nothing is said before something can be, nor once the time that was said has run out in silence.

    Args:
        now: When the work began, in seconds of any clock.
    """

    def __init__(self, now: float) -> None:
        self._marks = [(0.0, now)]
        self._total = 0
        self._is_whole = False
        self._is_loading = True
        self._end: tuple[float, float] | None = None
        self._expected: float | None = None

    def expect(self, seconds: float | None, now: float) -> None:
        """Begin a step that is known to take this long, where that is known."""
        self._begin(0.0, now, is_whole=True)
        self._expected = seconds
        self._end = None if seconds is None else (now + seconds, now)

    def heard(self, done: float, total: int, overall: float | None, now: float) -> None:
        """Take in one tick."""
        if overall is None and (total <= 0 or self._is_whole):
            return
        far = min(1.0, done / total if overall is None else overall)
        before = self._marks[-1][0]
        is_another = total != self._total or far < before
        is_step_anew = not self._is_whole or far < before - FEW
        if is_another if overall is None else is_step_anew:
            self._expected = None
            self._begin(far, now, is_whole=overall is not None)
        elif far > before:
            self._marks.append((far, now))
            self._tell(now)
            if self._is_loading:
                self._is_loading = False
                self._marks = [(far, now)]  # what the first one needs says nothing of the rest
        self._total = total

    def seconds(self, now: float) -> float | None:
        """Seconds that are left now; None where that cannot be told."""
        if self._end is None or self._end[0] <= now:
            return None
        return self._end[0] - now

    def _begin(self, far: float, now: float, *, is_whole: bool) -> None:
        self._marks, self._end = [(far, now)], None
        self._is_whole, self._is_loading = is_whole, not is_whole

    def _tell(self, now: float) -> None:
        """Foresee the end; smoothed by what was foreseen shortly before."""
        begin, at = self._marks[0]
        far, passed = self._marks[-1][0], now - at
        if far >= 1:
            self._end = None
            return
        pace = self._pace(far - begin, passed, now)
        if pace is None:
            return
        end = now + (1 - far) * pace
        if self._end is not None:
            weight = min(1.0, (now - self._end[1]) / (passed * SMOOTH)) if passed else 1.0
            end = self._end[0] + weight * (end - self._end[0])
        self._end = end, now

    def _pace(self, far: float, passed: float, now: float) -> float | None:
        """Seconds that all of it takes at the pace of now; None where that cannot be told."""
        if passed < SOON or (self._is_loading and far < FEW):
            return self._expected
        if len(self._marks) > MARKS:
            self._marks = [self._marks[0], *self._marks[2::2]]
        # of all the time, and of its last quarter: a slow beginning is soon forgotten
        since, when = next(m for m in reversed(self._marks) if m[1] <= now - passed / 4)
        of_late = (now - when) / (self._marks[-1][0] - since)
        pace = math.pow(passed / far, 0.25) * math.pow(of_late, 0.75)
        if self._expected is None:
            return pace
        sure = min(1.0, far / SURE)
        return math.exp(sure * math.log(pace) + (1 - sure) * math.log(self._expected))


SILENT = Silent()
