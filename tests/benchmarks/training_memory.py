"""How much memory training takes, by network, size, pictures a step and pictures in all.

    PYTHONPATH=. python tests/benchmarks/training_memory.py [--folder FOLDER]

Every training is one epoch in a process of its own, on small photographs that were never taken
(`many_images.py`). Printed is the most memory that it held, in MB: all of it, and what is its own
and cannot be given back (the training copies are a mapped file, which counts in the first only).
Not part of the test suite.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = (
    ("vae", 64, 64, 1_000), ("vae", 64, 256, 1_000), ("vae", 64, 1024, 1_000),
    ("vae", 128, 64, 1_000), ("contrastive", 64, 64, 1_000), ("contrastive", 64, 256, 1_000),
    ("vae", 64, 64, 250), ("vae", 64, 64, 4_000),
)  # fmt: skip
"""Encoder, side in pixels, pictures a step, pictures."""


def main() -> None:
    """Train, and print a row for each training."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=None, help="where it works")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as made:
        print("| encoder | pixels | pictures a step | pictures | MB | MB of its own | s |")
        print("|---|---|---|---|---|---|---|", flush=True)
        for encoder, size, batch, n in RUNS:
            workspace = _workspace(Path(made), n)
            options = ("-o", f"size={size}", "-o", f"batch_size={batch}", "-o", "epochs=1")
            command = [sys.executable, "-m", "contrast_engine", "train", str(workspace), encoder,
                       *options]  # fmt: skip
            most, own, seconds = _watched(command)
            print(f"| {encoder} | {size} | {batch} | {n:,} | {most:.0f} | {own:.0f} |"
                  f" {seconds:.0f} |", flush=True)  # fmt: skip


def _workspace(folder: Path, n: int) -> Path:
    """A workspace of so many small photographs, each another one."""
    import cv2

    from tests.benchmarks.many_images import _picture

    workspace, photographs = folder / f"{n}.contrast", folder / str(n)
    if workspace.exists():
        return workspace
    photographs.mkdir()
    for number in range(n):
        cv2.imwrite(str(photographs / f"{number:05d}.jpg"), _picture(number, (160, 120)))
    command = [sys.executable, "-m", "contrast_engine", "gather", str(workspace), str(photographs)]
    subprocess.run(command, check=True, capture_output=True)
    return workspace


def _watched(command: list[str]) -> tuple[float, float, float]:
    """Most megabytes, most of its own, and processor seconds of a command."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    own = 0
    while True:
        done, status, used = os.wait4(child.pid, os.WNOHANG)
        if done:
            break
        text = Path(f"/proc/{child.pid}/status").read_text(encoding="ascii")
        rows = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
        own = max(own, int(rows.get("RssAnon", "0 kB").split()[0]))
        time.sleep(0.02)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        assert child.stderr is not None
        raise SystemExit(child.stderr.read().decode())
    return used.ru_maxrss / 1024, own / 1024, used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
