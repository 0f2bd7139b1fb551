"""Sums that never vary: linear algebra on one thread, for as long as a block lasts."""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any


def one_thread() -> AbstractContextManager[Any]:
    """A block in which scikit-learn and what it counts with add on one thread."""
    limit: AbstractContextManager[Any] = _libraries().limit(limits=1)
    return limit


@cache
def _libraries() -> Any:
    """What counts on threads, looked for once: that takes longer than finding a few means."""
    import sklearn.cluster  # noqa: F401 - it brings what it counts with
    from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

    return ThreadpoolController()
