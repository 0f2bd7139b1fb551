"""The body of a request as it arrives: counted, and not waited for longer than it is worth."""

import asyncio
import contextlib
import time
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Send

from contrast_engine.server.door.limits import Limits

DRAIN_SECONDS = 2.0
DRAIN_BYTES = 64_000_000
"""Of a body that is refused, so much is read and dropped, and no more."""


class TooMuchError(Exception):
    """A body that is refused while it arrives."""

    def __init__(self, status: int, reason: str, wait: float = 0) -> None:
        super().__init__(reason)
        self.status, self.reason, self.wait = status, reason, wait


class Body:
    """The messages of a body, one after the other.

    Args:
        receive: Gives them.
        limits: How slowly they may come.
        take: Is told the bytes of each, and of all so far; raises `TooMuchError`.
    """

    def __init__(self, receive: Receive, limits: Limits, take: Callable[[int, int], None]) -> None:
        self.is_answered = False
        self._receive, self._limits, self._take = receive, limits, take
        self._size, self._taken = 0, 0
        self._is_over = False
        self._start = time.monotonic()

    async def __call__(self) -> Message:
        """The next message.

        Raises:
            TooMuchError: It is too much, or it does not come.
        """
        if self._is_over or self.is_answered:  # now only the end of the connection is waited for
            return await self._receive()
        try:
            async with asyncio.timeout(self._time_left()):
                message = await self._receive()
        except TimeoutError:
            raise TooMuchError(408, "the body did not arrive in time; send it again") from None
        now = len(message.get("body", b""))
        self._size += now
        self._is_over = not message.get("more_body", False)
        self._taken += now
        self._take(now, self._size)
        return message

    async def rest(self) -> Message:
        """The next message of a body that is refused already, not counted."""
        if self._is_over:
            return {"type": "http.request", "body": b"", "more_body": False}
        message = await self._receive()
        self._is_over = not message.get("more_body", False)
        return message

    def watch(self, send: Send) -> Send:
        """What sends the answer, and notes that there is one."""

        async def sent(message: Message) -> None:
            self.is_answered = True
            await send(message)

        return sent

    def done(self) -> None:
        """Return what was counted."""
        self._take(-self._taken, 0)
        self._taken = 0

    def _time_left(self) -> float:
        together = self._limits.patience + self._size / self._limits.slowest
        left = self._start + together - time.monotonic()
        return max(0.0, min(self._limits.patience, left))


async def drained(receive: Receive) -> None:
    """Let the rest arrive and drop it: who is cut off while sending never sees the answer."""
    dropped, is_over = 0, False
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            while not is_over and dropped < DRAIN_BYTES:
                message = await receive()
                dropped += len(message.get("body", b""))
                is_over = not message.get("more_body", False)


def declared(headers: Headers) -> int:
    """The bytes that a request says its body has; 0 where it says nothing.

    Raises:
        ValueError: It says something else than a number.
    """
    given = headers.get("content-length", "0")
    if not given.isascii() or not given.isdigit() or len(given) > 18:
        raise ValueError("Content-Length is no number")
    return int(given)
