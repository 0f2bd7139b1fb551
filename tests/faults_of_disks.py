"""Faults of a disk, made for real and mended again: full, read-only, damaged, replaced, gone."""

import contextlib
import ctypes
import os
import resource
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

LOGS = (
    "labels.sqlite",
    "comparisons.sqlite",
    "edits.sqlite",
    "selections.sqlite",
    "thumbs.sqlite",
)


@contextlib.contextmanager
def full_disk(room: int = 0, pid: int = 0) -> Iterator[None]:
    """No file may grow beyond `room` bytes: what a process meets on a full disk.

    Args:
        room: In bytes.
        pid: The process that has no room; 0 for this one.
    """
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


@contextlib.contextmanager
def read_only(root: Path) -> Iterator[None]:
    """The folder and all in it may only be read, by this thread and those that it starts."""
    known = {path: path.stat().st_mode for path in (root, *root.rglob("*"))}
    for path in reversed(known):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        with _bound_by_permissions():
            yield
    finally:
        for path, mode in known.items():
            path.chmod(mode)


@contextlib.contextmanager
def _bound_by_permissions() -> Iterator[None]:
    """Take from root, for a while, what lets it write what nobody may write."""
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    held = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable, twice
    assert libc.capget(header, held) == 0
    less = (ctypes.c_uint32 * 6)(*held)
    less[0] &= ~0b110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    assert libc.capset(header, less) == 0
    try:
        yield
    finally:
        assert libc.capset(header, held) == 0


@contextlib.contextmanager
def in_its_place(path: Path, put: Callable[[Path], object]) -> Iterator[None]:
    """Something else lies where a file or folder lay; it is put back afterwards."""
    aside = path.with_name(f"{path.name}.aside")
    path.rename(aside)
    put(path)
    try:
        yield
    finally:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        aside.rename(path)


def nothing(path: Path) -> None:
    """It is gone."""


def folder(path: Path) -> None:
    """A folder of that name."""
    path.mkdir()


def noise(path: Path) -> None:
    """A file of that name that is something else."""
    path.write_bytes(bytes(range(256)) * 64)


def foreign_database(path: Path) -> None:
    """A SQLite file of another program."""
    _made_aside(path, "CREATE TABLE recipes (cake TEXT)")


def newer_version(path: Path) -> None:
    """A log that a later version of this program wrote."""
    shutil.copy(path.with_name(f"{path.name}.aside"), path.with_name("made aside"))
    _made_aside(path, "PRAGMA user_version = 99")


def _made_aside(path: Path, statement: str) -> None:
    aside = path.with_name("made aside")
    with contextlib.closing(sqlite3.connect(aside)) as connection:
        connection.execute(statement)
        connection.commit()
    aside.rename(path)
