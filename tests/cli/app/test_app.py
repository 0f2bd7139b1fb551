import os
import resource
import shutil
import signal
import socket
from pathlib import Path
from urllib.request import urlopen

import pytest

from contrast_engine.access.settings import Settings
from contrast_engine.cli.app.machine import port_is_free
from contrast_engine.cli.app.serve import Address, reached_by_others
from contrast_engine.server.door import KnownHosts
from tests.cli.app.conftest import Start, first_line
from tests.cli.conftest import Contrast


def work_of_children() -> float:
    """Seconds of processor time that the processes begun here have taken, once they are over."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_app_says_where_it_is_in_one_line_and_stops_cleanly(
    start: Start, workspace: Path, port: int, how: signal.Signals
) -> None:
    before = work_of_children()
    process = start("app", workspace, "--port", port)
    assert first_line(process) == f"mine is open at http://127.0.0.1:{port} (ctrl-c stops it)\n"
    with urlopen(f"http://127.0.0.1:{port}/api/health", timeout=5) as reply:
        assert reply.status == 200
    process.send_signal(how)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "", "Stopped.\n")
    assert work_of_children() - before < 20
    assert port_is_free("127.0.0.1", port)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1", "::", "192.0.2.7"])
def test_the_address_for_others_is_said_where_there_is_one(host: str) -> None:
    address = Address(host, 8501)
    others = f"http://{socket.gethostname()}:8501" if host in ("0.0.0.0", "::") else ""
    assert address.for_others == others
    if others:
        asked = {"type": "http", "headers": [(b"host", others[7:].encode())]}
        assert KnownHosts().knows(asked), "and the app answers to it"


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "192.0.2.7"])
@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("", "Others reach it through the proxy."),
        ("*", "Others reach it through the proxy."),
        ("atlas.example.org", "Others reach it through the proxy, at atlas.example.org."),
        ("a.example, b.example:8443 ,", "Others reach it through the proxy, at a.example, b.example:8443."),
    ],
)  # fmt: skip
def test_behind_a_proxy_the_address_for_others_is_that_of_the_proxy(
    host: str, names: str, said: str
) -> None:
    carried = {"CONTRAST_ALLOWED_HOSTS": names}
    for way in (Settings(proxy_header="X-User"), Settings(login="oidc", trust_proxy="10.0.0.7")):
        assert reached_by_others(Address(host, 8501), carried | way.variables()) == [said]
    phrases = Settings(password_file="phrases.txt").variables()
    told = reached_by_others(Address(host, 8501), carried | phrases)
    assert bool(told) == (host == "0.0.0.0")
    assert "proxy" not in "".join(told)


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
