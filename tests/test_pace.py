"""The time left is right within a factor of two, from a tenth of the time on."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contrast_engine import Workspace, pace, steps
from contrast_engine.pace import Curve, Paced, measured_paces, pace_of, paced
from contrast_engine.progress import OVERALL, SILENT, Progress, TimeLeft, in_parts
from contrast_engine.store.stored_files import StoredFiles

Work = Callable[[Progress, Callable[[float], None]], None]


class Screen:
    """Whoever listens, with a clock of its own: what is said to be left, and when."""

    def __init__(self) -> None:
        self.now = 0.0
        self.left = TimeLeft(0.0)
        self.said: list[tuple[float, float | None]] = []
        self.expected: list[tuple[str, int, float | None]] = []

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        self.left.heard(done, total, metrics.get(OVERALL), self.now)

    def expect(self, name: str, n: int, seconds: float | None) -> None:
        self.expected.append((name, n, seconds))
        self.left.expect(seconds, self.now)

    def work(self, seconds: float) -> None:
        """Let time pass, and look at the screen ten times meanwhile."""
        for _ in range(10):
            self.said.append((self.now, self.left.seconds(self.now)))
            self.now += seconds / 10


def even(progress: Progress, work: Callable[[float], None]) -> None:
    for done in range(100):
        progress.tick(done, 100, "going on")
        work(1)


def slow_start(progress: Progress, work: Callable[[float], None]) -> None:
    work(30)  # what is loaded
    for done in range(100):
        progress.tick(done, 100, "going on")
        work(3 if done < 5 else 1)


def unlike_parts(progress: Progress, work: Callable[[float], None]) -> None:
    reading, searching, drawing = in_parts(progress, 1, 1, 1)  # as nobody measured them
    for done in range(20):
        reading.tick(done, 20, "reading")
        work(0.5)
    searching.tick(0, 1, "searching")
    work(120)  # one call into a library, which says nothing
    for done in range(50):
        drawing.tick(done, 50, "drawing")
        work(0.1 + 0.02 * done)


def hurried(progress: Progress, work: Callable[[float], None]) -> None:
    work(0.9)
    progress.tick(1, 4, "loading")
    work(1.5)
    progress.tick(2, 4, "searching")
    work(0.2)
    progress.tick(3, 4, "writing")
    work(0.2)


KINDS: tuple[Work, ...] = (even, slow_start, unlike_parts, hurried)


def measured(kind: Work) -> Curve:
    """How the time of a kind of work is spread, by running it once."""
    clock = [0.0]
    points = [(0.0, 0.0)]

    class Ear:
        def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
            far = metrics.get(OVERALL, done / total)
            if far > points[-1][0]:
                points.append((far, clock[0]))

    def work(seconds: float) -> None:
        clock[0] += seconds

    kind(Ear(), work)
    far, at = zip(*points, (1.0, clock[0]), strict=True)
    return Curve(1_000, clock[0], far, tuple(second / clock[0] for second in at))


@pytest.fixture(autouse=True)
def paces(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[Curve, ...]]:
    """What was measured, in the place of what is shipped."""
    found = {kind.__name__: (measured(kind),) for kind in KINDS}
    monkeypatch.setattr(pace, "measured_paces", lambda: found)
    return found


def ratios(screen: Screen) -> Iterator[float | None]:
    """What was said to be the whole, over what it was, from a tenth on."""
    for at, left in screen.said:
        if 0.1 * screen.now <= at <= 0.95 * screen.now:
            yield None if left is None else (at + left) / screen.now


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("slower", [0.6, 1.0, 1.8])
def test_the_time_left_is_right_within_two_from_a_tenth_on(kind: Work, slower: float) -> None:
    screen = Screen()
    progress = paced(screen, kind.__name__, 1_000)
    kind(progress, lambda seconds: screen.work(slower * seconds))
    for ratio in ratios(screen):
        assert ratio is not None
        assert 0.5 < ratio < 2


@pytest.mark.parametrize("kind", [even, slow_start, unlike_parts], ids=lambda kind: kind.__name__)
def test_it_is_so_too_where_the_load_of_the_machine_doubles_half_way(kind: Work) -> None:
    screen = Screen()
    half = measured(kind).seconds or 0.0
    progress = paced(screen, kind.__name__, 1_000)
    kind(progress, lambda seconds: screen.work(seconds * (1 + (screen.now > half / 2))))
    said = [ratio for ratio in ratios(screen) if ratio is not None]
    assert len(said) > 0.9 * sum(1 for _ in ratios(screen)), "or it runs out in silence"
    assert all(0.5 < ratio < 2 for ratio in said)


def test_parts_that_nobody_measured_are_the_reason_for_measuring(
    paces: dict[str, tuple[Curve, ...]],
) -> None:
    paces.clear()
    screen = Screen()
    unlike_parts(paced(screen, "unlike_parts", 1_000), screen.work)
    assert any(ratio is None or not 0.5 < ratio < 2 for ratio in ratios(screen))


def test_a_machine_that_is_ten_times_slower_is_believed_after_a_tenth_of_the_work() -> None:
    screen = Screen()
    even(paced(screen, "even", 1_000), lambda seconds: screen.work(10 * seconds))
    assert all(ratio is not None and 0.5 < ratio < 2 for ratio in ratios(screen))


def test_between_two_sizes_the_time_is_spread_between_them(
    paces: dict[str, tuple[Curve, ...]],
) -> None:
    small = Curve(100, 1.0, (0.0, 1.0), (0.0, 1.0))
    large = Curve(10_000, 100.0, (0.0, 0.5, 1.0), (0.0, 0.1, 1.0))
    paces["step"] = (small, large)
    found = pace_of("step", 1_000)
    assert found is not None
    assert found.at(0.5) == pytest.approx(0.3)
    assert found.seconds == pytest.approx(10)
    beyond = pace_of("step", 20_000)
    assert beyond is not None
    assert beyond.at(0.5) == pytest.approx(0.1)
    assert beyond.seconds == pytest.approx(200), "by the growth of the two"
    before = pace_of("step", 50)
    assert before is not None
    assert before.seconds == pytest.approx(0.5)
    assert pace_of("other", 10) is None


def test_far_from_what_was_measured_the_seconds_are_not_known_and_the_spread_is(
    paces: dict[str, tuple[Curve, ...]],
) -> None:
    paces["step"] = (Curve(10_000, 100.0, (0.0, 0.5, 1.0), (0.0, 0.1, 1.0)),)
    for n in (10, 1_000, 100_000, 1_000_000):
        found = pace_of("step", n)
        assert found is not None
        assert found.seconds is None
        assert found.at(0.5) == 0.1
    near = pace_of("step", 20_000)
    assert near is not None
    assert 100 < (near.seconds or 0) < 200


def test_what_was_measured_is_whole_and_ascending() -> None:
    for name, curves in measured_paces().items():
        assert curves, name
        for curve in curves:
            assert curve.n > 0
            assert curve.seconds is None or curve.seconds > 0
            assert len(curve.far) == len(curve.passed)
            for one in (curve.far, curve.passed):
                assert list(one) == sorted(one)
                assert one[0] == 0
                assert one[-1] <= 1
            assert len(set(curve.far)) == len(curve.far)


def test_what_is_shipped_is_what_is_read() -> None:
    file = Path(pace.__file__).with_name("paces.json")
    assert set(json.loads(file.read_text(encoding="ascii"))) == set(measured_paces())


def test_a_step_within_a_step_leaves_the_time_to_the_whole() -> None:
    screen = Screen()
    whole = paced(screen, "even", 1_000)
    assert isinstance(whole, Paced)
    assert paced(whole, "slow_start", 10) is whole
    part, _ = in_parts(whole, 1, 1)
    assert paced(part, "slow_start", 10) is part
    assert paced(SILENT, "even", 1_000) is SILENT
    assert [name for name, *_ in screen.expected] == ["even"]


def test_to_know_how_many_images_there_are_no_table_of_files_is_read(
    tmp_path: Path, photographs: Callable[..., list[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    photographs(tmp_path / "photographs", 3)
    workspace = Workspace(tmp_path / "mine.contrast")
    steps.scan(workspace, [tmp_path / "photographs"])
    screen = Screen()
    paced(screen, "even", workspace)
    steps.measure(workspace)
    monkeypatch.setattr(StoredFiles, "read", lambda _: pytest.fail("the table of files is read"))
    paced(screen, "even", Workspace(workspace.root))
    assert paced(SILENT, "even", workspace) is SILENT
    assert [n for _, n, _ in screen.expected] == [3, 3]
