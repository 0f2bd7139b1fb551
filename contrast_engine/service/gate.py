"""What stands before every route: who asks, how often, how large, and whether we still answer."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contrast_engine.server.door.hosts import KnownHosts
from contrast_engine.server.door.rate import Rate, caller_of
from contrast_engine.service.keys import Keys
from contrast_engine.service.limits import Limits
from contrast_engine.service.metrics import Metrics
from contrast_engine.service.refusals import Refusal, later

OPEN = ("/healthz", "/readyz", "/docs", "/openapi.json")
"""Routes that need no key: they say nothing of the model or of pictures."""

LIMITED = "/v1/"
"""Where the rate limit holds."""

OTHER = "other"
CLOSED = 499  # the caller went away: never sent, only counted

DRAIN_SECONDS = 2.0
DRAIN_MOST = 8
"""Of a body that is refused, so many times what is allowed is read and dropped, and no more."""

_SAFETY = {
    "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}  # fmt: skip


class Gate:
    """Lets a request through to the routes, or answers it with the reason why not.

    Args:
        app: The routes.
        routes: Their addresses, by which requests are counted.
        limits: What is let through.
        keys: Who may ask; without any, everybody.
        metrics: Counts requests.
        hosts: Names by which this machine may be asked; None where any name will do.
    """

    def __init__(
        self,
        app: ASGIApp,
        routes: Collection[str],
        limits: Limits,
        keys: Keys,
        metrics: Metrics,
        hosts: Collection[str] | None,
    ) -> None:
        self.is_stopping = False
        self.in_flight = 0
        self._app, self._routes = app, routes
        self._limits, self._keys, self._metrics = limits, keys, metrics
        self._hosts = None if hosts is None else KnownHosts(hosts)
        self._rate = Rate(limits.rate)
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        start, status = time.monotonic(), CLOSED
        route = scope["path"] if scope["path"] in self._routes else OTHER
        body = _Body(scope, receive, self._limits.max_bytes, self._take)

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if status >= 400:
                    await body.drain()
                MutableHeaders(scope=message).update(_SAFETY)
            await send(message)

        try:
            await self._let_through(scope, body, sent)
        finally:
            self._metrics.requests.labels(route, str(status)).inc()
            self._metrics.seconds.labels(route).observe(time.monotonic() - start)

    async def _let_through(self, scope: Scope, body: "_Body", send: Send) -> None:
        try:
            self._check(scope)
        except Refusal as refusal:
            await refusal.answer()(scope, body, send)
            return
        self.in_flight += 1
        self._metrics.in_flight.inc()
        try:
            await self._app(scope, body, send)
        finally:
            self.in_flight -= 1
            self._metrics.in_flight.dec()
            self._held -= body.size

    def _check(self, scope: Scope) -> None:
        """Whether the request is let through.

        Raises:
            Refusal: It is not.
        """
        headers, path = Headers(scope=scope), scope["path"]
        if self._hosts is not None and not self._hosts.knows(scope):
            raise Refusal(403, "this host name is not served here", "unknown_host")
        if _is_from_elsewhere(headers):
            raise Refusal(403, "other web sites may not ask from a browser", "other_origin")
        if path == "/healthz":
            return
        if self.is_stopping:
            raise Refusal(503, "the service is stopping", headers={"Retry-After": "5"})
        if path in OPEN:
            return
        given = _key(headers)
        owner = self._keys.owner(given) if given else None
        needs = len(self._keys) > 0
        if path.startswith(LIMITED) or (needs and owner is None):  # guessing is limited too
            self._limit(owner or caller_of((scope.get("client") or ("",))[0]))
        if needs and not given:
            said = {"WWW-Authenticate": "Bearer"}
            raise Refusal(401, "a key is needed: Authorization: Bearer KEY", headers=said)
        if needs and owner is None:
            raise Refusal(403, "this key is not known here", "key_unknown")
        _check_length(headers, self._limits.max_bytes)

    def _limit(self, caller: str) -> None:
        if wait := self._rate.wait(caller):
            message = f"at most {self._limits.rate:g} requests a second are answered"
            raise later(wait, message, "too_many_requests")

    def _take(self, size: int) -> None:
        self._held += size
        if self._held > self._limits.most_held:
            raise later(1, "too many large requests at a time", "memory_full")


class _Body:
    """The body of one request as it comes in, refused once it is too large."""

    def __init__(
        self, scope: Scope, receive: Receive, most: int, take: Callable[[int], None]
    ) -> None:
        headers = Headers(scope=scope)
        self.size = 0
        self._receive, self._most, self._take = receive, most, take
        self._is_over = headers.get("content-length", "0") == "0" and (
            "transfer-encoding" not in headers
        )
        self._is_begun = headers.get("expect", "").lower() != "100-continue"

    async def __call__(self) -> Message:
        message = await self._next()
        size = len(message.get("body", b""))
        if self.size + size > self._most:
            raise _too_large(self._most)
        self.size += size
        self._take(size)
        return message

    async def drain(self) -> None:
        """Let the rest arrive and drop it: who is cut off while sending never sees the answer."""
        dropped = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                while self._is_begun and not self._is_over and dropped < DRAIN_MOST * self._most:
                    dropped += len((await self._next()).get("body", b""))

    async def _next(self) -> Message:
        message = await self._receive()
        self._is_begun = True
        self._is_over = not message.get("more_body", False)
        return message


def _check_length(headers: Headers, most: int) -> None:
    given = headers.get("content-length", "0")
    if not given.isascii() or not given.isdigit():
        raise Refusal(400, "Content-Length is no number")
    if len(given) > 18 or int(given) > most:
        raise _too_large(most)


def _too_large(most: int) -> Refusal:
    return Refusal(413, f"the body is too large; at most {most:,} bytes are taken")


def _key(headers: Headers) -> str:
    scheme, _, given = headers.get("authorization", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else headers.get("x-api-key", "").strip()


def _is_from_elsewhere(headers: Headers) -> bool:
    """A page of another site may send forms here, though it cannot read the answers."""
    if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return True
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] != headers.get("host")
