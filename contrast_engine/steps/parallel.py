"""Two photographs at a time, answers in the order of the questions."""

import collections
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")

_AHEAD = 4
"""Questions in hand per thread: enough that none waits, few enough that memory stays small."""


def default_threads() -> int:
    """How many threads to use: two, or one on a machine with a single core."""
    return min(2, os.cpu_count() or 1)


def side_by_side(
    ask: Callable[[Question], Answer], questions: Iterable[Question], threads: int | None = None
) -> Iterator[tuple[Question, Answer]]:
    """Answer every question in threads, giving the answers in order as they are needed.

    Stopping early (an error, a cancel) drops the questions not yet begun.
    """
    import cv2

    cv2.setNumThreads(1)  # the threads here are the parallelism; OpenCV's own would fight them
    waiting: collections.deque[tuple[Question, Future[Answer]]] = collections.deque()
    count = threads or default_threads()
    with ThreadPoolExecutor(count, thread_name_prefix="images") as pool:
        try:
            for question in questions:
                waiting.append((question, pool.submit(ask, question)))
                if len(waiting) >= count * _AHEAD:
                    first, answer = waiting.popleft()
                    yield first, answer.result()
            while waiting:
                first, answer = waiting.popleft()
                yield first, answer.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
