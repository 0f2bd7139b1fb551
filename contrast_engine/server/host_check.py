"""Who is answered: requests that ask for this machine by a name we know."""

import ipaddress
import os
import re
import socket
from collections.abc import Collection

from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send


def middleware(*hosts: str) -> list[Middleware]:
    """What stands before every request, Streamlit's own included.

    Args:
        hosts: Further names by which this machine may be asked for.
    """
    return [Middleware(KnownHosts, hosts=hosts)]


class KnownHosts:
    """Lets only requests through that ask for this machine by a name we know.

    Without it, a web site could point its own name at 127.0.0.1 and read the collection through
    the visitor's browser. An address in digits cannot be pointed elsewhere and always passes.
    CONTRAST_ALLOWED_HOSTS adds names, comma separated; `*` allows all.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] = ()) -> None:
        self.app = app
        extra = os.environ.get("CONTRAST_ALLOWED_HOSTS", "").split(",")
        known = ("localhost", socket.gethostname(), *hosts, *extra)
        self.hosts = {name.strip().lower() for name in known} - {""}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] == "lifespan" or self.knows(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            text = "this name is not served here; add it to CONTRAST_ALLOWED_HOSTS to allow it"
            await JSONResponse({"error": text}, 403)(scope, receive, send)

    def knows(self, scope: Scope) -> bool:
        """Whether a request asks for this machine by a name we know."""
        given = [value for name, value in scope["headers"] if name == b"host"]
        if len(given) != 1:
            return "*" in self.hosts
        name = re.sub(r":\d*$", "", given[0].decode("latin-1").lower())
        return "*" in self.hosts or name in self.hosts or _is_digits(name)


def _is_digits(name: str) -> bool:
    """True for an IP address as it stands in a Host header, IPv6 in brackets."""
    try:
        found = ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return isinstance(found, ipaddress.IPv6Address) == name.startswith("[")
