"""The files of one job, and the lock that says whether it lives."""

import os
import re
import threading
import time
from pathlib import Path

from contrast_engine.errors import JobError
from contrast_engine.store import Workspace

LOCK_HANDLE = "CONTRAST_JOB_LOCK"
"""Environment variable that hands the worker the lock it holds while it lives."""

_PROBES, _SECONDS_BETWEEN = 3, 0.003
"""Somebody else who asks at the same moment holds the lock for microseconds."""

_asking = threading.Lock()

_ID = re.compile(r"[0-9a-f]{16}")


def is_job_id(name: str) -> bool:
    """True for what can be the name of a job."""
    return _ID.fullmatch(name) is not None


class JobFiles:
    """The files of one job."""

    def __init__(self, workspace: Workspace, job: str) -> None:
        if not is_job_id(job):
            raise JobError(f"{job!r} is no job; a job's name is 16 hex digits")
        folder = workspace.root / "jobs"
        self.status = folder / f"{job}.json"
        self.log = folder / f"{job}.log"
        self.metrics = folder / f"{job}.metrics.jsonl"
        self.cancel = folder / f"{job}.cancel"
        self.lock = folder / f"{job}.lock"

    def remove(self) -> None:
        """Forget the job; its record goes last, so that one half removed is removed again."""
        for path in (self.log, self.metrics, self.cancel, self.lock, self.status):
            try:
                path.unlink(missing_ok=True)
            except PermissionError:
                return  # held open by someone, as Windows has it: the next time, then

    def is_alive(self) -> bool:
        """True while the job's process lives."""
        try:
            handle = _opened(self.lock)
        except OSError:
            return False
        try:
            with _asking:
                return not taken(handle)
        finally:
            os.close(handle)  # which lets go of the lock, too


def taken(handle: int) -> bool:
    """Whether the lock of an open file is now held through it; others who only ask do not count."""
    from filelock import lock_descriptor

    for probe in range(_PROBES):
        if lock_descriptor(handle, blocking=False):
            return True
        if probe < _PROBES - 1:
            time.sleep(_SECONDS_BETWEEN)
    return False


def _opened(path: Path) -> int:
    own = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)  # no link, no pipe: a lock
    try:
        return os.open(path, os.O_RDWR | own)  # over a network, only what can be written is locked
    except OSError:
        return os.open(path, os.O_RDONLY | own)  # on a disk of this machine, anything can
