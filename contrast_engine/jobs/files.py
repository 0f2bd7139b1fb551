"""The files of one job, and the lock that says whether it lives."""

import fcntl
import os
import re

from contrast_engine.errors import JobError
from contrast_engine.store import Workspace

LOCK_HANDLE = "CONTRAST_JOB_LOCK"
"""Environment variable that hands the worker the lock it holds while it lives."""

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
            path.unlink(missing_ok=True)

    def is_alive(self) -> bool:
        """True while the job's process lives."""
        try:
            handle = os.open(self.lock, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
        return False
