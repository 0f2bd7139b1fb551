"""Images a second of `contrast predict --out` beside `contrast measure`, turn about.

    python -m tests.benchmarks.scoring_speed [FOLDER] [--rounds 5] [--images 200]

Both read the same files, which are in memory by the second round; the first is not counted. Each
round measures into a new workspace that was scanned before (the scan is not counted) and scores
into a new table, in an order that turns round from one round to the next. Processor time says the
same where other programs take a share of the machine.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from contrast_engine import steps
from contrast_engine.predict import Predictor
from contrast_engine.predict.scoring.score_file import score_files
from contrast_engine.store import Workspace
from tests.predict.conftest import made_model

SAMPLES = Path(__file__).parents[2] / "sample_data"


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock, and of the processor."""
    wall, processor = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - wall, time.process_time() - processor


def main() -> None:
    """Print images a second of both, and their ratio in every round."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path, default=SAMPLES)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--workers", type=int)
    asked = parser.parse_args()
    files = [p for p in sorted(asked.folder.rglob("*")) if p.suffix.lower() in {".jpg", ".png"}]
    files = files[: asked.images]
    predictor = Predictor(made_model("ordinal"))
    ratios: dict[str, list[float]] = {"clock": [], "processor": []}
    with tempfile.TemporaryDirectory() as name:
        for turn in range(asked.rounds + 1):
            here = Path(name) / str(turn)
            here.mkdir()
            workspace = Workspace(here / "w.contrast")
            steps.scan(workspace, files)

            def score(out: Path = here / "scores.parquet", log: Path = here / "log") -> object:
                return score_files(predictor, files, out, log=log, workers=asked.workers)

            def measure(workspace: Workspace = workspace) -> object:
                return steps.measure(workspace, workers=asked.workers)

            if turn % 2:
                scored, measured = timed(score), timed(measure)
            else:
                measured, scored = timed(measure), timed(score)
            if turn == 0:
                continue
            for kind, place in (("clock", 0), ("processor", 1)):
                ratios[kind].append(measured[place] / scored[place])
            print(
                f"round {turn}: measured {len(files) / measured[0]:.1f} images/s, scored "
                f"{len(files) / scored[0]:.1f}; ratio {ratios['clock'][-1]:.3f}, by processor time "
                f"{ratios['processor'][-1]:.3f}"
            )
    for kind, found in ratios.items():
        low, high = min(found), max(found)
        print(f"{kind}: median ratio {statistics.median(found):.3f} ({low:.3f} to {high:.3f})")


if __name__ == "__main__":
    main()
