import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from contrast_engine.cli.machine import port_is_free
from tests.cli.conftest import Contrast

ROOT = Path(__file__).parents[2]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start `contrast ARGUMENTS` as a process of its own, in a home of its own."""
    running: list[subprocess.Popen[str]] = []

    def run(*arguments: str | Path, cwd: Path | None = None) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "contrast_engine", *map(str, arguments), "--no-browser"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=cwd,
            env={**os.environ, "XDG_DATA_HOME": str(tmp_path / "data"), "PYTHONPATH": str(ROOT)},
        )
        running.append(process)
        return process

    yield run
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def first_line(process: subprocess.Popen[str]) -> str:
    """Wait until the app says where it is."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.stderr.read() if process.stderr else ""
    return line


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_app_says_where_it_is_in_one_line_and_stops_cleanly(
    start: Start, workspace: Path, port: int, how: signal.Signals
) -> None:
    begun = time.monotonic()
    process = start("app", workspace, "--port", port)
    assert first_line(process) == f"mine is open at http://127.0.0.1:{port} (ctrl-c stops it)\n"
    assert time.monotonic() - begun < 20
    with urlopen(f"http://127.0.0.1:{port}/api/health", timeout=5) as reply:
        assert reply.status == 200
    process.send_signal(how)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "", "Stopped.\n")
    assert port_is_free("127.0.0.1", port)


@pytest.mark.slow
def test_a_killed_app_leaves_nothing_behind(start: Start, workspace: Path, port: int) -> None:
    process = start("app", workspace, "--port", port)
    first_line(process)
    process.kill()
    process.communicate()
    assert port_is_free("127.0.0.1", port)


@pytest.mark.slow
def test_a_port_that_is_taken_is_an_error_only_if_it_was_asked_for(
    start: Start, contrast: Contrast, workspace: Path, port: int
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        said = contrast("app", workspace, "--port", port, "--no-browser")
        assert said.code == 1
        assert f"port {port}" in said.err
        assert "--port" in said.err
    with socket.socket() as other:
        if port_is_free("127.0.0.1", 8501):
            other.bind(("127.0.0.1", 8501))
            other.listen()
        assert ":8501 " not in first_line(start("app", workspace))


@pytest.mark.slow
def test_without_a_name_the_last_workspace_of_the_folder_is_opened(
    start: Start, explored: Path, tmp_path: Path, port: int
) -> None:
    for name, age in (("old", 1_000_000_000), ("new", 1_700_000_000)):
        root = Path(shutil.copytree(explored, tmp_path / "here" / f"{name}.contrast"))
        os.utime(root / "workspace.json", (age, age))
    process = start("app", "--port", port, cwd=tmp_path / "here")
    assert first_line(process).startswith("new is open at ")
    process.terminate()
    assert "new.contrast" in process.communicate(timeout=20)[1]


@pytest.mark.slow
def test_quickstart_builds_the_sample_workspace_once_and_serves_it(
    start: Start, tmp_path: Path, port: int
) -> None:
    from contrast_engine import Workspace

    process = start("quickstart", tmp_path / "s.contrast", "--port", port, "--json")
    assert process.stdout is not None
    assert "".join(process.stdout.readline() for _ in range(4)).split() == [
        "{", '"url":', f'"http://127.0.0.1:{port}",',
        '"workspace":', f'"{tmp_path / "s.contrast"}"', "}",
    ]  # fmt: skip
    process.terminate()
    process.communicate(timeout=20)
    workspace = Workspace.open(tmp_path / "s.contrast")
    assert len(workspace.images) > 200
    keys = [workspace.current(kind) for kind in ("features", "maps", "clusterings")]
    assert all(keys)
    begun = time.monotonic()
    first_line(start("quickstart", tmp_path / "s.contrast", "--port", port))
    assert time.monotonic() - begun < 20
    assert [workspace.current(k) for k in ("features", "maps", "clusterings")] == keys


def test_the_samples_can_be_made_anew(contrast: Contrast, tmp_path: Path) -> None:
    said = contrast("samples", tmp_path / "s", "--json").json
    assert said["images"] == len(list((tmp_path / "s").glob("*.jpg"))) > 200
