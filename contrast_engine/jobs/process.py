"""The processes of jobs: started apart from this one, and stopped if they must be."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import contrast_engine
from contrast_engine.arrays import Json
from contrast_engine.errors import JobError
from contrast_engine.jobs.files import LOCK_HANDLE, JobFiles, taken
from contrast_engine.store import Workspace
from contrast_engine.store.atomic_files import read_json, reason, write_bytes, write_json

HANDS_OVER = os.name == "posix"
"""True where a process inherits a lock that is held; elsewhere the worker takes it itself."""

SECONDS_TO_TAKE = 55.0
"""How long a worker that takes its own lock may need to get there."""

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
"""The signal that nothing outlives; SIGTERM is that on Windows."""


class _Child(subprocess.Popen[bytes]):
    """A process that may well outlive this one, so leaving it behind is no mistake."""

    def __del__(self, _maxsize: int = sys.maxsize) -> None:
        pass


_children: list[_Child] = []
_guard = threading.Lock()


def start(workspace: Workspace, files: JobFiles, order: Json) -> None:
    """Start the process of a job, holding the job's lock.

    Raises:
        JobError: The process could not be started.
        WorkspaceError: Its files could not be written.
    """
    write_bytes(files.lock, b"")
    lock = os.open(files.lock, os.O_RDWR)
    home = Path(contrast_engine.__file__).parents[1]
    environment = os.environ | {
        "OMP_NUM_THREADS": "1",
        "OMP_WAIT_POLICY": "passive",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(home), os.environ.get("PYTHONPATH", "")])),
    }
    apart = _apart()
    if HANDS_OVER:
        environment |= {LOCK_HANDLE: str(lock)}
        apart |= {"pass_fds": (lock,)}
    else:
        order = {**order, "alive_until": time.time() + SECONDS_TO_TAKE}
    # -P: a file beside the person's photographs must not pass for one of our modules
    command = [sys.executable, "-P", "-m", "contrast_engine.worker"]
    try:
        if HANDS_OVER and not taken(lock):
            raise JobError("the job could not be started: another process holds its lock")
        write_json(files.status, order)  # once locked: a job seen without its lock is lost
        with files.log.open("wb") as log:
            child = _Child(
                [*command, str(workspace.root), order["id"]],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                **apart,
            )
    except OSError as error:
        why = f"the job could not be started: {reason(error)}"
        write_json(files.status, {**order, "state": "failed", "error": why})
        raise JobError(why) from error
    finally:
        os.close(lock)  # the worker has its own hold on it
    with _guard:
        _children.append(child)


def _apart() -> dict[str, Any]:
    """How to start a process that a ctrl-c in this one's terminal does not reach."""
    if sys.platform == "win32":
        return {
            "creationflags": subprocess.CREATE_NEW_PROCESS_GROUP
            | subprocess.CREATE_NO_WINDOW
            | subprocess.BELOW_NORMAL_PRIORITY_CLASS
        }
    return {"start_new_session": True}


def stop(files: JobFiles) -> None:
    """End the process of a job that did not hear its cancel flag."""
    value = read_json(files.status) or {}
    pid = value.get("pid")
    job = files.status.stem
    if type(pid) is int and pid > 1 and files.is_alive() and _is_worker(pid, job):
        with contextlib.suppress(OSError):  # over already, or another person's
            os.kill(pid, KILL)
    reap()


def _is_worker(pid: int, job: str) -> bool:
    """Whether a process is that of a job: its record alone could name any other."""
    with _guard:
        if any(child.pid == pid for child in _children):
            return True
    if os.name != "posix":
        return False  # ends with its cancel flag, or with the server that started it
    try:
        said = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        if Path("/proc/self").exists():
            return False
        asked = ["ps", "-o", "command=", "-p", str(pid)]
        said = subprocess.run(asked, capture_output=True, check=False).stdout.split()
    return b"contrast_engine.worker" in said and job.encode() in said


def reap() -> None:
    """Let the system forget children that are over."""
    with _guard:
        _children[:] = [child for child in _children if child.poll() is None]
