"""Memory that was freed, given back to the system: the allocator of Linux would keep it."""

import contextlib
import ctypes
import functools
import mmap
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

FROM = 300 * 2**20
"""Bytes that a process holds from which it is looked for what is free (own choice)."""

GROWN = 32 * 2**20
"""Bytes that it has to hold more than after the last time: looking takes 70 ms where much lies
scattered, which no key may wait for that has freed nothing (own choice)."""

_left = 0  # bytes held after the last time, or less since


@contextlib.contextmanager
def given_back() -> Iterator[None]:
    """What is done inside, after which freed memory goes back, however it ends."""
    try:
        yield
    finally:
        give_back()


def give_back() -> None:
    """Hand to the system what Python, NumPy and Arrow have freed.

    glibc keeps freed arrays of some megabytes between blocks in use: after the pages of a million
    images 150 MB. Nothing is done where little is held or little more than the last time, nor on
    other systems.
    """
    global _left
    trim = _trim()
    if trim is None:
        return
    held = _resident()
    _left = min(_left, held)
    if held < max(FROM, _left + GROWN):
        return
    if "pyarrow" in sys.modules:
        from contrast_engine.store.parquet import give_back_memory

        give_back_memory()
    trim(0)
    _left = _resident()


@functools.cache
def _trim() -> Callable[[int], int] | None:
    """What gives back the free memory of glibc; None without it."""
    if sys.platform != "linux":
        return None
    found: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return found


def _resident() -> int:
    """Bytes of this process in memory; Linux only."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * mmap.PAGESIZE
