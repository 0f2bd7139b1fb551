"""How fast `contrast serve` answers 1, 4 and 16 clients, and that no answer is lost or crossed.

    PYTHONPATH=. python tests/benchmarks/service_load.py [MODEL] [--count 5000] [--side 128]

MODEL is a model file or a workspace with a model; without one, a small workspace is made of the
sample photographs. Every request sends one JPEG that was never sent before, as a raw body over a
kept connection; the answer has to name the content that was sent. Clients and service share this
machine. Health is asked twenty times a second beside the clients. Not part of the test suite.
"""

import argparse
import http.client
import io
import itertools
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from PIL import Image

from contrast_engine import Workspace, steps
from contrast_engine.images import content_id

SAMPLES = Path(__file__).parents[2] / "sample_data"
SHARES = {1: 0.2, 4: 0.3, 16: 0.5}
WARM_UP = 100


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("model", nargs="?", type=Path)
    arguments.add_argument("--count", type=int, default=5000)
    arguments.add_argument("--side", type=int, default=128)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as home:
        model = asked.model or made_model(Path(home))
        process = subprocess.Popen(
            [sys.executable, "-m", "contrast_engine", "serve", model, "--port", "0", "--json",
             "--rate", "0", "--log", f"{home}/log"],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            load(process, pictures(asked.side), asked.count)
        finally:
            process.send_signal(signal.SIGTERM)
            print(f"exit code after SIGTERM: {process.wait(30)}")


def made_model(home: Path) -> Path:
    workspace = Workspace(home / "w.contrast")
    steps.scan(workspace, sorted(SAMPLES.glob("*.jpg"))[::8])
    steps.measure(workspace)
    ids = workspace.images.ids
    measured = workspace.load(workspace.current("features"))
    by_contrast = sorted(ids, key=lambda image: measured.row(image)["c_rms"])
    workspace.labels.add(by_contrast[:8], "low")
    workspace.labels.add(by_contrast[-8:], "high")
    steps.pseudo_label(workspace)
    return workspace.root


def pictures(side: int) -> list[bytes]:
    """Sample photographs, the longer side so many pixels."""
    found = []
    for file in sorted(SAMPLES.glob("*.jpg"))[::4]:
        image = Image.open(file).convert("RGB")
        image.thumbnail((side, side))
        written = io.BytesIO()
        image.save(written, "JPEG", quality=90)
        found.append(written.getvalue())
    return found


def unlike(picture: bytes, number: int) -> bytes:
    """The same picture in a file of its own: with a number as its comment."""
    comment = b"%012d" % number
    return picture[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + picture[2:]


def load(process: "subprocess.Popen[str]", files: list[bytes], count: int) -> None:
    text = ""
    while not text.rstrip().endswith("}"):
        text += process.stdout.readline()
    host, port = json.loads(text)["url"].removeprefix("http://").split(":")
    numbers = itertools.count()
    sizes = [len(file) / 1000 for file in files]
    print(f"{len(files)} pictures, median {statistics.median(sizes):.1f} kB; "
          f"{os.cpu_count()} cores, load average before {os.getloadavg()[0]:.1f}")  # fmt: skip
    ask(host, int(port), files, numbers, WARM_UP, 4)
    print(f"health without clients: {times(idle(host, int(port)))} ms (p50 / p99 / max)")
    print(f"memory after {WARM_UP}: {memory(process.pid):.0f} MB")
    print("| clients | requests | requests/s | p50 ms | p95 ms | p99 ms | processor ms each"
          " | health p50 / p99 / max ms |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|")
    wrong = 0
    for clients, share in SHARES.items():
        before = processor(process.pid)
        seconds, each, health, bad = ask(
            host, int(port), files, numbers, round(count * share), clients
        )
        wrong += bad
        cut = [1000 * quantile(each, q) for q in (0.5, 0.95, 0.99)]
        print(
            f"| {clients} | {len(each):,} | {len(each) / seconds:.1f} | "
            + " | ".join(f"{one:.0f}" for one in cut)
            + f" | {1000 * (processor(process.pid) - before) / len(each):.0f} | "
            + f"{times(health)} |",
            flush=True,
        )
    print(f"memory after all: {memory(process.pid):.0f} MB")
    print(f"lost or crossed answers: {wrong} of {count}; load average {os.getloadavg()[0]:.1f}")


def ask(
    host: str,
    port: int,
    files: list[bytes],
    numbers: "itertools.count[int]",
    count: int,
    clients: int,
) -> tuple[float, list[float], list[float], int]:
    """Seconds of all, of each request, of each question for health; answers that were wrong."""
    each: list[float] = []
    health: list[float] = []
    wrong: list[str] = []
    left, lock, is_over = iter(range(count)), threading.Lock(), threading.Event()

    def client() -> None:
        connection = http.client.HTTPConnection(host, port, timeout=60)
        while True:
            with lock:
                if next(left, None) is None:
                    return
                number = next(numbers)
            data = unlike(files[number % len(files)], number)
            start = time.perf_counter()
            connection.request("POST", "/v1/predict", data, {"Content-Type": "image/jpeg"})
            body = connection.getresponse().read()
            each.append(time.perf_counter() - start)
            found = json.loads(body).get("predictions", [{}])[0]
            if found.get("id") != content_id(data) or found.get("problem"):
                wrong.append(body.decode()[:200])

    def watch() -> None:
        connection = http.client.HTTPConnection(host, port, timeout=60)
        while not is_over.wait(0.05):
            start = time.perf_counter()
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            health.append(time.perf_counter() - start)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    watcher = threading.Thread(target=watch)
    start = time.perf_counter()
    for thread in (watcher, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    is_over.set()
    watcher.join()
    wrong += ["lost"] * (count - len(each))
    for one in wrong[:3]:
        print("wrong:", one)
    return seconds, each, health or [0.0], len(wrong)


def idle(host: str, port: int) -> list[float]:
    """Seconds that questions for health take while nobody else asks."""
    connection, health = http.client.HTTPConnection(host, port, timeout=60), []
    for _ in range(200):
        time.sleep(0.05)
        start = time.perf_counter()
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        health.append(time.perf_counter() - start)
    return health


def times(seconds: list[float]) -> str:
    return " / ".join(f"{1000 * quantile(seconds, q):.0f}" for q in (0.5, 0.99, 1))


def quantile(values: list[float], q: float) -> float:
    return sorted(values)[min(len(values) - 1, int(q * len(values)))]


def memory(process: int) -> float:
    """Megabytes of memory that a process holds."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1000
    return float("nan")


def processor(process: int) -> float:
    """Seconds of processor time that a process has taken."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
