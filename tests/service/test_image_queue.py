"""The bounded queue by itself."""

import asyncio
import threading

import pytest

from contrast_engine.service.image_queue import ImageQueue
from contrast_engine.service.refusals import Refusal


def test_answers_come_in_the_order_of_the_work() -> None:
    queue = ImageQueue(3, 100)
    found = asyncio.run(queue.run([lambda n=n: n for n in range(50)]))
    queue.close()
    assert found == list(range(50))
    assert queue.in_hand == 0


def test_after_a_defect_what_waits_is_dropped() -> None:
    queue, may_go, done = ImageQueue(1, 10), threading.Event(), []

    def defect() -> None:
        raise RuntimeError("a defect")

    def waits() -> None:
        assert may_go.wait(10)
        done.append("begun before")

    with pytest.raises(RuntimeError):
        asyncio.run(queue.run([defect, waits, lambda: done.append("waiting")]))
    may_go.set()
    asyncio.run(queue.run([lambda: None]))  # behind all that was waiting
    queue.close()
    assert "waiting" not in done
    assert queue.in_hand == 0


def test_what_does_not_fit_is_refused_whole_and_counts_nothing() -> None:
    queue, ran = ImageQueue(1, 2), []
    with pytest.raises(Refusal) as caught:
        asyncio.run(queue.run([lambda: ran.append(1)] * 4))
    assert (caught.value.status, caught.value.code) == (429, "queue_full")
    assert queue.in_hand == 0
    asyncio.run(queue.run([lambda: ran.append(1)] * 3))
    queue.close()
    assert ran == [1] * 3
