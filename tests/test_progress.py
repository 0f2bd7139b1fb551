from contrast_engine.progress import OVERALL, SILENT, Progress, in_parts


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
