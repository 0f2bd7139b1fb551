"""How measuring speeds up with threads and with processes, and what keeps threads back.

    PYTHONPATH=. python tests/benchmarks/workers_speed.py [LARGEST NUMBER OF WORKERS]

Takes the photographs of features_speed.py (1.3 and 12 megapixels). All ways are interleaved round by
round; medians of the rounds. Processor time is of all threads and processes together: what it rises
by is spent on waiting for one another. Not part of the test suite.

The share of the time in which one thread that measures holds the interpreter is read from outside,
out of this process's memory, a thousand times a second; Linux and Python 3.11 only. One over this
share is the most that any number of threads can reach.
"""

import ctypes
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import cv2
from features_speed import make_photographs

ROUNDS = 5
_INTERVAL = 7777  # microseconds; found again in memory by its oddness

WATCH = """
import sys, time
memory = open(f"/proc/{sys.argv[1]}/mem", "rb", buffering=0)
asked = held = 0
while True:
    memory.seek(int(sys.argv[2]))
    asked, held = asked + 1, held + any(memory.read(4))
    if asked % 200 == 0:
        print(held / asked, flush=True)
    time.sleep(0.001)
"""


def one(path: Path) -> float:
    """Do all that gathering does with one new file."""
    from contrast_engine.images import examine
    from contrast_engine.steps.collection.measure import measured

    cv2.setNumThreads(1)
    examined = examine(path)
    examined.thumbnail()
    return float(measured(examined.image())[0].sum())


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 2 * (os.cpu_count() or 1)
    counts = [n for n in (1, 2, 4, 8, 16, 32) if n <= most]
    start_up()
    with tempfile.TemporaryDirectory() as folder:
        for megapixels in (1.3, 12):
            files = make_photographs(Path(folder), megapixels)
            print(f"\n{megapixels:g} MP, {len(files)} files, {os.cpu_count()} cores")
            compare(files, counts)
            print(f"  the interpreter is held {held_share(files)} of the time by one thread")


def compare(files: list[Path], counts: list[int]) -> None:
    pools: dict[str, Executor] = {}
    spawn = multiprocessing.get_context("spawn")
    for count in counts:
        pools[f"{count} threads"] = ThreadPoolExecutor(count)
        pools[f"{count} processes"] = ProcessPoolExecutor(count, mp_context=spawn)
    wall: dict[str, list[float]] = {name: [] for name in pools}
    work: dict[str, list[float]] = {name: [] for name in pools}
    answers = set()
    for name, pool in pools.items():  # everything is imported and started before the clock runs
        list(pool.map(one, files * int(name.split()[0])))
    for _ in range(ROUNDS):
        for name, pool in pools.items():
            begun, worked = time.perf_counter(), processor_seconds(pool)
            answers.add(tuple(pool.map(one, files)))
            wall[name].append(time.perf_counter() - begun)
            work[name].append(processor_seconds(pool) - worked)
    for pool in pools.values():
        pool.shutdown()
    assert len(answers) == 1, "the number of workers changed a result"
    alone = statistics.median(wall["1 threads"])
    for name in pools:
        each = 1e3 * statistics.median(work[name]) / len(files)
        times = statistics.median(a / b for a, b in zip(wall["1 threads"], wall[name], strict=True))
        print(f"  {name:13} {times:5.2f} x one thread   {each:6.1f} ms of processor an image")
    print(f"  one thread    {1e3 * alone / len(files):.1f} ms an image by the clock")


def processor_seconds(pool: Executor) -> float:
    """The processor time so far of this process, or of the processes of a pool."""
    if isinstance(pool, ThreadPoolExecutor):
        return time.process_time()
    ticks = 0
    for child in pool._processes or {}:  # type: ignore[attr-defined]
        fields = Path(f"/proc/{child}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def start_up() -> None:
    """Print what a process costs before it measures its first image."""
    code = """
import resource, numpy
from contrast_engine.steps.collection.measure import measured
from contrast_engine.images import LinearImage
measured(LinearImage(numpy.full((64, 64, 3), .5, "f4")))
used = resource.getrusage(resource.RUSAGE_SELF)
status = dict(line.split(":", 1) for line in open("/proc/self/status", encoding="ascii"))
print(used.ru_utime + used.ru_stime, int(status["VmRSS"].split()[0]) / 1024)
"""
    found = [
        [float(n) for n in subprocess.check_output([sys.executable, "-c", code], text=True).split()]
        for _ in range(3)
    ]
    seconds, megabytes = map(min, zip(*found, strict=True))
    print(f"a process takes {seconds:.1f} s of processor and {megabytes:.0f} MB to start")


def held_share(files: list[Path]) -> str:
    """The share of the time in which a thread that measures keeps all others waiting."""
    where = _held_at()
    if where is None:
        return "an unknown share"
    watch = subprocess.Popen(
        [sys.executable, "-c", WATCH, str(os.getpid()), str(where)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    _in_thread(lambda: [one(path) for _ in range(6) for path in files])
    watch.kill()
    said = watch.communicate()[0].split()
    return f"{float(said[-1]):.3f}" if said else "an unknown share"


def _in_thread(act: Callable[[], object]) -> None:
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()


def _held_at() -> int | None:
    """Where in memory it says whether the interpreter is held, found by the interval before it."""
    if sys.version_info[:2] != (3, 11) or sys.platform != "linux":
        return None
    sys.setswitchinterval(_INTERVAL / 1e6)
    begin = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime"))
    words = (ctypes.c_ulong * 800).from_address(begin)
    found = [place for place in range(800) if words[place] == _INTERVAL]
    return begin + 8 * (found[0] + 2) if found else None


if __name__ == "__main__":
    main()
