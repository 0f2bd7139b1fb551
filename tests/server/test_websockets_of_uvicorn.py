"""Websockets at the server itself: what is refused is answered, what is too large is never held."""

import logging
import re
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config
from streamlit.web.server.starlette import starlette_server
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from contrast_engine.server.door.guard import Guard
from contrast_engine.server.door.limits import SHARED
from contrast_engine.server.door.turnstile import Turnstile

CONFIG = Path(__file__).parents[2] / ".streamlit" / "config.toml"
MOST = 32_000_000
SECONDS = 60


async def _stays(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            pass


@contextmanager
def served(app: ASGIApp, **options: Any) -> Iterator[str]:
    """An app at the server that Streamlit runs, with the options that it gives it."""
    told = {"ws": starlette_server._get_uvicorn_config_kwargs()["ws"], **options}
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", 0, lifespan="off", **told))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + SECONDS
    while not server.started:
        assert time.monotonic() < until, "it does not start"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"ws://127.0.0.1:{port}/_stcore/stream"
    finally:
        server.should_exit = True
        thread.join(SECONDS)


REFUSALS = {
    "too many tabs": (Turnstile(_stays, replace(SHARED, sockets=0)), 429, "30"),
    "too many openings": (Turnstile(_stays, replace(SHARED, openings=0.0001)), 429, ""),
    "too long a header": (Turnstile(_stays, replace(SHARED, header=10)), 431, ""),
    "another host": (Guard(_stays, ("photos.example",)), 403, ""),
}  # fmt: skip


def twice(url: str, told: dict[str, Any]) -> None:
    """Open a websocket and another one: of openings one may always come at once."""
    for _ in range(2):
        with connect(url, open_timeout=SECONDS, **told):
            pass


@pytest.mark.parametrize("name", REFUSALS)
def test_a_websocket_that_is_refused_is_answered_and_is_no_error_in_the_log(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    app, status, after = REFUSALS[name]
    caplog.set_level(logging.INFO, logger="uvicorn.error")
    with served(app, log_config=None) as url:
        host = {"additional_headers": {"host": "elsewhere.example"}} if "host" in name else {}
        with pytest.raises(InvalidStatus) as refused:
            twice(url, host)
    answer = refused.value.response
    assert answer.status_code == status
    assert answer.headers.get("retry-after", "").startswith(after)
    assert b"error" in answer.body
    wrong = [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]
    assert not wrong


def begun(socket: ClientConnection, size: int) -> None:
    """Send the first bytes of a message, which say how long it is, and nothing more of it."""
    socket.socket.sendall(struct.pack("!BBQ", 0x82, 0xFF, size) + b"mask" + b"x" * 1000)


def limits_of(text: str) -> dict[str, int]:
    """What the app's own settings say of messages, in MB."""
    return {name: int(value) for name, value in re.findall(r"^(max\w+Size) = (\d+)", text, re.M)}


@pytest.mark.parametrize("size", [MOST + 1, 150_000_000, 2**40])
def test_a_message_that_is_too_large_is_refused_at_its_first_bytes(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = limits_of(CONFIG.read_text(encoding="utf-8"))
    assert said["maxMessageSize"] == said["maxWidgetStateSize"] == MOST / 1e6
    monkeypatch.setattr("streamlit.runtime.runtime_util._max_message_size_bytes", None)
    before = config.get_option("server.maxMessageSize")
    config.set_option("server.maxMessageSize", said["maxMessageSize"])
    try:
        given = starlette_server._get_uvicorn_config_kwargs()
    finally:
        config.set_option("server.maxMessageSize", before)
        monkeypatch.setattr("streamlit.runtime.runtime_util._max_message_size_bytes", None)
    with served(_stays, ws_max_size=given["ws_max_size"], log_config=None) as url:
        with connect(url, open_timeout=SECONDS) as socket:
            begun(socket, size)
            with pytest.raises(ConnectionClosed) as closed:
                socket.recv(timeout=SECONDS)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009
        with connect(
            url, open_timeout=SECONDS
        ) as socket:  # others go on, and what is just as large
            begun(socket, MOST)
            with pytest.raises(TimeoutError):
                socket.recv(timeout=0.3)
