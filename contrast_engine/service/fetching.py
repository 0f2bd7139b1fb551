"""Pictures by their web address: only from the public internet, with limits of size and time."""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from urllib.parse import SplitResult, urljoin, urlsplit

from contrast_engine.errors import ImageError

MOST_REDIRECTS = 3
SECONDS = 10.0
_CHUNK = 65_536
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_REDIRECTS = (301, 302, 303, 307, 308)

Resolve = Callable[[str, int], list[str]]
IsPublic = Callable[[str], bool]


def addresses(host: str, port: int) -> list[str]:
    """The addresses that a name stands for."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[4][0]) for address in found]


def is_public(address: str) -> bool:
    """True for an address of the public internet, whatever it is wrapped in."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if found in _NAT64 or int(found) < 1 << 32:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if found.teredo:
            return False
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


def fetch(
    url: str,
    most: int,
    seconds: float = SECONDS,
    *,
    resolve: Resolve = addresses,
    allowed: IsPublic = is_public,
) -> bytes:
    """The bytes at a web address.

    The address is looked up once, every address it stands for must be public, and that very one
    is connected to: a name cannot point elsewhere in between. A redirect is held to the same.
    Proxies of the environment are not asked.

    Args:
        url: http or https.
        most: Bytes at most.
        seconds: For everything together.
        resolve: Looks up names.
        allowed: Says which addresses may be connected to.

    Raises:
        ImageError: There is nothing to be had; the message says why, and nothing of this network.
    """
    until = time.monotonic() + seconds
    for _ in range(MOST_REDIRECTS + 1):
        parts = _checked(url)
        connection = _connected(parts, _reachable(parts, resolve, allowed), until)
        watch = threading.Timer(_left(until), _cut, [connection])
        watch.start()  # a socket's own timeout begins anew with every byte that drips in
        try:
            if isinstance(connection.sock, ssl.SSLSocket):
                connection.sock.do_handshake()
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", target, headers={"User-Agent": "contrast", "Accept": "*/*"})
            reply = connection.getresponse()
            if reply.status not in _REDIRECTS:
                return _body(reply, most, until)
            url = urljoin(url, reply.getheader("Location", ""))
        except (OSError, http.client.HTTPException, ValueError):
            raise ImageError("the web address did not answer as it should") from None
        finally:
            watch.cancel()
            connection.close()
    raise ImageError(f"the web address leads on more than {MOST_REDIRECTS} times")


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ImageError("that is no web address") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ImageError("a web address must begin with http:// or https://")
    if parts.username is not None or not url.isascii() or not url.isprintable() or " " in url:
        raise ImageError("a web address must be plain: no user name, no spaces, percent-encoded")
    return parts


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _reachable(parts: SplitResult, resolve: Resolve, allowed: IsPublic) -> str:
    """The address to connect to, once all that the name stands for are known to be public."""
    try:
        found = resolve(parts.hostname or "", _port(parts))
    except (OSError, UnicodeError):
        raise ImageError("the web address cannot be found") from None
    if not found or not all(map(allowed, found)):
        raise ImageError("the web address is not on the public internet")
    return found[0]


def _connected(parts: SplitResult, address: str, until: float) -> http.client.HTTPConnection:
    host, port = parts.hostname or "", _port(parts)
    try:
        plain = socket.create_connection((address, port), timeout=_left(until))
        connection = http.client.HTTPConnection(host, port)
        if parts.scheme == "http":
            connection.sock = plain
            return connection
        context = ssl.create_default_context()
        connection.sock = context.wrap_socket(
            plain, server_hostname=host, do_handshake_on_connect=False
        )
        connection.default_port = 443  # so that the Host header names no port
    except (OSError, ValueError):
        raise ImageError("the web address did not answer as it should") from None
    return connection


def _cut(connection: http.client.HTTPConnection) -> None:
    with contextlib.suppress(OSError, AttributeError):  # it is over already
        connection.sock.shutdown(socket.SHUT_RDWR)


def _body(reply: http.client.HTTPResponse, most: int, until: float) -> bytes:
    if reply.status != http.client.OK:
        raise ImageError(f"the web address answered with status {reply.status}")
    found, size = [], 0
    while chunk := reply.read1(_CHUNK):
        size += len(chunk)
        if size > most:
            raise ImageError(f"more than {most:,} bytes at the web address")
        _left(until)
        found.append(chunk)
    if reply.length:  # promised and not sent
        raise ImageError("the web address broke off")
    _left(until)  # cut off by the watch, it looks as if it had ended
    return b"".join(found)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise ImageError("the web address took too long")
    return left
