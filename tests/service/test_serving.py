"""`contrast serve` as people start and stop it."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from contrast_engine.access import is_loopback
from contrast_engine.images import content_id
from contrast_engine.predict.model_file import write_model
from contrast_engine.service.keys import VARIABLE, Keys
from contrast_engine.service.running import check_reach
from tests.cli.conftest import Contrast, contrast  # noqa: F401 - a fixture
from tests.cli.json_keys import keys_of, shape
from tests.predict.conftest import made_model

KEY = "0123456789abcdef0123"


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    write_model(made_model(), tmp_path / "model.contrast")
    return tmp_path / "model.contrast"


def asked(port: int, request: bytes) -> bytes:
    """What comes back over a plain socket until the other side is done."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request)
        return all_of(connection)


def all_of(connection: socket.socket) -> bytes:
    """What comes over a plain socket until the other side is done."""
    found = b""
    while part := connection.recv(4000):
        found += part
    return found


def in_flight(client: httpx.Client) -> float:
    """How many requests the service says it is answering, the one that asks among them."""
    said = client.get("/metrics").text.splitlines()
    return float(next(line for line in said if "in_flight " in line and line[0] != "#").split()[-1])


def wait_for(is_so: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, f"not so within {seconds} s"
        time.sleep(0.02)


@pytest.fixture
def process(model_file: Path) -> Iterator[subprocess.Popen[str]]:
    """The service of a model file, as a process of its own."""
    started = subprocess.Popen(
        [sys.executable, "-m", "contrast_engine", "serve", model_file, "--port", "0", "--json",
         "--workers", "1", "--max-bytes", "400000", "--rate", "0", "--queue", "200"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, VARIABLE: KEY},
    )  # fmt: skip
    yield started
    if started.poll() is None:
        started.kill()
    started.communicate()


@pytest.mark.slow
def test_it_says_where_it_is_answers_and_stops_without_losing_a_request(
    process: subprocess.Popen[str], model_file: Path, pictures: dict[str, bytes]
) -> None:
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(8)]
    said = json.loads("".join(lines))
    assert said == {
        "url": said["url"], "model": "b" * 16, "tiers": ["full"], "needs_key": True,
    }  # fmt: skip
    assert shape(said) == keys_of("serve MODEL")
    port = int(said["url"].rpartition(":")[2])
    header = {"authorization": f"Bearer {KEY}"}
    head = (
        f"POST /v1/predict HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-API-Key: {KEY}\r\n"
        "Content-Type: image/jpeg\r\nConnection: close\r\n"
    ).encode()
    data = next(iter(pictures.values()))
    answer = asked(port, head + b"Content-Length: %d\r\n\r\n" % len(data) + data)
    assert content_id(data).encode() in answer
    chunk = b"30d40\r\n" + b"x" * 200_000 + b"\r\n"
    too_much = head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 3 + b"0\r\n\r\n"
    assert b"413" in asked(port, too_much).split(b"\r\n")[0]
    lying = head + b"Content-Length: 10\r\n\r\n" + data
    assert b" 422 " in asked(port, lying).split(b"\r\n")[0]

    files = [("a", (name, data)) for name, data in pictures.items()]
    answers: list[Any] = []

    def ask() -> None:
        answers.append(
            httpx.post(f"{said['url']}/v1/predict", files=files, headers=header, timeout=60)
        )

    threads: list[threading.Thread] = []
    late = socket.create_connection(("127.0.0.1", port), timeout=60)
    with late, httpx.Client(base_url=said["url"], headers=header) as client:
        # one request, half of whose picture is there, holds the service until it was seen refusing
        late.sendall(head + b"Content-Length: %d\r\n\r\n" % len(data) + data[:10])
        wait_for(lambda: in_flight(client) == 2)
        until = time.monotonic() + 90
        while in_flight(client) != 4 and time.monotonic() < until:
            if not any(thread.is_alive() for thread in threads):  # too quick to be seen: again
                answers.clear()
                threads = [threading.Thread(target=ask) for _ in range(2)]
                for thread in threads:
                    thread.start()
        process.send_signal(signal.SIGTERM)
        wait_for(lambda: client.get("/v1/model").status_code == 503)
        late.sendall(data[10:])
        assert content_id(data).encode() in all_of(late)
    for thread in threads:
        thread.join()
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "", "Stopped.\n")
    ids = [content_id(data) for _, (_, data) in files]
    assert [[row["id"] for row in a.json()["predictions"]] for a in answers] == [ids] * 2
    log = model_file.with_name("model.contrast.log")
    assert (log / "log.sqlite").is_file()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])
def test_nobody_else_is_answered_without_a_key(
    contrast: Contrast,  # noqa: F811 - the fixture
    model_file: Path,
    host: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    said = contrast("serve", model_file, "--host", host)
    assert (said.code, said.out) == (2, "")
    assert "lets other machines ask" in said.err
    assert "--key-file" in said.err
    check_reach(host, Keys([KEY]))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_this_machine_is_answered_without_one(host: str) -> None:
    assert is_loopback(host)
    check_reach(host, Keys())


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        (["--port", "99999"], 2, "at most 65535"),
        (["--timeout", "0"], 2, "timeout"),
        (["--rate", "-1"], 2, "rate"),
        (["--max-bytes", "5"], 2, "max-bytes"),
        (["--key", "secret"], 2, "not understood: --key"),
        (["--key-file", "nowhere"], 1, "nowhere"),
        (["--max-pixels", "x"], 2, "max-pixels"),
        (["--host", "192.0.2.1", "--key-file", "KEYS"], 1, "192.0.2.1"),
    ],
)
def test_what_cannot_be_served_is_said_in_a_line(
    contrast: Contrast,  # noqa: F811 - the fixture
    model_file: Path,
    arguments: list[str],
    code: int,
    hint: str,
) -> None:
    keys = model_file.with_name("keys")
    keys.write_text(KEY, encoding="utf-8")
    given = [str(keys) if word == "KEYS" else word for word in arguments]
    said = contrast("serve", model_file, *given)
    assert (said.code, said.out) == (code, "")
    assert hint in said.err


def test_a_port_that_is_taken_and_a_model_that_is_none_are_said(
    contrast: Contrast,  # noqa: F811 - the fixture
    model_file: Path,
    tmp_path: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = contrast("serve", model_file, "--port", port)
    assert (said.code, said.out) == (1, "")
    assert f"port {port}" in said.err
    (tmp_path / "no.contrast").write_bytes(b"no model")
    for path in ("no.contrast", "nowhere.contrast"):
        assert contrast("serve", tmp_path / path).code == 1


@pytest.mark.parametrize("name", ["fastapi", "uvicorn", "prometheus_client", "python_multipart"])
def test_what_is_not_installed_is_named_with_its_extra(
    contrast: Contrast,  # noqa: F811 - the fixture
    model_file: Path,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    said = contrast("serve", model_file)
    assert said.code == 1
    assert "contrast-engine[serve]" in said.err
