"""Starts, watches and stops jobs."""

import contextlib
import json
import secrets
import threading
import time
from typing import Any

from contrast_engine.access import Act, need
from contrast_engine.arrays import Json
from contrast_engine.errors import JobError, UnknownName
from contrast_engine.jobs.files import JobFiles, is_job_id
from contrast_engine.jobs.process import reap, start, stop
from contrast_engine.jobs.status import LOADING, JobStatus, read_status
from contrast_engine.steps import STEPS
from contrast_engine.steps.expected import expected_of_step
from contrast_engine.store import Workspace
from contrast_engine.store.atomic_files import json_text, write_bytes

PATIENCE_SECONDS = 3.0
"""How long a job may take to hear that it should stop, before it is stopped."""

REMEMBERED = 200
"""How many jobs that are over keep their record; older ones are forgotten."""


MOST_BYTES = 2**26
"""Bytes of live metrics that are read; the longest training writes a thousandth."""


class JobRunner:
    """Starts, watches and stops the jobs of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._over: dict[str, JobStatus] = {}

    def submit(self, step: str, **params: Any) -> str:
        """The name of the job that runs a step in a process of its own from now on.

        Where the same step with the same arguments runs already, it is that job.

        Raises:
            UnknownName: There is no such step.
            JobError: The process could not be started.
            WorkspaceError: The disk is full.
            NotAllowed: Who this acts for may run no steps.
        """
        need(Act.RUN)
        if step not in STEPS:
            raise UnknownName(f"no step {step!r} to run; there are: {', '.join(STEPS)}")
        wanted = json.loads(json_text(params))
        with self._workspace.lock("jobs"):
            known = self.jobs()
            for status in known:
                if not status.is_over and (status.step, status.params) == (step, wanted):
                    return status.id
            job = f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(2)}"
            order = {"id": job, "step": step, "params": wanted, "state": "queued"}
            order |= {"started": time.time()} | _expected(self._workspace, step, wanted)
            start(self._workspace, JobFiles(self._workspace, job), order)
            for status in [status for status in known if status.is_over][REMEMBERED:]:
                JobFiles(self._workspace, status.id).remove()
                self._over.pop(status.id, None)
        return job

    def status(self, job: str) -> JobStatus:
        """Where a job is.

        Raises:
            JobError: There is no such job.
        """
        if job in self._over:
            return self._over[job]
        status = read_status(JobFiles(self._workspace, job), job)
        if status.is_over:
            self._over[job] = status
        return status

    def cancel(self, job: str) -> None:
        """Ask a job to stop; it is stopped if it does not hear that within seconds.

        What it has saved so far is kept. A job that is over stays as it is.

        Raises:
            JobError: There is no such job.
        """
        need(Act.RUN)
        if self.status(job).is_over:
            return
        files = JobFiles(self._workspace, job)
        write_bytes(files.cancel, b"")
        last_word = threading.Timer(PATIENCE_SECONDS, stop, [files])
        last_word.daemon = True
        last_word.start()

    def events(self, job: str, since: int = 0) -> list[Json]:
        """The live metrics of a job after the first `since` of them.

        Raises:
            JobError: There is no such job.
        """
        files = JobFiles(self._workspace, job)
        if not files.status.exists():
            raise JobError(f"there is no job {job!r} in this workspace")
        try:
            with files.metrics.open("rb") as file:
                lines = file.read(MOST_BYTES).split(b"\n")[:-1]  # the last may be half-written
        except FileNotFoundError:
            return []
        return [_event(line) for line in lines[since:]]

    def jobs(self) -> list[JobStatus]:
        """All jobs, newest first."""
        reap()
        names = (path.stem for path in (self._workspace.root / "jobs").glob("*.json"))
        found = []
        for job in sorted((name for name in names if is_job_id(name)), reverse=True):
            with contextlib.suppress(JobError):  # a damaged status is no job
                found.append(self.status(job))
        return found

    def running(self, step: str | None = None) -> JobStatus | None:
        """The newest job that is not over, of this step if one is named."""
        for status in self.jobs():
            if not status.is_over and step in (None, status.step):
                return status
        return None


def _expected(workspace: Workspace, step: str, params: Json) -> Json:
    """How much a job will have to do and how long it will take, where that is known before."""
    known = expected_of_step(workspace.root, step, params)
    if known is None:
        return {}
    return {"total": known.n, "note": LOADING, "left": known.seconds, "updated": time.time()}


def _event(line: bytes) -> Json:
    """The metrics of a line; none where it is damaged, which keeps the others in their places."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
