"""The threads that look at pictures, and the bounded queue before them."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from contrast_engine.service.refusals import later

Answer = TypeVar("Answer")

_FIRST_GUESS = 0.05  # seconds an image, until one was timed
_WEIGHT = 0.1  # of the latest image in the running mean


class ImageQueue:
    """Runs work in threads, in the order it came; more than fits is refused at once.

    Args:
        workers: Threads.
        waiting: Pieces of work that may wait.
    """

    def __init__(self, workers: int, waiting: int) -> None:
        import cv2

        cv2.setNumThreads(1)  # the threads here are the parallelism; OpenCV's own would fight them
        self.workers = workers
        self.in_hand = 0
        self._most = workers + waiting
        self._seconds = _FIRST_GUESS
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="images")

    async def run(self, work: Sequence[Callable[[], Answer]]) -> list[Answer]:
        """The answers in the order of the work; given up by the caller, what waits is dropped.

        Raises:
            Refusal: The queue is full.
        """
        with self._lock:
            if self.in_hand + len(work) > self._most:
                seconds = self.in_hand * self._seconds / self.workers
                raise later(seconds, f"{self.in_hand} images are waiting already", "queue_full")
            self.in_hand += len(work)
        futures = [self._pool.submit(self._timed, one) for one in work]
        for future in futures:
            future.add_done_callback(self._done)
        try:
            return list(await asyncio.gather(*map(asyncio.wrap_future, futures)))
        finally:
            for future in futures:
                future.cancel()

    def close(self) -> None:
        """Wait for what has begun, drop what has not."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _timed(self, one: Callable[[], Answer]) -> Answer:
        start = time.monotonic()
        answer = one()
        self._seconds += _WEIGHT * (time.monotonic() - start - self._seconds)
        return answer

    def _done(self, _: Future[Answer]) -> None:
        with self._lock:
            self.in_hand -= 1
