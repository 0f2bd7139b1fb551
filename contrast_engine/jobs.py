"""Steps in the background: started once, watched from anywhere, stopped on request.

A job is a process of its own with four files in the workspace's `jobs` folder: its status, its
log, its metrics and, once someone wants it stopped, a cancel flag. It holds a lock that the
system frees when it ends, however it ends; that, and never a remembered process id, says whether
it lives. So a job outlives the page, the tab and the server that started it.
"""

import contextlib
import fcntl
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import contrast_engine
from contrast_engine.arrays import Json
from contrast_engine.errors import JobError, UnknownName
from contrast_engine.steps import STEPS
from contrast_engine.store import Workspace
from contrast_engine.store.files import json_text, read_json, reason, write_bytes, write_json

LOCK_HANDLE = "CONTRAST_JOB_LOCK"
"""Environment variable that hands the worker the lock it holds while it lives."""

PATIENCE_SECONDS = 3.0
"""How long a job may take to hear that it should stop, before it is stopped."""

FINAL = frozenset({"done", "failed", "cancelled", "lost"})

_ID = re.compile(r"[0-9a-f]{16}")


class _Child(subprocess.Popen[bytes]):
    """A process that may well outlive this one, so leaving it behind is no mistake."""

    def __del__(self, _maxsize: int = sys.maxsize) -> None:
        pass


_children: list[_Child] = []


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
        eta_seconds: Seconds this part will still take, or None while that is not known.
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

    @property
    def is_over(self) -> bool:
        """True once nothing more will happen."""
        return self.state in FINAL


class JobFiles:
    """The files of one job."""

    def __init__(self, workspace: Workspace, job: str) -> None:
        if not _ID.fullmatch(job):
            raise JobError(f"{job!r} is no job; a job's name is 16 hex digits")
        folder = workspace.root / "jobs"
        self.status = folder / f"{job}.json"
        self.log = folder / f"{job}.log"
        self.metrics = folder / f"{job}.metrics.jsonl"
        self.cancel = folder / f"{job}.cancel"
        self.lock = folder / f"{job}.lock"

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


