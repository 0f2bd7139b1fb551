"""The door: who is answered at all, before anything asks who somebody is.

From the outside in: headers that every answer has, what a proxy says of a request, the host and the
origin it names, and how much of it there may be. What is refused here Streamlit never sees.
"""

from collections.abc import Callable, Sequence

from starlette.middleware import Middleware

from contrast_engine.server.door.guard import Guard
from contrast_engine.server.door.headers import SafeHeaders, script_hash
from contrast_engine.server.door.hosts import KnownHosts, is_loopback
from contrast_engine.server.door.limits import Limits, limits_for
from contrast_engine.server.door.proxies import Proxies, came_by_proxy
from contrast_engine.server.door.turnstile import Turnstile

__all__ = [
    "KnownHosts",
    "Limits",
    "came_by_proxy",
    "limits_for",
    "middleware",
    "script_hash",
]


def middleware(
    *hosts: str,
    scripts: Sequence[str] = (),
    held: Callable[[], int] | None = None,
) -> list[Middleware]:
    """What stands before every request, Streamlit's own included.

    Args:
        hosts: Where the server listens; also names by which it may be asked for.
        scripts: Texts of scripts that stand in pages; no other that stands in one runs.
        held: Bytes of uploads that are held in memory now.
    """
    is_local = bool(hosts) and all(is_loopback(host) for host in hosts)
    return [
        Middleware(SafeHeaders, scripts=tuple(scripts)),
        Middleware(Proxies),
        Middleware(Guard, hosts=hosts),
        Middleware(Turnstile, limits=limits_for(is_local=is_local), held=held),
    ]
