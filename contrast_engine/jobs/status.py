"""Where a job is, read from what its process wrote and whether that process still lives."""

import time
from dataclasses import dataclass
from shutil import disk_usage
from typing import Any

from contrast_engine.arrays import Json
from contrast_engine.errors import JobError
from contrast_engine.jobs.files import JobFiles
from contrast_engine.store.atomic_files import read_json
from contrast_engine.store.collection import shown

FINAL = frozenset({"done", "failed", "cancelled", "lost"})
"""States in which nothing more will happen."""

LOADING = "loading what the work needs"
"""What a job does before its step says anything."""

_NEEDED = {"id", "step", "params", "state", "started"}
"""Without these a file is no record of a job: it was damaged or is another one."""

_SECONDS_TO_TAKE = 60.0
"""How long a worker that takes its own lock may need to get there."""

_NO_ROOM = 2**20
"""Bytes below which a disk is full for a job that ended without being able to write why."""


@dataclass(frozen=True)
class JobStatus:
    """Where a job is.

    Args:
        id: Names the job.
        step: What it does.
        params: With which arguments.
        state: queued, running, done, failed, cancelled or lost.
        done: How much of `total` is done; `total` is 0 while it is not known.
        total: How much there is to do in this part of the step.
        note: What it is doing, in words.
        error: Why it failed, in words.
        result: What the step gave, as JSON.
        started: Seconds since 1970.
        eta_seconds: Seconds it will still take, or this part where the step has parts and does
            not say how long each is; None while that is not known.
        overall: How far the whole step is, 0 to 1; None where it says so of its parts only.
    """

    id: str
    step: str
    params: Json
    state: str
    done: int
    total: int
    note: str
    error: str | None
    result: Any
    started: float
    eta_seconds: float | None
    overall: float | None = None

    @property
    def is_over(self) -> bool:
        """True once nothing more will happen."""
        return self.state in FINAL


def read_status(files: JobFiles, job: str) -> JobStatus:
    """Where a job is.

    Raises:
        JobError: There is no such job.
    """
    is_alive = files.is_alive()  # asked first: what is written before the end is then seen
    value = read_json(files.status)
    if value is None or not value.keys() >= _NEEDED:
        raise JobError(f"there is no job {job!r} in this workspace")
    try:
        # where locks are not inherited, a worker that has just been started holds none yet
        until = float(value.get("alive_until", 0))
        is_alive = is_alive or time.time() < until < time.time() + _SECONDS_TO_TAKE
        if str(value["state"]) not in FINAL and not is_alive:
            value |= _ended(files, job)
        return _status(value, job)
    except (TypeError, ValueError, OverflowError) as error:
        raise JobError(f"the record of job {job!r} in this workspace is damaged") from error


def _status(value: Json, job: str) -> JobStatus:
    done, total = int(value.get("done", 0)), int(value.get("total", 0))
    error, overall = value.get("error"), value.get("overall")
    if value["id"] != job or not isinstance(value["params"], dict):
        raise ValueError("it is of another job")
    return JobStatus(
        id=job,
        step=str(value["step"]),
        params=value["params"],
        state=str(value["state"]),
        done=done,
        total=total,
        note=str(value.get("note", "")),
        error=None if error is None else str(error),
        result=value.get("result"),
        started=float(value["started"]),
        eta_seconds=_eta(value),
        overall=None if overall is None else float(overall),
    )


def _eta(value: Json) -> float | None:
    """What the process said last, less the time since; None once that has run out."""
    said, updated = value.get("left"), value.get("updated")
    if value["state"] in FINAL or said is None or updated is None:
        return None
    left = float(said) - (time.time() - updated)
    return left if left > 0 else None


def _ended(files: JobFiles, job: str) -> Json:
    """What became of a job whose process is gone without a final status."""
    if files.cancel.exists():
        return {"state": "cancelled"}
    if disk_usage(files.status.parent).free < _NO_ROOM:
        where = files.status.parent.parent
        why = (
            f"the disk that holds {shown(where)} is full, and the process ended; what it had saved "
            "is kept: free some space and start it again"
        )
        return {"state": "lost", "error": why}
    why = (
        "the process ended without a word (killed, or out of memory); what it had saved is kept, "
        f"so start it again; see jobs/{job}.log"
    )
    return {"state": "lost", "error": why}