class JobRunner:
    """Starts, watches and stops the jobs of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._over: dict[str, JobStatus] = {}

    def submit(self, step: str, **params: Any) -> str:
        """Start a step in a process of its own; give the job's name.

        Where the same step with the same arguments runs already, that job is given instead.

        Raises:
            UnknownName: There is no such step.
            JobError: The process could not be started.
            WorkspaceError: The disk is full.
        """
        if step not in STEPS:
            raise UnknownName(f"no step {step!r} to run; there are: {', '.join(STEPS)}")
        wanted = json.loads(json_text(params))
        with self._workspace.lock("jobs"):
            for status in self.jobs():
                if not status.is_over and (status.step, status.params) == (step, wanted):
                    return status.id
            job = f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(2)}"
            files = JobFiles(self._workspace, job)
            order = {"id": job, "step": step, "params": wanted, "state": "queued"}
            write_json(files.status, {**order, "started": time.time()})
            self._start(job, files)
        return job

    def status(self, job: str) -> JobStatus:
        """Give where a job is.

        Raises:
            JobError: There is no such job.
        """
        if job in self._over:
            return self._over[job]
        files = JobFiles(self._workspace, job)
        is_alive = files.is_alive()  # asked first: what is written before the end is then seen
        value = read_json(files.status)
        if value is None:
            raise JobError(f"there is no job {job!r} in this workspace")
        if value["state"] not in FINAL and not is_alive:
            value |= _ended(files, job)
        status = _status(value)
        if status.is_over:
            self._over[job] = status
        return status

    def cancel(self, job: str) -> None:
        """Ask a job to stop; it is stopped if it does not hear that within seconds.

        What it has saved so far is kept. A job that is over stays as it is.

        Raises:
            JobError: There is no such job.
        """
        if self.status(job).is_over:
            return
        files = JobFiles(self._workspace, job)
        write_bytes(files.cancel, b"")
        last_word = threading.Timer(PATIENCE_SECONDS, _stop, [files])
        last_word.daemon = True
        last_word.start()

    def events(self, job: str, since: int = 0) -> list[Json]:
        """Give the live metrics of a job after the first `since` of them.

        Raises:
            JobError: There is no such job.
        """
        files = JobFiles(self._workspace, job)
        if not files.status.exists():
            raise JobError(f"there is no job {job!r} in this workspace")
        try:
            lines = files.metrics.read_bytes().split(b"\n")[:-1]  # the last may be half-written
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in lines[since:]]

    def jobs(self) -> list[JobStatus]:
        """Give all jobs, newest first."""
        _reap()
        names = (path.stem for path in (self._workspace.root / "jobs").glob("*.json"))
        found = []
        for job in sorted((name for name in names if _ID.fullmatch(name)), reverse=True):
            with contextlib.suppress(JobError):  # a damaged status is no job
                found.append(self.status(job))
        return found

    def running(self, step: str | None = None) -> JobStatus | None:
        """Give the newest job that is not over, of this step if one is named."""
        for status in self.jobs():
            if not status.is_over and step in (None, status.step):
                return status
        return None

    def _start(self, job: str, files: JobFiles) -> None:
        lock = os.open(files.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        home = Path(contrast_engine.__file__).parents[1]
        environment = os.environ | {
            "OMP_NUM_THREADS": "1",
            "OMP_WAIT_POLICY": "passive",
            "PYTHONPATH": os.pathsep.join(
                filter(None, [str(home), os.environ.get("PYTHONPATH", "")])
            ),
            LOCK_HANDLE: str(lock),
        }
        # -P: a file beside the person's photographs must not pass for one of our modules
        command = [sys.executable, "-P", "-m", "contrast_engine.worker"]
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with files.log.open("wb") as log:
                child = _Child(
                    [*command, str(self._workspace.root), job],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=environment,
                    pass_fds=(lock,),
                    start_new_session=True,
                )
        except OSError as error:
            raise JobError(f"the job could not be started: {reason(error)}") from error
        finally:
            os.close(lock)  # the worker has its own hold on it
        _children.append(child)


def _status(value: Json) -> JobStatus:
    done, total = int(value.get("done", 0)), int(value.get("total", 0))
    return JobStatus(
        id=value["id"],
        step=value["step"],
        params=value["params"],
        state=value["state"],
        done=done,
        total=total,
        note=value.get("note", ""),
        error=value.get("error"),
        result=value.get("result"),
        started=float(value["started"]),
        eta_seconds=_eta(value, done, total),
    )


def _eta(value: Json, done: int, total: int) -> float | None:
    since, at, updated = (value.get(name) for name in ("part_done", "part_at", "updated"))
    if value["state"] != "running" or since is None or at is None or updated is None:
        return None
    if done <= since or updated - at < 1 or total <= done:
        return None
    left = (updated - at) / (done - since) * (total - done) - (time.time() - updated)
    return max(0.0, float(left))


def _ended(files: JobFiles, job: str) -> Json:
    """Say what became of a job whose process is gone without a last word."""
    if files.cancel.exists():
        return {"state": "cancelled"}
    why = (
        "the process ended without a word (killed, or out of memory); what it had saved is kept, "
        f"so start it again; see jobs/{job}.log"
    )
    return {"state": "lost", "error": why}


def _stop(files: JobFiles) -> None:
    """End the process of a job that did not hear its cancel flag."""
    value = read_json(files.status) or {}
    pid = value.get("pid")
    if files.is_alive() and isinstance(pid, int):  # it lives, so the number is still its own
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    _reap()


def _reap() -> None:
    """Let the system forget children that are over."""
    _children[:] = [child for child in _children if child.poll() is None]
