"""Names by which this machine is asked for, and whether two of them are the same place."""

import ipaddress
import os
import re
import socket
from collections.abc import Collection
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.types import Scope

PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_as_written = re.compile(r"(\[[0-9a-f:.]+\]|[^\[\]:/@\s]+)(?::(\d{0,5}))?").fullmatch


class Place(NamedTuple):
    """A host and a port; None where the port is the usual one."""

    host: str
    port: int | None


def place(text: str) -> Place | None:
    """The place that stands in a Host header or behind `://`; None where it is none."""
    found = _as_written(text.strip().lower())
    return Place(found[1], int(found[2]) if found[2] else None) if found else None


class KnownHosts:
    """The names by which this machine may be asked for.

    Without them, a web site could point its own name at 127.0.0.1 and read the collection through
    the visitor's browser. An address in digits cannot be pointed elsewhere and always passes.
    CONTRAST_ALLOWED_HOSTS adds names, comma separated, each with or without a port; `*` allows all.

    Args:
        hosts: Further names.
    """

    def __init__(self, hosts: Collection[str] = ()) -> None:
        extra = os.environ.get("CONTRAST_ALLOWED_HOSTS", "").split(",")
        known = ("localhost", socket.gethostname(), *hosts, *extra)
        self.places = {found for name in known if (found := place(name)) is not None}
        self.named = {found for name in extra if (found := place(name)) is not None}
        self.hosts = {known.host for known in self.places}

    @property
    def any(self) -> bool:
        """Whether every name will do."""
        return "*" in self.hosts

    def knows(self, scope: Scope) -> bool:
        """Whether a request asks for this machine by a name we know."""
        given = Headers(scope=scope).getlist("host")
        found = place(given[0]) if len(given) == 1 else None
        if self.any:
            return True
        return found is not None and (found.host in self.hosts or _is_digits(found.host))


def is_loopback(host: str) -> bool:
    """True for a name or address that only this machine reaches."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _is_digits(name: str) -> bool:
    """True for an IP address as it stands in a Host header, IPv6 in brackets."""
    try:
        found = ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return isinstance(found, ipaddress.IPv6Address) == name.startswith("[")
