"""The middleware that lets people in and holds every request to their role."""

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contrast_engine.access import Person, Role, is_loopback, on_behalf_of
from contrast_engine.server.access.login_page import refusal
from contrast_engine.server.access.rules import Rules
from contrast_engine.server.access.visits import VISIT, Visits, visits
from contrast_engine.server.access.way import Login, Way, peer

_NO_PAGES = ("/api/", "/_stcore/", "/static/", "/media/", "/component/", "/app/")
_FORBIDDEN = 1008

OPEN = (
    "nobody has to log in to this app, so it answers this machine only; start it with "
    "--password-file, --login oidc or --proxy-header to let others in"
)


Takes = Callable[[bytes], Role]
"""Gives the least role of who may say something to a page by its websocket."""


def _all(_data: bytes) -> Role:
    return Role.VIEWER


def access(way: Way | None, base: str = "", takes: Takes = _all) -> list[Middleware]:
    """What stands before the pages: who asks, and what they may.

    Args:
        way: How people log in; None where nobody has to, and only this machine is answered.
        base: Under which path all of it is served.
        takes: Which role a message to a page takes; what is beyond somebody's is not passed on.
    """
    return [Middleware(Access, way=way, base=base, takes=takes)]


class Access:
    """Lets those in who are somebody, as far as their role goes.

    Args:
        app: What answers.
        way: As `access` takes it.
        base: As `access` takes it.
        takes: As `access` takes it.
        known: The visits; those of this process without.
    """

    def __init__(
        self,
        app: ASGIApp,
        way: Way | None,
        base: str = "",
        takes: Takes = _all,
        known: Visits = visits,
    ) -> None:
        self._app, self._way, self._takes, self._visits = app, way, takes, known
        self._rules = Rules(base)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on for who asks, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif self._way is None:
            await self._for_this_machine(scope, receive, send)
        elif not await self._way.answer(scope, receive, send):
            await self._for_people(self._way, _without_visit(scope), receive, send)

    async def _for_this_machine(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = peer(scope)
        if not address or is_loopback(address):
            await self._app(scope, receive, send)
        else:
            await _refuse(scope, receive, send, 403, OPEN)

    async def _for_people(self, way: Way, scope: Scope, receive: Receive, send: Send) -> None:
        least = self._rules.least(scope)
        login = way.login(HTTPConnection(scope))
        person = login.now() if login else None
        if least is Role.NOBODY:
            await self._app(scope, receive, send)
        elif self._rules.pattern(scope) in way.opens:
            is_encrypted = scope.get("scheme") == "https"
            await self._app(scope, receive, _closed(send) if is_encrypted else send)
        elif login is None or person is None:
            if scope["type"] == "http" and self._is_page(scope):
                await way.refuse(scope, receive, send)
            else:
                await _refuse(scope, receive, send, 401, "nobody is logged in here; log in first")
        elif person.role < least:
            article = "an" if person.role.word[0] in "ao" else "a"
            words = (
                f"only an {least.word} can do this, and you are logged in as {article} "
                f"{person.role.word}"
            )
            await _refuse(scope, receive, send, 403, words)
        elif scope["type"] == "websocket":
            await self._visit(login, scope, receive, send)
        else:
            await self._pass_on(login, person, scope, receive, send)

    async def _pass_on(
        self, login: Login, person: Person, scope: Scope, receive: Receive, send: Send
    ) -> None:
        session = self._rules.session(scope)
        if session and not self._visits.is_of(session, login):
            await _refuse(scope, receive, send, 403, "this is for the page of somebody else")
            return
        with on_behalf_of(person):
            await self._app(scope, receive, _private(send))

    async def _visit(self, login: Login, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a websocket in, which is closed once its person is logged out."""
        token = self._visits.begin(login)

        async def received() -> Message:
            while (message := await receive())["type"] == "websocket.receive":
                person = login.now()
                if person is None:
                    await send({"type": "websocket.close", "code": _FORBIDDEN})
                    return {"type": "websocket.disconnect", "code": _FORBIDDEN}
                if person.role >= self._takes(message.get("bytes") or b""):
                    break
            return message

        async def sent(message: Message) -> None:
            if message["type"] != "websocket.send" or login.now() is not None:
                await send(message)

        try:
            await self._app(self._marked(login, token, scope), received, sent)
        finally:
            self._visits.end(token)

    def _marked(self, login: Login, token: str, scope: Scope) -> Scope:
        """A websocket that carries its visit, and goes on with no session of somebody else."""
        headers = MutableHeaders(raw=list(scope["headers"]))
        headers[VISIT] = token
        asked = [one.strip() for one in headers.get("sec-websocket-protocol", "").split(",")]
        if len(asked) > 2 and not self._visits.is_of(asked[2], login):
            headers["sec-websocket-protocol"] = ", ".join(asked[:2])
        return {**scope, "headers": headers.raw}

    def _is_page(self, scope: Scope) -> bool:
        return scope["method"] in ("GET", "HEAD") and not self._rules.path(scope).startswith(
            _NO_PAGES
        )


def _without_visit(scope: Scope) -> Scope:
    """The request without the header that only this middleware writes."""
    kept = [(name, value) for name, value in scope["headers"] if name.decode("latin-1") != VISIT]
    return {**scope, "headers": kept}


def _closed(send: Send) -> Send:
    """What has cookies of a login go back by encrypted ways only; Streamlit says that of none."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [_secure(*one) for one in message["headers"]]}
        await send(message)

    return sent


def _secure(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    is_cookie = name.lower() == b"set-cookie" and b"; secure" not in value.lower()
    return name, value + b"; Secure" if is_cookie else value


def _private(send: Send) -> Send:
    """What keeps answers out of caches that others share."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            kept = headers.get("cache-control", "")
            if "no-store" not in kept and "private" not in kept:
                left = kept.replace("public", "").strip(" ,")
                headers["cache-control"] = f"private, {left}" if left else "private, no-cache"
        await send(message)

    return sent


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, words: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": _FORBIDDEN, "reason": words[:120]})
        return
    headers = {"Cache-Control": "no-store"}
    await refusal(scope, status, words, headers)(scope, receive, send)
