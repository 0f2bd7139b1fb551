"""Nothing leaves the machine: commands and what they start, watched from outside and from inside."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from contrast_engine import Workspace, steps
from contrast_engine.browsers import chromium
from tests.sockets import Outgoing, needs_proc

pytestmark = [needs_proc, pytest.mark.slow]


@pytest.fixture(scope="module")
def measured(made_once: Callable[..., Path], photographs: Callable[..., list[Path]]) -> Path:
    def fill(folder: Path) -> None:
        photographs(folder / "photos", 24, side=96)
        workspace = Workspace(folder / "some.contrast")
        steps.scan(workspace, [folder / "photos"])
        steps.measure(workspace)
        steps.project(workspace, "pca")
        steps.cluster(workspace, "kmeans")
        workspace.close()

    return made_once("offline", fill) / "some.contrast"


def run(folder: Path, *command: str) -> tuple[int, Outgoing]:
    with Outgoing(folder) as watch:
        process = subprocess.Popen(
            [sys.executable, *command], env=watch.environment, stdout=subprocess.DEVNULL
        )
        watch.start(process.pid)
        code = process.wait(250)
    return code, watch


def test_the_watch_sees_what_a_child_of_a_child_says_in_python_or_not(tmp_path: Path) -> None:
    """192.0.2.1 is nobody's; a socket that is connected by UDP sends nothing yet."""
    child = (
        "import socket, time; line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM);"
        "line.connect(('192.0.2.1', 9)); time.sleep(0.5)"
    )
    code, watch = run(
        tmp_path, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    )
    assert code == 0
    assert any(line.startswith("udp to 192.0.2.1:9") for line in watch.left)
    assert any(line.startswith("socket.connect ('192.0.2.1', 9)") for line in watch.left)
    with Outgoing(tmp_path) as other:
        without = {name: value for name, value in other.environment.items() if name != "PYTHONPATH"}
        process = subprocess.Popen([sys.executable, "-c", child], env=without)
        other.start(process.pid)
        process.wait(60)
    assert [line for line in other.left if line.startswith("udp to 192.0.2.1:9")]


@pytest.mark.skipif(chromium() is None, reason="needs a browser, which prints")
def test_a_report_that_a_browser_prints_asks_nobody(measured: Path, tmp_path: Path) -> None:
    made = tmp_path / "report.pdf"
    code, watch = run(tmp_path, "-m", "contrast_engine", "report", str(measured), str(made))
    assert code == 0
    assert made.read_bytes().startswith(b"%PDF")
    assert watch.left == []
    assert watch.looks > 20


@pytest.mark.parametrize(
    "command",
    [
        "project umap",
        pytest.param("cluster hdbscan", marks=pytest.mark.thorough),
        pytest.param("train --preset quick", marks=pytest.mark.thorough),
    ],
)
def test_what_libraries_compute_they_fetch_nothing_for(
    measured: Path, tmp_path: Path, command: str
) -> None:
    name, *rest = command.split()
    code, watch = run(tmp_path, "-m", "contrast_engine", name, str(measured), *rest)
    assert code == 0
    assert watch.left == []
    assert watch.looks > 20
