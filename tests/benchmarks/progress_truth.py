"""Whether the time left that is said is true: every command that takes more than two seconds.

    PYTHONPATH=. python tests/benchmarks/progress_truth.py [--folder FOLDER] [--steps NAME ...]

Each command runs in a process of its own on a copy of a collection of 10,000 images
(`many_images.py`, kept in FOLDER as `10000.contrast`) or of the photographs that come with the
app, with its progress written down instead of shown. Printed is a row per command: seconds, ticks,
the longest silence, and what the time left said a tenth and a quarter of the way, as predicted
total over true total; between .5 and 2 it was right within a factor of two. Not part of the test
suite.
"""

import argparse
import json
import shutil
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


def main() -> None:
    """Measure and print the table; or be one of its commands."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=None, help="where the collection is kept")
    parser.add_argument("--steps", nargs="*", default=[*BIG, *SMALL])
    parser.add_argument("--keep", type=Path, help="a folder for what was heard, one file a command")
    parser.add_argument("--photos", type=Path, default=ROOT / "sample_data")
    parser.add_argument("--limit", type=float, default=600, help="seconds for one command")
    parser.add_argument("--again", type=Path, help="print the table of what was heard before")
    parser.add_argument("--one", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        listen(Path(given.one[0]), given.one[1:])
    elif given.again:
        print(HEAD)
        for file in sorted(given.again.glob("*.json"), key=lambda file: file.stat().st_mtime):
            print(row(file.stem, json.loads(file.read_text())), flush=True)
    else:
        measure(given)


HEAD = """| command | seconds | ticks | longest silence, s | at 10 % | at 25 % | at 50 % |
|---|---|---|---|---|---|---|"""


def measure(given: argparse.Namespace) -> None:
    """Run the commands and print a row for each."""
    with tempfile.TemporaryDirectory(dir=given.folder) as made:
        scratch = Path(made)
        known = _material(given, scratch)
        print(HEAD, flush=True)
        for name in given.steps:
            words = [
                known.get(word, word.replace("OUT", str(scratch)))
                for word in (BIG | SMALL).get(name, ())
            ]
            heard = scratch / f"{name}.json"
            command = [sys.executable, __file__, "--one", str(heard), *words]
            try:
                subprocess.run(command, timeout=given.limit, capture_output=True, check=False)
            except subprocess.TimeoutExpired:
                print(f"| {name} | more than {given.limit:.0f} |", flush=True)
                continue
            if not heard.exists():
                print(f"| {name} | ended without a word |", flush=True)
                continue
            if given.keep:
                given.keep.mkdir(parents=True, exist_ok=True)
                shutil.copy(heard, given.keep)
            print(row(name, json.loads(heard.read_text())), flush=True)


def _material(given: argparse.Namespace, scratch: Path) -> dict[str, str]:
    """What the capital words of the commands stand for."""
    from tests.benchmarks import growth

    growth._take_photographs(scratch / "new", 10**6)
    big = growth._workspace(N, given.folder or scratch, scratch)
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
    """Run one command and write down what its progress said, and when."""
    ticks: list[Any] = []
    began = time.monotonic()

    class Listener:
        def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
            overall = metrics.get("overall")
            ticks.append([time.monotonic() - began, done, total, overall, note])

    @contextmanager
    def heard(title: str) -> Iterator[Listener]:
        ticks.append([time.monotonic() - began, 0, 0, None, f"begin {title}"])
        yield Listener()
        ticks.append([time.monotonic() - began, 0, 0, None, "end"])

    from contrast_engine.cli import main as command
    from contrast_engine.cli import progress_line

    progress_line.progress_line = heard  # type: ignore[assignment]
    code = command(words)
    seconds = time.monotonic() - began
    file.write_text(
        json.dumps({"seconds": seconds, "code": code, "ticks": ticks}), encoding="utf-8"
    )


def row(name: str, heard: dict[str, Any]) -> str:
    """One row of the table."""
    seconds, ticks = heard["seconds"], heard["ticks"]
    told = [tick for tick in ticks if not (tick[4].startswith("begin ") or tick[4] == "end")]
    times = [0.0, *(tick[0] for tick in told), seconds]
    silence = max(later - sooner for sooner, later in pairwise(times))
    said = " | ".join(_said(told, seconds, share) for share in (0.1, 0.25, 0.5))
    failed = f" (exit {heard['code']})" if heard["code"] else ""
    return f"| {name}{failed} | {seconds:.1f} | {len(told):,} | {silence:.1f} | {said} |"


def _said(ticks: list[Any], seconds: float, share: float) -> str:
    """The total that was predicted at a share of the time, over the true one."""
    from contrast_engine.progress import TimeLeft

    left, now = TimeLeft(0.0), seconds * share
    for at, done, total, overall, _ in ticks:
        if at > now:
            break
        left.heard(done, total, overall, at)
    said = left.seconds(now)
    return "nothing" if said is None else f"{(now + said) / seconds:.2f}"


if __name__ == "__main__":
    main()
