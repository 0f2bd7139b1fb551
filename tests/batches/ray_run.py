"""A run of Ray from start to end, in a process of its own: what happened is printed as JSON.

python ray_run.py PHOTOS MORE OUT
"""

import contextlib
import io
import json
import os
import signal
import sys
import threading
from pathlib import Path

from contrast_engine.batches.attempts import PREFIX
from contrast_engine.batches.ray_job import local_ray, write_measured
from contrast_engine.cli import main


def said(*words: str) -> dict:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([*words, "--json"])
    try:
        document = json.loads(out.getvalue() or "{}")
    except ValueError:
        document = {"out": out.getvalue()}
    return {"code": code, "err": err.getvalue(), **document}


def parent(pid: int) -> int:
    status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    return int(status.rpartition(")")[2].split()[1])


def is_below(pid: int, above: int) -> bool:
    """Whether a process was started by another one, or by what that one started."""
    with contextlib.suppress(OSError):
        while pid > 1:
            if (pid := parent(pid)) == above:
                return True
    return False


def own_processes() -> list[int]:
    pids = [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]
    return [pid for pid in pids if pid == os.getpid() or is_below(pid, os.getpid())]


def busy_worker(out: Path) -> int | None:
    """One of this process's own workers that is in the middle of a part just now."""
    for log in out.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            start, *begun = log.read_text(encoding="ascii").splitlines()
            pid = int(start.removeprefix("start "))
            if len(begun) > 1 and is_below(pid, os.getpid()):
                return pid
    return None


def kill_one_worker(out: Path, killed: list[int], is_over: threading.Event) -> None:
    while not is_over.wait(0.002):
        if pid := busy_worker(out):
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)
            return


def listening() -> list[str]:
    """Addresses, as the system writes them, on which processes of this run take connections."""
    sockets = set()
    for pid in own_processes():
        with contextlib.suppress(OSError):
            sockets |= {os.readlink(each)[8:-1] for each in Path(f"/proc/{pid}/fd").iterdir()}  # noqa: PTH115
    lines = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]
    ]
    return sorted(
        {line[1].split(":")[0] for line in lines if line[3] == "0A" and line[9] in sockets}
    )


def run(photos: str, more: str, out: Path) -> dict:
    measure = (
        "measure",
        photos,
        "--engine",
        "ray",
        "--out",
        str(out),
        "--workers",
        "2",
        "--part-files",
        "3",
    )
    with local_ray(2):
        import ray  # after local_ray, which says what Ray may do

        killed: list[int] = []
        is_over = threading.Event()
        killer = threading.Thread(target=kill_one_worker, args=(out, killed, is_over))
        killer.start()
        first = said(*measure)
        is_over.set()
        killer.join()
        gone = sorted(out.glob("part-*"))[0]
        gone.unlink()
        dates = {part.name: part.stat().st_mtime_ns for part in out.glob("part-*")}
        second = said("measure", photos, more, *measure[2:])
        kept = all((out / name).stat().st_mtime_ns == date for name, date in dates.items())
        write_measured(
            [str(file) for file in sorted(Path(more).iterdir())], str(out.parent / "own")
        )
        told = {
            "usage": os.environ["RAY_USAGE_STATS_ENABLED"],
            "dashboard": ray._private.worker._global_node.webui_url,
            "listening": listening(),
        }
    return {"killed": killed, "first": first, "second": second, "kept": kept, **told}


if __name__ == "__main__":
    report = run(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    print("REPORT" + json.dumps(report))
