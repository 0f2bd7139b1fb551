"""Several photographs at a time, answers in the order of the questions."""

import collections
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from contrast_engine.steps.cores import workers as number_of_workers

Question = TypeVar("Question")
Answer = TypeVar("Answer")

_AHEAD = 4
"""Questions in hand per thread: enough that none waits, few enough that memory stays small."""


def side_by_side(
    ask: Callable[[Question], Answer], questions: Iterable[Question], workers: int | None = None
) -> Iterator[tuple[Question, Answer]]:
    """Answer every question in threads, giving the answers in order as they are needed.

    Threads and no processes: decoding and arithmetic leave the interpreter free for five sixths of
    the time, a thread starts at once and shares the memory of all, and no system asks a script
    that calls this to be written in a special way. Stopping early (an error, a cancel) drops the
    questions not yet begun.

    Raises:
        OptionError: The number of workers is none.
    """
    import cv2

    cv2.setNumThreads(1)  # the threads here are the parallelism; OpenCV's own would fight them
    waiting: collections.deque[tuple[Question, Future[Answer]]] = collections.deque()
    count = number_of_workers(workers)
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
