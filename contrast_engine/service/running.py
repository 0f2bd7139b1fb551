"""The service in this process: a socket, one line once it answers, a stop that loses nothing."""

import asyncio
import signal
import socket
import sys
import time
from collections.abc import Callable
from types import FrameType

import uvicorn

from contrast_engine.access import is_loopback
from contrast_engine.access.settings import reaches
from contrast_engine.errors import OptionError, WorkspaceError
from contrast_engine.service.app import Service
from contrast_engine.service.keys import VARIABLE, Keys

BACKLOG = 512
SWITCH = 0.0005
"""Seconds after which a thread that looks at a picture hands the interpreter on: the loop that
answers waits for it, several times a request, and the usual 5 ms would add up."""

GRACE = 5.0
"""Seconds beyond the time limit of a request until a stop no longer waits."""


def check_reach(host: str, keys: Keys) -> None:
    """Make sure that nobody on a network is answered without a key.

    Raises:
        OptionError: The service would be open to all.
    """
    if not is_loopback(host) and not len(keys):
        raise OptionError(
            reaches(host, "use the model", f"give a key with --key-file FILE or {VARIABLE}")
        )


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 takes any that is free.

    Raises:
        WorkspaceError: It is taken, or this machine has no such address.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise WorkspaceError(
            f"port {port} on {host} cannot be listened on: {reason.lower()}; give another one with "
            "--port, or stop what listens there"
        ) from None
    return listener


def run(
    service: Service, listener: socket.socket, timeout: float, announce: Callable[[], None]
) -> None:
    """Serve until SIGTERM or ctrl-c; requests that were let in are answered before.

    Args:
        service: What answers.
        listener: The socket.
        timeout: Seconds that a request may take.
        announce: Called once the service answers.
    """
    config = uvicorn.Config(
        service, log_config=None, access_log=False, server_header=False, proxy_headers=False,
        ws="none", timeout_graceful_shutdown=int(GRACE),
    )  # fmt: skip
    sys.setswitchinterval(SWITCH)
    asyncio.run(_Server(config, service, timeout, announce).serve([listener]))


class _Server(uvicorn.Server):
    """A server that, told to stop, refuses new requests first and goes once it has answered."""

    def __init__(
        self,
        config: uvicorn.Config,
        service: Service,
        timeout: float,
        announce: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._service, self._timeout, self._announce = service, timeout, announce
        self._until = float("inf")

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._announce()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # Not handed on: the signal would be raised again at the end, and no exit were 0.
        if self._service.is_stopping and sig == signal.SIGINT:
            self.should_exit = self.force_exit = True  # ctrl-c twice: at once
        self._service.stop()
        self._until = time.monotonic() + self._timeout + GRACE

    async def on_tick(self, counter: int) -> bool:
        is_done = self._service.in_flight == 0 or time.monotonic() > self._until
        if self._service.is_stopping and is_done:
            self.should_exit = True
        return await super().on_tick(counter)
