"""How often one caller may ask: a bucket of requests that fills evenly."""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_CALLERS = 10_000
"""Callers remembered; the one that was away longest is forgotten first."""


@dataclass
class _Bucket:
    left: float
    at: float


class Rate:
    """Lets each caller ask so often, with bursts.

    Args:
        a_second: Requests a second; 0 is no limit.
        clock: What time it is, in seconds.
        most: Requests of a burst; two seconds' worth where nothing is given.
    """

    def __init__(
        self,
        a_second: float,
        clock: Callable[[], float] = time.monotonic,
        *,
        most: float | None = None,
    ) -> None:
        self._a_second, self._clock = a_second, clock
        self._most = max(1.0, 2 * a_second if most is None else most)
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, caller: str) -> float:
        """Seconds until the caller may ask; 0 where the request is let through, and counted."""
        if self._a_second <= 0:
            return 0.0
        now = self._clock()
        bucket = self._buckets.setdefault(caller, _Bucket(self._most, now))
        self._buckets.move_to_end(caller)
        if len(self._buckets) > MOST_CALLERS:
            self._buckets.popitem(last=False)
        bucket.left = min(self._most, bucket.left + (now - bucket.at) * self._a_second)
        bucket.at = now
        if bucket.left < 1:
            return (1 - bucket.left) / self._a_second
        bucket.left -= 1
        return 0.0


def caller_of(address: str) -> str:
    """One name for all that one machine can call itself: of IPv6 the network it stands in."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
