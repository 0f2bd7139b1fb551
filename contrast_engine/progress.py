"""How long work says where it is, and hears that it should stop."""

from typing import Protocol


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


SILENT = Silent()
