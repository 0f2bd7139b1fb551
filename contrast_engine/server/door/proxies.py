"""What a proxy in front says of a request, believed only of the proxies that are named."""

import ipaddress
import os
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from contrast_engine.errors import OptionError

_PEER = "contrast.peer"
"""Under this name a request carries the address that it really came from."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def trusted(text: str) -> tuple[Network, ...]:
    """The networks of a list such as `127.0.0.1, 10.0.0.0/8`.

    Raises:
        OptionError: One of them is none.
    """
    try:
        return tuple(ipaddress.ip_network(one.strip()) for one in text.split(",") if one.strip())
    except ValueError as error:
        raise OptionError(
            f"CONTRAST_PROXY lists addresses or networks of proxies, such as 127.0.0.1 or "
            f"10.0.0.0/8, between commas; {error}"
        ) from error


def came_by_proxy(scope: Scope) -> bool:
    """Whether a request was handed on by a proxy named in CONTRAST_PROXY."""
    return _PEER in scope


def is_among(networks: Iterable[Network], address: str) -> bool:
    """True if an address lies in one of some networks; False for what is no address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)


class Proxies:
    """Puts the host, scheme and address that a trusted proxy saw into the request.

    CONTRAST_PROXY names the proxies by address or network. From anybody else the headers
    X-Forwarded-For, -Host and -Proto are taken out: they say what the sender likes.

    Args:
        app: What answers.
        networks: The proxies; those of CONTRAST_PROXY where none are given.
    """

    def __init__(self, app: ASGIApp, networks: Iterable[Network] | None = None) -> None:
        self._app = app
        given = trusted(os.environ.get("CONTRAST_PROXY", "")) if networks is None else networks
        self._networks = tuple(given)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as the proxy had it."""
        if scope["type"] != "lifespan":
            peer = (scope.get("client") or ("", 0))[0]
            scope = self._seen(scope, peer) if is_among(self._networks, peer) else _plain(scope)
        await self._app(scope, receive, send)

    def _seen(self, scope: Scope, peer: str) -> Scope:
        told = Headers(scope=scope)
        headers = MutableHeaders(raw=list(scope["headers"]))
        seen = {**scope, "headers": headers.raw, _PEER: peer}
        if host := _last(told, "x-forwarded-host"):
            headers["host"] = host
        scheme = _last(told, "x-forwarded-proto")
        if scheme in ("http", "https"):
            is_socket = scope["type"] == "websocket"
            seen["scheme"] = scheme.replace("http", "ws") if is_socket else scheme
        if caller := self._caller(told):
            seen["client"] = (caller, 0)
        return seen

    def _caller(self, told: Headers) -> str:
        """Who asked the outermost of our proxies: the last address that is none of them."""
        line = [
            one.strip() for value in told.getlist("x-forwarded-for") for one in value.split(",")
        ]
        return next(
            (one for one in reversed(line) if one and not is_among(self._networks, one)), ""
        )


def _last(headers: Headers, name: str) -> str:
    """What the nearest proxy wrote, where several are behind each other."""
    given = headers.getlist(name)
    return given[-1].rpartition(",")[2].strip().lower() if given else ""


def _plain(scope: Scope) -> Scope:
    left_out = (b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"forwarded")
    return {**scope, "headers": [one for one in scope["headers"] if one[0] not in left_out]}
