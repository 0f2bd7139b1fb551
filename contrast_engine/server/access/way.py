"""A way to log in, as the middleware asks it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection, Request
from starlette.types import Receive, Scope, Send

from contrast_engine.access import Person


@dataclass(frozen=True)
class Login:
    """Somebody who is logged in.

    Args:
        name: Under which they label.
        now: Gives who they are now; None once they are logged out or may not come in any more.
    """

    name: str
    now: Callable[[], Person | None]


class Way(Protocol):
    """A way to log in.

    Attributes:
        opens: Patterns of addresses that it takes to log in, and that are open to anybody.
        out: The address that logs out, below the base; "" where that is somebody else's affair.
    """

    opens: Collection[str]
    out: str

    def login(self, asked: HTTPConnection) -> Login | None:
        """Who asks; None for nobody."""

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """True where the request was about logging in or out, and is answered."""

    async def refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a page that nobody asks for: with the way in."""


def peer(scope: Scope) -> str:
    """The address that a request really came from, whatever proxies say; "" if not known.

    The server that runs us puts what a program on this machine says of the caller in its place,
    with port 0, which no caller has.
    """
    said = scope.get("contrast.peer")
    if isinstance(said, str):
        return said
    host, port = scope.get("client") or ("", None)
    return "127.0.0.1" if port == 0 and host else str(host)


def is_from_here(request: Request) -> bool:
    """Whether a link on a page of this server was followed, as only a browser can say it.

    Where it reaches us without encryption a browser leaves out the first of the two headers.
    """
    headers = request.headers
    if "sec-fetch-site" in headers:
        is_link = headers.get("sec-fetch-mode") == "navigate"
        return is_link and headers["sec-fetch-site"] == "same-origin"
    came_from = urlsplit(headers.get("referer", ""))
    return bool(came_from.netloc) and came_from.netloc == headers.get("host", "")


def inside(address: str, otherwise: str) -> str:
    """Where to go after logging in: only an address of this server."""
    is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
    is_plain = address.isascii() and address.isprintable() and "\\" not in address
    return address if is_path and is_plain and len(address) < 2_000 else otherwise


def wanted(request: Request) -> str:
    """The address that a request is for, as a browser would go there again."""
    query = request.url.query
    return f"{request.scope['path']}{'?' if query else ''}{query}"


def cookie(name: str, scope: Scope) -> str:
    """The name of a cookie: browsers keep those of all ports of a machine together."""
    port = (scope.get("server") or ("", 0))[1]
    return f"contrast-{name}-{port}"
