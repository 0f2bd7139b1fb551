"""The process side of a job: `python -m contrast_engine.worker WORKSPACE JOB`."""

import dataclasses
import json
import math
import os
import sys
import time
import traceback
from typing import Any

from contrast_engine import extras
from contrast_engine.arrays import Json
from contrast_engine.errors import ContrastError, JobError
from contrast_engine.jobs import LOCK_HANDLE, JobFiles
from contrast_engine.jobs.files import taken
from contrast_engine.jobs.status import LOADING
from contrast_engine.progress import OVERALL, Cancelled, TimeLeft
from contrast_engine.steps import STEPS
from contrast_engine.store import Workspace
from contrast_engine.store.atomic_files import read_json, write_json

_WRITE_SECONDS = 0.25
_NICENESS = 5
"""How far the work stands back, so that the page it was started from stays quick."""


class JobProgress:
    """Writes where a step is into the job's files, and hears the cancel flag there.

    Args:
        files: The job's files.
        order: What the job has to do; its state is added to it.
    """

    def __init__(self, files: JobFiles, order: Json) -> None:
        self._files = files
        self._value: Json = {**order, "state": "running", "pid": os.getpid()}
        self._value.pop("alive_until", None)  # from here on, the lock says so
        self._value |= {"note": LOADING}
        self._began = time.monotonic()
        self._left = TimeLeft(time.time())
        self._written = -math.inf
        self.write()

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        """Report progress; every tick with metrics is one line in the metrics file.

        Raises:
            Cancelled: Someone asked the job to stop.
        """
        now = time.time()
        overall = metrics.pop(OVERALL, None)
        if overall is not None:
            self._value |= {"overall": overall}
        self._left.heard(done, total, overall, now)
        self._value |= {"left": self._left.seconds(now)}
        self._value |= {"done": done, "total": total, "note": note, "updated": now}
        if metrics:
            self._add_line({"done": done, "total": total, **metrics})
        if self._files.cancel.exists():
            raise Cancelled("the job was cancelled")
        if time.monotonic() - self._written >= _WRITE_SECONDS:
            self.write()

    def expect(self, name: str, n: int, seconds: float | None) -> None:
        """Hear that the step begins, and how long such a step takes."""
        self._left.expect(seconds, time.time())

    def write(self, **more: Any) -> None:
        """Write the status now, with these additions."""
        self._value |= more
        write_json(self._files.status, self._value)
        self._written = time.monotonic()

    def _add_line(self, numbers: Json) -> None:
        finite = {name: value if math.isfinite(value) else None for name, value in numbers.items()}
        seconds = round(time.monotonic() - self._began, 3)
        with self._files.metrics.open("a", encoding="ascii") as file:
            file.write(json.dumps({"t": seconds, **finite}, default=float) + "\n")


def main(arguments: list[str]) -> int:
    """The exit status of one job, which is run to its end."""
    root, job = arguments
    workspace = Workspace.open(root)
    files = JobFiles(workspace, job)
    _hold(files)
    if hasattr(os, "nice"):  # on Windows, whoever starts this process sets its priority
        os.nice(_NICENESS)
    order = read_json(files.status)
    if order is None:
        raise JobError(f"there is no job {job!r} in this workspace")
    progress = JobProgress(files, order)
    try:
        result = STEPS[order["step"]](workspace, **order["params"], progress=progress)
        progress.write(state="done", result=_as_json(result))
    except Cancelled:
        progress.write(state="cancelled")
    except ContrastError as error:
        progress.write(state="failed", error=str(error))
        return 1
    except ModuleNotFoundError as error:
        missing = extras.words(error)
        traceback.print_exc()
        progress.write(state="failed", error=missing or f"a part is not installed: {error}")
        return 1
    except Exception as error:  # noqa: BLE001 - the one place: a job must always say how it ended
        traceback.print_exc()
        progress.write(state="failed", error=f"an unexpected error: {error}; see jobs/{job}.log")
        return 1
    return 0


def _hold(files: JobFiles) -> None:
    """Hold the lock by which others know that this process lives; its own children do not."""
    handed = os.environ.pop(LOCK_HANDLE, "")
    if handed:
        os.set_inheritable(int(handed), False)
        return
    handle = os.open(files.lock, os.O_RDWR | os.O_CREAT, 0o644)
    if not taken(handle):
        os.close(handle)
        raise JobError("this job is running already")


def _as_json(result: Any) -> Any:
    if dataclasses.is_dataclass(result) and not isinstance(result, type):
        return dataclasses.asdict(result)
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
