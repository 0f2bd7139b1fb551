"""How long work says where it is, and hears that it should stop."""

from typing import Protocol

OVERALL = "overall"
"""The metric by which a tick says how far the whole step is, 0 to 1, and not only its part."""


class Cancelled(Exception):  # noqa: N818 - a request, not an error
    """Raised by `Progress.tick` once someone has asked the step to stop."""


class Progress(Protocol):
    """Anything that can be told how far a step has come."""

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        """Report `done` of `total`, with any live metrics.

        Raises:
            Cancelled: The step should stop now; what is already saved stays.
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


SILENT = Silent()
