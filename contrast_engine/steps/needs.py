"""What a collection of n images needs of memory and disk, as measured, and what is free.

The slopes are straight lines through what `tests/benchmarks/growth.py` measured at two sizes:
docs/benchmarks.md#memory-and-disk.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from contrast_engine.steps.cores import free_memory


@dataclass(frozen=True)
class Need:
    """What one thing needs.

    Args:
        name: The thing, in words.
        megabytes: Memory of a process that does it, without the images.
        bytes_an_image: Memory on top, for each image.
        instead: What to do where that does not fit.
    """

    name: str
    megabytes: float
    bytes_an_image: float
    instead: str

    def memory(self, n: int) -> int:
        """Bytes of memory for `n` images."""
        return int(self.megabytes * 1e6 + self.bytes_an_image * n)


SPLIT = "work on a part of it: scan fewer folders into a workspace of their own"

NEEDS = (
    Need("opening it", 131, 190, SPLIT),
    Need("taking images in", 233, 640, SPLIT),
    Need("pages of the app", 294, 730, f"use the commands instead of the app, or {SPLIT}"),
    Need("export", 300, 210, "export a selection at a time: `contrast selection export`"),
    Need("outliers", 244, 2_630, SPLIT),
    Need("clustering", 294, 1_120, f"use k-means, which needs least, or {SPLIT}"),
    Need("the PCA map", 192, 555, SPLIT),
    Need("training", 660, 10, "train with a smaller batch_size, or on another machine"),
)
"""Most that each held at once (own measurement)."""

COPY_SIZE = 96
COPY_BYTES = 3 * COPY_SIZE**2
"""Disk of one training copy of the usual size."""

WORTH = 0.9
"""Share of the free memory that a step may take before it is warned of (own choice)."""


def memory_free() -> int | None:
    """Bytes of memory that are free; None where the system does not say.

    A limit of a container counts. Where only all of it is known, half is taken to be free.
    """
    free = free_memory()
    if free is not None:
        return free
    if sys.platform == "win32":
        return _windows()
    if sys.platform == "darwin":
        return _mac()
    return _half()


def training_copies(n: int) -> int:
    """Bytes on the disk of the training copies of `n` images."""
    return n * COPY_BYTES


KINDS_OF_FILES = {
    "thumbnails": ("thumbs.sqlite", "thumbs.sqlite-wal", "thumbs.sqlite-shm"),
    "training copies": ("cache",),
    "results": ("features", "embeddings", "maps", "clusterings", "predictions", "reports",
                "attributes", "retraining"),
    "models": ("models",),
    "labels": ("labels.sqlite", "labels.sqlite-wal", "labels.sqlite-shm"),
    "originals taken in": ("imports", "added"),
}  # fmt: skip
"""Names at the top of a workspace by what they are; all others are "other"."""


def disk_by_kind(root: Path) -> dict[str, int]:
    """Bytes in a workspace by what they are for."""
    of = {name: kind for kind, names in KINDS_OF_FILES.items() for name in names}
    found = dict.fromkeys((*KINDS_OF_FILES, "other"), 0)
    for entry in root.iterdir():
        found[of.get(entry.name, "other")] += _bytes(entry)
    return found


def _bytes(path: Path) -> int:
    if path.is_symlink() or not path.is_dir():
        return path.lstat().st_size
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                total += (Path(folder) / name).lstat().st_size
            except OSError:  # gone meanwhile
                continue
    return total


def _half() -> int | None:
    if not hasattr(os, "sysconf"):
        return None
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (ValueError, OSError):
        return None


def _mac() -> int | None:
    try:
        said = subprocess.run(["/usr/bin/vm_stat"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.SubprocessError):
        return _half()
    return pages_free(said.stdout) or _half()


def pages_free(said: str) -> int | None:
    """Bytes that are free by what `vm_stat` of a Mac says; None where it says something else."""
    head, _, rest = said.partition("\n")
    size = "".join(c for c in head if c.isdigit())
    pages = 0
    for line in rest.splitlines():
        name, _, number = line.partition(":")
        if name.strip() in {"Pages free", "Pages inactive", "Pages speculative"}:
            pages += int(number.strip(" ."))
    return pages * int(size) if size and pages else None


def _windows() -> int | None:
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = [
            ("length", ctypes.c_ulong), ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in (
                "total", "free", "page_total", "page_free", "virtual_total", "virtual_free",
                "extended")),
        ]  # fmt: skip

    status = Status(length=ctypes.sizeof(Status))
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - only there on Windows
    if not kernel.GlobalMemoryStatusEx(ctypes.byref(status)):
        return None
    return int(status.free)
