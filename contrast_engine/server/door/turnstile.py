"""How much is let through: requests, websockets, bytes, and how slowly they may come."""

from collections import Counter
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from contrast_engine.server.door.bodies import Body, TooMuchError, declared, drained
from contrast_engine.server.door.limits import MB, Limits
from contrast_engine.server.door.rate import Rate, caller_of
from contrast_engine.server.door.refusals import refuse

UPLOADS = "/_stcore/upload_file/"
HEALTH = ("/_stcore/health", "/api/health")
"""Asked by whatever keeps the server running; never refused for how often."""


class Turnstile:
    """Counts what each address and all together ask for, and refuses what is beyond the limits.

    Args:
        app: What answers.
        limits: What is let through.
        held: Bytes of uploads that are in memory now.
    """

    def __init__(self, app: ASGIApp, limits: Limits, held: Callable[[], int] | None = None) -> None:
        self._app, self._limits, self._held = app, limits, held or (lambda: 0)
        self._rate = Rate(limits.rate, most=limits.burst)
        self._openings = Rate(limits.openings, most=10 * limits.openings)
        self._open: Counter[str] = Counter()
        self._arriving = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 413, 429, 431 or 408."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        caller = caller_of((scope.get("client") or ("",))[0])
        if _header_bytes(scope) > self._limits.header:
            most = f"the headers of a request may have {self._limits.header:,} bytes, its address "
            await refuse(scope, receive, send, 431, f"{most}and cookies included")
        elif scope["type"] == "websocket":
            await self._socket(caller, scope, receive, send)
        elif scope["path"] not in HEALTH and (wait := self._rate.wait(caller)):
            reason = f"at most {self._limits.rate:g} requests a second are answered (CONTRAST_RATE)"
            await refuse(scope, receive, send, 429, reason, wait)
        else:
            await self._request(scope, receive, send)

    async def _socket(self, caller: str, scope: Scope, receive: Receive, send: Send) -> None:
        most, all_most = self._limits.sockets, self._limits.all_sockets
        if self._open[caller] >= most or self._open.total() >= all_most:
            which = (
                f"{most} tabs of this address are open"
                if self._open[caller] >= most
                else f"{all_most} tabs are open"
            )
            reason = f"{which}, and no more are served at a time (CONTRAST_CONNECTIONS); close one"
            await refuse(scope, receive, send, 429, reason, 30)
            return
        if wait := self._openings.wait(caller):
            reason = f"at most {self._limits.openings:g} tabs a second may be opened"
            await refuse(scope, receive, send, 429, reason, wait)
            return
        self._open[caller] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open[caller] -= 1
            if not self._open[caller]:
                del self._open[caller]

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        is_upload = UPLOADS in scope["path"] and scope["method"] == "PUT"
        most = self._limits.uploads if is_upload else self._limits.body
        try:
            length = declared(headers)
        except ValueError as error:
            await refuse(scope, receive, send, 400, str(error))
            return
        if not is_upload and length > most:
            reason = f"{most:,} bytes may be sent here, and these are {length:,}"
            await drained(receive)
            await refuse(scope, receive, send, 413, reason)
        elif is_upload and self._held() + self._arriving + length > most:
            await drained(receive)
            await refuse(scope, receive, send, *self._full())
        else:
            await self._read(scope, Body(receive, self._limits, self._take(is_upload)), send)

    def _take(self, is_upload: bool) -> Callable[[int, int], None]:
        """Counts a body: what came now, and what of it came altogether."""

        def take(now: int, together: int) -> None:
            if not is_upload:
                if together > self._limits.body:
                    raise TooMuchError(413, f"{self._limits.body:,} bytes may be sent here")
                return
            self._arriving += now
            if now > 0 and self._held() + self._arriving > self._limits.uploads:
                raise TooMuchError(*self._full())

        return take

    def _full(self) -> tuple[int, str, float]:
        most = self._limits.uploads / MB
        reason = (
            f"uploads of all people together may take {most:,.0f} MB of memory (CONTRAST_UPLOADS); "
            "wait until others are scanned, send fewer at a time, or name a folder of the server"
        )
        return 429, reason, 30.0

    async def _read(self, scope: Scope, body: Body, send: Send) -> None:
        """Pass a request on; a body that is too much is refused where nothing was answered yet."""
        try:
            await self._app(scope, body, body.watch(send))
        except TooMuchError as much:
            if body.is_answered:
                raise
            if much.status != 408:
                await drained(body.rest)
            await refuse(scope, body, send, much.status, much.reason, much.wait)
        finally:
            body.done()


def _header_bytes(scope: Scope) -> int:
    address = len(scope.get("raw_path") or b"") + len(scope.get("query_string", b""))
    return address + sum(len(name) + len(value) + 4 for name, value in scope["headers"])
