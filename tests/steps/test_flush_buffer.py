"""Items are saved many at a time, none twice, and none is lost when saving fails."""

import time

import pytest

from contrast_engine.steps.collection.flush_buffer import FlushBuffer


def test_items_are_saved_when_there_are_enough_and_the_rest_at_the_end():
    saved = []
    buffer = FlushBuffer(lambda items: saved.append(list(items)), most=3, seconds=60)
    for item in range(7):
        buffer.add(item)
    assert saved == [[0, 1, 2], [3, 4, 5]]
    buffer.flush()
    buffer.flush()
    assert saved == [[0, 1, 2], [3, 4, 5], [6]]


def test_items_are_saved_after_a_while_also_when_they_are_few():
    saved = []
    buffer = FlushBuffer(lambda items: saved.append(list(items)), most=100, seconds=0.25)
    buffer.add("early")
    time.sleep(0.3)
    buffer.add("late")
    assert saved == [["early", "late"]]


def test_slow_saving_is_done_less_often():
    saved = []

    def save(items):
        time.sleep(0.02)
        saved.append(list(items))

    buffer = FlushBuffer(save, most=1, seconds=60, patience=1000)
    for item in range(5):
        buffer.add(item)
    assert saved == [[0]]
    buffer.flush()
    assert saved == [[0], [1, 2, 3, 4]]


def test_what_could_not_be_saved_is_saved_the_next_time():
    saved, is_full = [], True

    def save(items):
        if is_full:
            raise OSError("the disk is full")
        saved.extend(items)

    buffer = FlushBuffer(save, most=2, seconds=60)
    buffer.add(1)
    with pytest.raises(OSError, match="full"):
        buffer.add(2)
    is_full = False
    buffer.flush()
    assert saved == [1, 2]
