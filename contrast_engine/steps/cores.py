"""How many images are worked on at a time: what of this machine this process may use."""

import math
import os
from pathlib import Path

from contrast_engine.errors import OptionError

VARIABLE = "CONTRAST_WORKERS"
"""Environment variable that says how many images are worked on at a time."""

MOST = 8
"""Workers unless more are asked for: threads, of which one in six is busy in the interpreter at any
moment (docs/benchmarks.md), and only one of all can be."""

BYTES_EACH = 256 << 20
"""What one worker takes for a photograph of twelve megapixels, with room to spare."""

_CGROUPS = Path("/sys/fs/cgroup")
_MEMBERSHIP = Path("/proc/self/cgroup")
_MEMORY = Path("/proc/meminfo")


def workers(asked: int | None = None) -> int:
    """How many images to work on at a time.

    What is asked for, or else what the environment variable CONTRAST_WORKERS says, is taken as it
    is. Without either: every core that this process may use, as far as there is memory for it.

    Raises:
        OptionError: It is no whole number of at least 1.
    """
    if asked is not None:
        return _checked(str(asked), "workers")
    if text := os.environ.get(VARIABLE, "").strip():
        return _checked(text, VARIABLE)
    return most_workers()


def most_workers() -> int:
    """How many workers are used where nobody asks for a number."""
    free = free_memory()
    fitting = MOST if free is None else free // BYTES_EACH
    return max(1, min(cores(), MOST, fitting))


def cores() -> int:
    """The cores this process may use: those there are, less what it is kept from."""
    if hasattr(os, "process_cpu_count"):  # from Python 3.13 on
        count = os.process_cpu_count()
    elif hasattr(os, "sched_getaffinity"):  # not on every system
        count = len(os.sched_getaffinity(0))
    else:
        count = os.cpu_count()
    share = processor_share()
    # half a core is a core to work on: 1.5 of 64 are two threads that wait a little
    return max(1, min(count or 1, math.ceil(share) if share else count or 1))


def processor_share(folders: Path = _CGROUPS, membership: Path = _MEMBERSHIP) -> float | None:
    """The cores' worth of time that a container leaves this process; None where it leaves all."""
    shares = []
    for group in _groups(folders, membership):
        quota, _, period = _text(group / "cpu.max").partition(" ")  # the second version
        shares.append(_ratio(quota, period))
    for group in _groups(folders / "cpu", membership, "cpu"):  # the first
        quota = _text(group / "cpu.cfs_quota_us")
        shares.append(_ratio(quota, _text(group / "cpu.cfs_period_us")))
    return min((share for share in shares if share is not None), default=None)


def free_memory(
    table: Path = _MEMORY, folders: Path = _CGROUPS, membership: Path = _MEMBERSHIP
) -> int | None:
    """Bytes that can be taken without pushing something out; None where the system does not say."""
    free = []
    for line in _text(table).splitlines():
        name, _, value = line.partition(":")
        if name == "MemAvailable":
            free.append(int(value.split()[0]) << 10)
    for group in _groups(folders, membership):
        limit, used = _text(group / "memory.max"), _text(group / "memory.current")
        if limit.isdigit() and used.isdigit():
            free.append(max(0, int(limit) - int(used) + _given_back(group)))
    return min(free, default=None)


def _given_back(group: Path) -> int:
    """Bytes of files in memory, which count as used but make room when it is needed."""
    for line in _text(group / "memory.stat").splitlines():
        name, _, value = line.partition(" ")
        if name == "inactive_file":
            return int(value)
    return 0


def _groups(folders: Path, membership: Path, controller: str = "") -> list[Path]:
    """The folder of this process's control group and those around it: each may limit it."""
    for line in _text(membership).splitlines():
        _, names, path = [*line.split(":", 2), "", ""][:3]
        if controller in names.split(","):
            here = folders / path.strip().lstrip("/")
            return [here, *(above for above in here.parents if above.is_relative_to(folders))]
    return [folders]


def _ratio(quota: str, period: str) -> float | None:
    if not quota.isdigit() or not period.isdigit() or not int(period) or not int(quota):
        return None
    return int(quota) / int(period)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def _checked(text: str, name: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise OptionError(
            f"{name} must be a whole number of at least 1, got {text!r}; it says how many images "
            "are worked on at a time"
        )
    return int(text)
