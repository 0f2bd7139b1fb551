"""Faults of a disk, made for real and mended again: full, read-only, damaged, replaced, gone."""

import contextlib
import os
import resource
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

NOBODY = 65534
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
    """The folder and all in it may only be read, by root too: it is somebody else meanwhile."""
    known = {path: path.stat().st_mode for path in (root, *root.rglob("*"))}
    is_root = os.geteuid() == 0
    for path in reversed(known):
        path.chmod(0o555 if path.is_dir() else 0o444)
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        for path, mode in known.items():
            path.chmod(mode)


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
