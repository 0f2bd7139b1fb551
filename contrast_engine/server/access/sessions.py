"""Who is logged in with a pass phrase: kept in memory, so that a restart logs everybody out."""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from contrast_engine.access import Person

IDLE = 12 * 3600.0
"""Seconds after which somebody who did nothing is logged out."""

LONGEST = 7 * 24 * 3600.0
"""Seconds after which everybody is logged out."""

MOST = 5_000


@dataclass
class Session:
    """Somebody who is logged in in one browser."""

    person: Person
    since: float
    seen: float


class Sessions:
    """Those who are logged in, by a random token of which only a hash is kept.

    Args:
        clock: Gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Session] = OrderedDict()

    def begin(self, person: Person) -> str:
        """The token of somebody who has just logged in."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._known[_name(token)] = Session(person, now, now)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return token

    def person(self, token: str) -> Person | None:
        """Who has a token; None where nobody has, or not any more."""
        with self._lock:
            found, now = self._known.get(_name(token)), self._clock()
            if found is None:
                return None
            if now - found.seen > IDLE or now - found.since > LONGEST:
                del self._known[_name(token)]
                return None
            found.seen = now
            return found.person

    def end(self, token: str) -> None:
        """Log somebody out, wherever the token is used."""
        with self._lock:
            self._known.pop(_name(token), None)

    def has(self, name: str) -> bool:
        """Whether somebody of a name is logged in, however it is spelled."""
        with self._lock:
            now = self._clock()
            return any(
                one.person.name.casefold() == name.casefold() and now - one.seen <= IDLE
                for one in self._known.values()
            )


def _name(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
