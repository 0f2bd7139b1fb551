"""Whether the time left that is said is true: every command that takes more than two seconds.

    PYTHONPATH=. python tests/benchmarks/progress_truth.py [--quick] [--folder FOLDER]

Each command runs in a process of its own on a copy of a collection of 10,000 images
(`many_images.py`, kept in FOLDER as `10000.contrast`) or of the photographs that come with the
app, with its progress written down instead of shown. Printed is a row per command: seconds, ticks,
the longest silence and what was said last before it, and what the time left said a tenth, a quarter
and a half of the way, as predicted total over true total; between .5 and 2 it was right within a
factor of two. `--clock processor` judges by the processor seconds of the command instead of the
wall, where others use the machine. `--write` makes the curves of `contrast_engine/paces.json` from
what was heard; a table that is printed in the same run was told from the curves of before. Not part
of the test suite.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
N = 10_000

CLOCKS = ("wall", "processor")
"""By which clock it is judged: that on the wall, or, where others load the machine, the processor
seconds of the command, which they hardly change."""

BIG = {
    "similar": ["similar", "WS", "ONE"],
    "outliers": ["outliers", "WS"],
    "duplicates": ["duplicates", "WS"],
    "issues": ["issues", "WS"],
    "selection": ["selection", "save", "WS", "third", "--filter", "feature.c_rms=~0.9"],
    "export-csv": ["export", "WS", "OUT/t.csv"],
    "export-issues": ["export", "WS", "OUT/i.csv", "--issues"],
    "export-parquet": ["export", "WS", "OUT/t.parquet"],
    "export-map": ["export", "WS", "OUT/m.html"],
    "kmeans": ["cluster", "WS", "kmeans", "-o", "n_clusters=7"],
    "ward": ["cluster", "WS", "hierarchical", "--look"],
    "mixture": ["cluster", "WS", "mixture", "--look"],
    "hdbscan": ["cluster", "WS", "hdbscan", "--look"],
    "choose-k": ["cluster", "WS", "--choose-k"],
    "pca": ["project", "WS", "pca", "--seed", "1"],
    "tsne": ["project", "WS", "tsne", "--look"],
    "umap": ["project", "WS", "umap", "--look"],
    "axes": ["axes", "WS"],
    "validate": ["validate", "WS"],
    "label-import": ["label", "import", "WS", "OUT/labels.csv"],
    "label-export": ["label", "export", "WS", "OUT/labels-out.csv"],
    "label-next": ["label", "next", "WS"],
    "pseudo-label": ["pseudo-label", "WS"],
    "agreement": ["agreement", "WS"],
    "rank-next": ["rank", "next", "WS"],
    "report": ["report", "WS", "OUT/report.html"],
    "overview": ["overview", "WS"],
    "backup": ["backup", "WS", "OUT/copy.zip"],
    "restore": ["restore", "OUT/copy.zip", "OUT/back.contrast"],
    "reproduce": ["reproduce", "WS"],
    "gather": ["gather", "WS", "NEW"],
    "place": ["place", "WS"],
}
"""Commands on the large collection, in an order in which each finds what it needs."""

SMALL = {
    "s-scan": ["scan", "SMALL", "PHOTOS"],
    "s-measure": ["measure", "SMALL"],
    "s-pca": ["project", "SMALL", "pca"],
    "s-kmeans": ["cluster", "SMALL", "kmeans", "-o", "n_clusters=4"],
    "s-issues": ["issues", "SMALL", "--look"],
    "s-inspect": ["inspect", "PHOTOS"],
    "s-train": ["train", "SMALL", "vae", "--preset", "quick"],
    "s-place": ["place", "SMALL"],
    "s-duplicates": ["duplicates", "SMALL"],
    "s-complexity": ["complexity", "SMALL"],
    "s-sabotage": ["sabotage", "SMALL"],
    "s-validate": ["validate", "SMALL"],
    "s-illuminants": ["illuminant", "estimate", "SMALL"],
    "s-report": ["report", "SMALL", "OUT/small.html"],
    "s-reproduce": ["reproduce", "SMALL", "--check"],
    "s-ladders": ["ladders"],
}
"""Commands on photographs."""


READ_PHOTOGRAPHS = frozenset({
    "gather", "s-scan", "s-measure", "s-issues", "s-inspect", "s-complexity", "s-illuminants",
})  # fmt: skip
"""Commands whose time depends on how large photographs are, and not only on how many."""

NOT_KEPT = frozenset({"duplicates", "s-duplicates", "similar", "place", "s-place"})
"""Commands whose curve says nothing of others: drawn pictures are all alike, comparing a few hundred
photographs is over before programs are loaded, and what is over at once has no curve."""

SLOW = frozenset({"hdbscan", "s-reproduce", "s-ladders"})
"""What `--quick` leaves out; the rest takes about six minutes."""


def main() -> None:
    """Measure and print the table; or be one of its commands."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=None, help="where the collection is kept")
    parser.add_argument("--images", type=int, default=N, help="of the large collection")
    parser.add_argument("--steps", nargs="*", default=[*BIG, *SMALL])
    parser.add_argument("--quick", action="store_true", help="leave the slowest out")
    parser.add_argument("--keep", type=Path, help="a folder for what was heard, one file a command")
    parser.add_argument("--photos", type=Path, default=ROOT / "sample_data")
    parser.add_argument("--limit", type=float, default=600, help="seconds for one command")
    parser.add_argument("--clock", choices=CLOCKS, default=CLOCKS[0])
    parser.add_argument("--again", type=Path, help="print the table of what was heard before")
    parser.add_argument("--write", action="store_true", help="and write the paces from it")
    parser.add_argument("--one", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        listen(Path(given.one[0]), given.one[1:])
        return
    if given.quick:
        given.steps = [name for name in given.steps if name not in SLOW]
    if not given.again:
        with tempfile.TemporaryDirectory() as kept:
            given.again = given.keep or Path(kept)
            measure(given)
            if given.write:
                write(given)
        return
    print(HEAD)
    for file in sorted(given.again.glob("*.json"), key=lambda file: file.stat().st_mtime):
        print(row(file.stem, json.loads(file.read_text()), given.clock), flush=True)
    if given.write:
        write(given)


HEAD = """| command | seconds | ticks | longest silence, s | at 10 % | at 25 % | at 50 % | silent in |
|---|---|---|---|---|---|---|---|"""


def measure(given: argparse.Namespace) -> None:
    """Run the commands and print a row for each."""
    with tempfile.TemporaryDirectory(dir=given.folder) as made:
        scratch = Path(made)
        given.again.mkdir(parents=True, exist_ok=True)
        known = _material(given, scratch)
        print(HEAD, flush=True)
        for name in given.steps:
            words = [
                known.get(word, word.replace("OUT", str(scratch)))
                for word in (BIG | SMALL).get(name, ())
            ]
            heard = given.again / f"{name}.json"
            heard.unlink(missing_ok=True)
            command = [sys.executable, __file__, "--one", str(heard), *words]
            try:
                subprocess.run(command, timeout=given.limit, capture_output=True, check=False)
            except subprocess.TimeoutExpired:
                print(f"| {name} | more than {given.limit:.0f} |", flush=True)
                continue
            if not heard.exists():
                print(f"| {name} | ended without a word |", flush=True)
                continue
            print(row(name, json.loads(heard.read_text()), given.clock), flush=True)


def _material(given: argparse.Namespace, scratch: Path) -> dict[str, str]:
    """What the capital words of the commands stand for."""
    from tests.benchmarks import growth

    growth._take_photographs(scratch / "new", 10**6)
    big = growth._workspace(given.images, given.folder or scratch, scratch)
    _write_labels(big, scratch / "labels.csv")
    return {
        "WS": str(big), "NEW": str(scratch / "new"), "ONE": growth._an_image(big),
        "SMALL": str(scratch / "small.contrast"), "PHOTOS": str(given.photos),
    }  # fmt: skip


def _write_labels(big: Path, file: Path) -> None:
    """Labels of three kinds for a third of the images, by two people."""
    from contrast_engine import Workspace

    ids = Workspace.open(big).images.ids
    rows = [f"{ids[at]},{('low', 'middle', 'high')[at % 5 % 3]},{'ab'[at % 2]}"
            for at in range(0, len(ids), 3)]  # fmt: skip
    file.write_text("\n".join(["id,label,annotator", *rows]) + "\n", encoding="utf-8")


def listen(file: Path, words: list[str]) -> None:
    """Run one command and write down what its progress said, and when.

    What is heard is the count and not the time that was made of it, so that paces can be measured.
    """
    events: list[Any] = []
    began = time.monotonic()

    def note(kind: str, *more: Any) -> None:
        events.append([time.monotonic() - began, time.process_time(), kind, *more])

    class Listener:
        def tick(self, done: int, total: int, said: str = "", **metrics: float) -> None:
            note("tick", done, total, metrics.get("overall"), said)

        def expect(self, name: str, n: int, seconds: float | None) -> None:
            note("expect", name, n)

    @contextmanager
    def heard(title: str) -> Iterator[Listener]:
        note("begin", title)
        yield Listener()
        note("end", title)

    @contextmanager
    def opened(title: str, known: Any) -> Iterator[None]:
        note("opened", *known[:2])
        yield

    from contrast_engine import pace
    from contrast_engine.cli import main as command
    from contrast_engine.cli import progress_line

    pace.measured_paces = dict  # type: ignore[assignment]
    progress_line.progress_line = heard  # type: ignore[assignment]
    progress_line.opened_line = opened  # type: ignore[assignment]
    code = command(words)
    note("over")
    file.write_text(json.dumps({"code": code, "events": events}), encoding="utf-8")


def row(name: str, heard: dict[str, Any], clock: str) -> str:
    """One row of the table."""
    events = [[event[CLOCKS.index(clock)], *event[2:]] for event in heard["events"]]
    seconds = events[-1][0]
    told = [event for event in events if event[1] == "tick"]
    times = [(0.0, "loading"), *((tick[0], tick[5]) for tick in told), (seconds, "")]
    silence, words = max((later[0] - sooner[0], sooner[1]) for sooner, later in pairwise(times))
    said = " | ".join(_said(events, seconds * share, seconds) for share in (0.1, 0.25, 0.5))
    failed = f" (exit {heard['code']})" if heard["code"] else ""
    return f"| {name}{failed} | {seconds:.1f} | {len(told):,} | {silence:.1f} | {said} | {words} |"


def _said(events: list[Any], now: float, seconds: float) -> str:
    """The total that was predicted at a moment, over the true one."""
    from contrast_engine.pace import Paced, pace_of
    from contrast_engine.progress import TimeLeft

    left = TimeLeft(0.0)

    class Clock:
        at = 0.0

        def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
            left.heard(done, total, metrics.get("overall"), self.at)

        def expect(self, name: str, n: int, seconds: float | None) -> None:
            left.expect(seconds, self.at)

    told: Any = Clock()
    listener = Clock()
    for at, kind, *more in events:
        if at > now:
            break
        listener.at = at
        if kind == "opened":
            pace = pace_of(*more)
            listener.expect(*more, None if pace is None else pace.of_command)
        elif kind == "expect":
            pace = pace_of(*more)
            listener.expect(*more, None if pace is None else pace.seconds)
            told = Paced(listener, pace)
        elif kind == "begin":
            told = listener
            told.at = at
        elif kind == "tick":
            done, total, overall, _ = more
            told.tick(done, total, **({} if overall is None else {"overall": overall}))
    said = left.seconds(now)
    return "nothing" if said is None else f"{(now + said) / seconds:.2f}"


def write(given: argparse.Namespace) -> None:
    """Write what was heard as the paces that are shipped, in the place of those of the same n."""
    file = ROOT / "contrast_engine" / "paces.json"
    paces = json.loads(file.read_text(encoding="ascii"))
    for kept in sorted(given.again.glob("*.json")):
        if kept.stem in NOT_KEPT:
            continue
        heard = json.loads(kept.read_text())
        found = None if heard["code"] else _curve(heard["events"], CLOCKS.index(given.clock))
        if found is None:
            continue
        name, curve = found
        if kept.stem in READ_PHOTOGRAPHS:
            curve["seconds"] = None  # which are of any size
        others = [one for one in paces.get(name, []) if one["n"] != curve["n"]]
        paces[name] = sorted([*others, curve], key=lambda one: one["n"])
    rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(paces[name])}" for name in sorted(paces))
    file.write_text("{\n" + rows + "\n}\n", encoding="ascii")


