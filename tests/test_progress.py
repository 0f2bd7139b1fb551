from collections.abc import Iterable

import pytest

from contrast_engine.progress import OVERALL, SILENT, Progress, TimeLeft, in_parts


class Heard:
    def __init__(self) -> None:
        self.ticks: list[tuple[int, int, str, dict[str, float]]] = []

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        self.ticks.append((done, total, note, metrics))


def overall(heard: Heard) -> list[float]:
    return [round(metrics[OVERALL], 6) for *_, metrics in heard.ticks]


def test_a_step_in_parts_counts_each_and_says_how_far_all_of_it_is() -> None:
    heard = Heard()
    search, layout = in_parts(heard, 30, 10)
    search.tick(0, 200, "searching")
    search.tick(100, 200, "searching", found=3)
    layout.tick(5, 10, "laying out")
    layout.tick(10, 10)
    assert [tick[:3] for tick in heard.ticks] == [
        (0, 200, "searching"), (100, 200, "searching"), (5, 10, "laying out"), (10, 10, ""),
    ]  # fmt: skip
    assert overall(heard) == [0, 0.375, 0.875, 1]
    assert heard.ticks[1][3]["found"] == 3


def test_a_part_may_have_parts_itself() -> None:
    heard = Heard()
    first, second = in_parts(heard, 1, 1)
    *_, last = in_parts(second, 1, 3)
    first.tick(1, 1)
    last.tick(1, 3)
    assert overall(heard) == [0.5, 0.75]


def test_a_part_without_a_known_end_stands_at_its_beginning_and_none_runs_over() -> None:
    heard = Heard()
    first, second = in_parts(heard, 1, 3)
    second.tick(0, 0, "looking")
    first.tick(7, 5)
    assert overall(heard) == [0.25, 0.25]


def test_nobody_who_listens_costs_nothing() -> None:
    parts: tuple[Progress, ...] = in_parts(SILENT, 1, 2)
    assert parts == (SILENT, SILENT)


def told(ticks: Iterable[tuple[float, float, int, float | None]], at: float) -> float | None:
    """The seconds that are said to be left at a moment, by ticks of (when, done, total, overall)."""
    left = TimeLeft(0)
    for when, done, total, overall in ticks:
        if when <= at:
            left.heard(done, total, overall, when)
    return left.seconds(at)


def as_whole(
    ends: Iterable[float], shares: Iterable[float]
) -> list[tuple[float, float, int, float]]:
    return [(end, 1, 1, share) for end, share in zip(ends, shares, strict=True)]


def test_the_time_left_of_even_work_is_exact_and_falls_by_a_second_a_second() -> None:
    ticks = [(second, second, 100, None) for second in range(100)]
    assert told(ticks, 1.5) is None, "one image says nothing: it may have loaded what it needs"
    for at in (10, 25, 50, 90, 98):
        assert told(ticks, at) == pytest.approx(100 - at, rel=0.02)
        assert told(ticks, at + 0.5) == pytest.approx(99.5 - at, rel=0.05)


def test_a_slow_start_is_soon_forgotten() -> None:
    loading = [(20 + second, second, 180, None) for second in range(181)]
    slow = as_whole((t for t in range(300)), (t / 900 if t < 30 else t / 300 for t in range(300)))
    assert told(loading, 22) == pytest.approx(178, rel=0.05)
    assert told(slow, 50) == pytest.approx(250, rel=0.4)


def test_parts_of_different_speed_tell_the_time_of_all_by_their_shares() -> None:
    heard = Heard()
    fast, slow = in_parts(heard, 1, 9)
    for done in range(101):
        fast.tick(done, 100)
    for done in range(1, 10):
        slow.tick(done, 9)
    ticks = [
        (float(t), done, total, metrics[OVERALL])
        for t, (done, total, _, metrics) in zip(
            [*(k / 10 for k in range(101)), *range(20, 110, 10)], heard.ticks, strict=True
        )
    ]
    for at in (5, 10, 30, 60, 90):
        assert told(ticks, at) == pytest.approx(100 - at, rel=0.05)


def test_shares_that_are_wrong_by_three_times_are_mended_on_the_way() -> None:
    ticks = as_whole(
        range(200), (t / 150 / 2 if t < 150 else 0.5 + (t - 150) / 100 for t in range(200))
    )
    assert told(ticks, 20) == pytest.approx(180, rel=0.7)
    assert told(ticks, 185) == pytest.approx(15, rel=1)


def test_what_is_said_does_not_jump_where_every_other_piece_is_slow() -> None:
    now, ticks = 0.0, []
    for done in range(200):
        ticks.append((now, done, 200, None))
        now += 0.1 if done % 2 else 1.9
    said = [told(ticks, at) for at in range(20, 190, 2)]
    ends = [at + left for at, left in zip(range(20, 190, 2), said, strict=True) if left is not None]
    assert len(ends) == len(said)
    assert max(ends) - min(ends) < 0.2 * now


def test_nothing_is_said_once_the_time_that_was_said_has_run_out() -> None:
    ticks = [(second, second, 100, None) for second in range(95)]
    assert told(ticks, 97) == pytest.approx(3, abs=0.5)
    assert told(ticks, 103) is None
    assert told([], 10) is None
    assert told([(1, 0, 0, None), (5, 0, 0, None)], 10) is None, "the end is not known"


def test_another_part_that_does_not_say_its_share_begins_anew() -> None:
    first = [(second / 10, second, 100, None) for second in range(101)]
    second = [(10 + 10 * k, k, 50, None) for k in range(50)]
    assert told([*first, *second], 9) == pytest.approx(1, rel=0.1)
    assert told([*first, *second], 15) is None
    assert told([*first, *second], 60) == pytest.approx(450, rel=0.1)
