"""How fast Ray measures beside threads: the same parts, two local workers each, once it is warm.

    PYTHONPATH=. python tests/benchmarks/ray_speed.py [ROUNDS [FILES]]

Takes photographs of 1.3 megapixels as features_speed.py makes them. Both ways make the same parts from
the same files, one after the other in every round, the order of the two changing; all that Ray has to
do for that is in its time, except starting it. Not part of the test suite.
"""

import logging
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
from features_speed import make_photographs

from contrast_engine.batches.parts import Parts
from contrast_engine.batches.ray_job import local_ray, measure_with_ray
from contrast_engine.images import ReadingOptions

WORKERS = 2
PART_FILES = 20


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    copies = max(1, int(sys.argv[2]) // 10) if len(sys.argv) > 2 else 20
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        photos = Path(folder, "photos")
        files = many(make_photographs(Path(folder), 1.3), photos, copies)
        begun = time.perf_counter()
        with local_ray(WORKERS):
            ways: dict[str, Callable[[Path], None]] = {
                "threads": lambda out: by_threads(photos, out),
                "ray": lambda out: by_ray(photos, out),
            }
            for name, way in ways.items():  # what is imported and started is not in the numbers
                way(Path(folder, f"warm-{name}"))
            print(f"ray started and both warm after {time.perf_counter() - begun:.0f} s")
            seconds: dict[str, list[float]] = {name: [] for name in ways}
            for turn in range(rounds):
                for name in sorted(ways, reverse=bool(turn % 2)):
                    begun = time.perf_counter()
                    ways[name](Path(folder, f"{name}-{turn}"))
                    seconds[name].append(time.perf_counter() - begun)
                told = ", ".join(f"{name} {each[-1]:.2f} s" for name, each in seconds.items())
                print(f"round {turn}: {told}, load {os.getloadavg()[0]:.1f}", flush=True)
    print(f"{len(files)} files, {WORKERS} workers, {rounds} rounds, load {os.getloadavg()[0]:.1f}")
    for name, all_of in seconds.items():
        each = sorted(len(files) / s for s in all_of)
        print(
            f"  {name:8} {statistics.median(each):6.1f} images/s ({each[0]:.1f} to {each[-1]:.1f})"
        )
    ratios = sorted(t / r for t, r in zip(seconds["threads"], seconds["ray"], strict=True))
    print(f"  ray / threads {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")


def many(files: list[Path], folder: Path, copies: int) -> list[Path]:
    """The photographs under many names; each is measured as if it were another."""
    folder.mkdir()
    made = []
    for number in range(copies):
        for file in files:
            made.append(folder / f"{number}-{file.name}")
            made[-1].write_bytes(file.read_bytes())
    return made


def by_threads(photos: Path, out: Path) -> None:
    cv2.setNumThreads(1)
    parts = Parts(out, ReadingOptions())
    plan = parts.plan([photos], PART_FILES)
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda part: parts.make(*part), plan.parts.items()))


def by_ray(photos: Path, out: Path) -> None:
    measure_with_ray([photos], out, workers=WORKERS, part_files=PART_FILES)


if __name__ == "__main__":
    main()
