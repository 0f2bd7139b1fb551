"""How often somebody may guess: so often from one address, and so often in all."""

import contextlib
import ipaddress
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

WINDOW = 600.0
"""Seconds for which a wrong try counts."""

FROM_ONE = 10
"""Wrong tries of one address within that time."""

IN_ALL = 200
"""Wrong tries of all addresses within that time: at this rate a phrase of four words lasts."""

ADDRESSES = 5_000


class Attempts:
    """The wrong tries of the last minutes.

    Args:
        clock: Gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._all: deque[float] = deque()
        self._of: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str) -> float:
        """Seconds until an address may try again; 0 where it may now."""
        with self._lock:
            return self._wait(address)

    def begin(self, address: str) -> float:
        """Seconds as `wait` gives them; where it is 0 a try is counted, wrong until it is right.

        Counted before it is checked: of many sent at once no more are checked than one by one.
        """
        with self._lock:
            wait = self._wait(address)
            if not wait:
                self._count(address)
            return wait

    def failed(self, address: str) -> None:
        """Count a wrong try."""
        with self._lock:
            self._count(address)

    def not_wrong(self, address: str) -> None:
        """Take back the last try that an address has begun."""
        with self._lock:
            own = self._of.get(_network(address))
            if own:
                at = own.pop()
                with contextlib.suppress(ValueError):
                    self._all.remove(at)

    def _wait(self, address: str) -> float:
        now = self._clock()
        own = self._of.get(_network(address), deque())
        return max(_left(own, FROM_ONE, now), _left(self._all, IN_ALL, now))

    def _count(self, address: str) -> None:
        now, name = self._clock(), _network(address)
        self._all.append(now)
        self._of.setdefault(name, deque()).append(now)
        self._of.move_to_end(name)
        while len(self._of) > ADDRESSES:
            self._of.popitem(last=False)


def _left(tries: "deque[float]", most: int, now: float) -> float:
    while tries and tries[0] <= now - WINDOW:
        tries.popleft()
    return tries[len(tries) - most] + WINDOW - now if len(tries) >= most else 0.0


def _network(address: str) -> str:
    """What counts as one address: of IPv6 the 64 bits that one household has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)  # all of them would be one household
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
