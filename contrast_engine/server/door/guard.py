"""Which host a request asks for, and which page sends it."""

import os
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from contrast_engine.server.door.hosts import PORTS, KnownHosts, Place, place
from contrast_engine.server.door.refusals import refuse

SAFE = ("GET", "HEAD")
"""Methods that change nothing here."""

EMBEDDED = ("object", "embed", "iframe", "frame", "fencedframe")
"""Where a page that is gone to by another one would be shown inside it."""

UNKNOWN_HOST = (
    "this name is not served here; add it to CONTRAST_ALLOWED_HOSTS to allow it, as it stands in "
    "the address that you typed"
)
OTHER_SITE = (
    "a page of another site asks for this, and only pages of this one may; if it is this app under "
    "another name, add that name, and its port if it has one, to CONTRAST_ALLOWED_HOSTS"
)


class Guard:
    """Answers only requests for this machine that no page of another site has sent.

    A page of another site, or of another port of this machine, may lead here by a link; it may not
    send forms, fetch, embed pictures, show the app in a frame or open a websocket. A program that
    is no browser names no origin and passes: it has no cookies of somebody else to misuse. In a
    frame the app is shown where CONTRAST_EMBED_IN names sites; browsers hold which those are.

    Args:
        app: What answers.
        hosts: Names by which this machine may be asked for.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] = ()) -> None:
        self._app = app
        self._hosts = KnownHosts(hosts)
        self._embeds = bool(os.environ.get("CONTRAST_EMBED_IN", "").strip())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif not self._hosts.knows(scope):
            await refuse(scope, receive, send, 403, UNKNOWN_HOST)
        elif not self._is_own(scope):
            await refuse(scope, receive, send, 403, OTHER_SITE)
        else:
            await self._app(_as_own(scope), receive, send)

    def _is_own(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        origins = headers.getlist("origin")
        if len(origins) > 1:
            return False
        if origins:
            origin = _origin(origins[0])
            if origin is None or (origin[0] == "http" and _is_encrypted(scope)):
                return False
            return origin[1] in self._hosts.named or _is_same(origin, scope)
        site = headers.get("sec-fetch-site", "none")
        return site in ("same-origin", "none") or self._is_link(scope, headers)

    def _is_link(self, scope: Scope, headers: Headers) -> bool:
        """Whether somebody follows a link from another site, into a window of its own."""
        return (
            scope["type"] == "http"
            and scope["method"] in SAFE
            and headers.get("sec-fetch-mode") == "navigate"
            and (self._embeds or headers.get("sec-fetch-dest") not in EMBEDDED)
        )


def _origin(text: str) -> tuple[str, Place] | None:
    """Scheme and place of an origin, the port left out where it is the usual one."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    found = place(parts.netloc)
    is_more = parts.path not in ("", "/") or "#" in text or "?" in text
    if parts.scheme not in ("http", "https") or found is None or is_more:
        return None
    return parts.scheme, _without_usual(found, parts.scheme)


def _is_encrypted(scope: Scope) -> bool:
    """Whether we know it; a proxy that says nothing may have taken TLS off."""
    return scope.get("scheme") in ("https", "wss")


def _without_usual(found: Place, scheme: str) -> Place:
    return Place(found.host, None) if found.port == PORTS[scheme] else found


def _is_same(origin: tuple[str, Place], scope: Scope) -> bool:
    """Whether the page that asks has the host and port that are asked for."""
    scheme, page = origin
    asked = place(Headers(scope=scope).get("host", ""))
    return asked is not None and _without_usual(asked, scheme) == page


def _as_own(scope: Scope) -> Scope:
    """A websocket with the host that its page has.

    Streamlit compares the two letter by letter, and where they differ it looks up under which
    address the internet sees this machine.
    """
    origin = Headers(scope=scope).get("origin")
    if scope["type"] != "websocket" or origin is None:
        return scope
    headers = MutableHeaders(raw=list(scope["headers"]))
    headers["host"] = urlsplit(origin).netloc
    return {**scope, "headers": headers.raw}