def _curve(events: list[Any], clock: int) -> tuple[str, dict[str, Any]] | None:
    """Name of the step that a command ran, and how its time was spread over its count."""
    first = next((at for at, event in enumerate(events) if event[2] == "expect"), None)
    if first is None:
        return None
    name, n = events[first][3:]
    last = next(at for at, event in enumerate(events) if at > first and event[2] == "end")
    begin, end = events[first][clock], events[last][clock]
    far, points = 0.0, [(0.0, 0.0)]
    for event in events[first:last]:
        if event[2] != "tick":
            continue
        done, total, overall = event[3:6]
        now = overall if overall is not None else done / total if total else 0.0
        now = round(min(now, 1.0), 4)
        if now > far:
            far = now
            points.append((far, (event[clock] - begin) / (end - begin)))
    if far < 1:
        points.append((1.0, 1.0))
    kept = _corners(points)
    curve = {
        "n": max(1, n), "seconds": round(end - begin, 2), "before": round(begin, 2),
        "far": [x for x, _ in kept], "passed": [round(y, 4) for _, y in kept],
    }  # fmt: skip
    return name, curve


def _corners(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """As few of the points as give a line that is nowhere more than a hundredth off."""
    (x0, y0), (x1, y1) = points[0], points[-1]
    slope = (y1 - y0) / (x1 - x0) if x1 > x0 else 0.0
    off = [abs(y - y0 - slope * (x - x0)) for x, y in points]
    worst = max(range(len(points)), key=off.__getitem__)
    if off[worst] < 0.01:
        return [points[0], points[-1]]
    return [*_corners(points[: worst + 1])[:-1], *_corners(points[worst:])]


if __name__ == "__main__":
    main()
