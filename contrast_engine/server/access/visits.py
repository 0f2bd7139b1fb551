"""Whose session of Streamlit's is whose: what a script asks, and what an upload is held to."""

import secrets
import threading
from collections import OrderedDict

from contrast_engine.access import Person, Role
from contrast_engine.server.access.way import Login

VISIT = "x-contrast-visit"
"""The header in which a websocket carries its visit inward; from outside it is taken out."""

MOST = 20_000
"""So many visits and sessions are known; the oldest are forgotten, and are then nobody's."""

NOBODY = Person("", Role.NOBODY, is_known=True)


class Visits:
    """Every websocket that was let in, and the session of Streamlit's that it serves.

    Attributes:
        out: The address that logs out, "" where there is none.
    """

    def __init__(self) -> None:
        self.out = ""
        self._lock = threading.Lock()
        self._logins: OrderedDict[str, Login] = OrderedDict()
        self._sessions: OrderedDict[str, Login] = OrderedDict()

    def begin(self, login: Login) -> str:
        """The token of a new visit."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._logins[token] = login
            _forget(self._logins)
        return token

    def end(self, token: str) -> None:
        """Forget a visit that is over; its session stays whose it is."""
        with self._lock:
            self._logins.pop(token, None)

    def person(self, token: str, session: str) -> Person:
        """Whom a script acts for, by the visit it serves and its session.

        A session whose browser has just gone is still that of who was there last.
        """
        with self._lock:
            login = self._logins.get(token) or self._sessions.get(session)
            if login is not None and session:
                known = self._sessions.get(session)
                if known is not None and known.name != login.name:
                    return NOBODY
                self._sessions[session] = login
                self._sessions.move_to_end(session)
                _forget(self._sessions)
        return (login.now() if login else None) or NOBODY

    def is_of(self, session: str, login: Login) -> bool:
        """Whether a session was begun by the same person."""
        with self._lock:
            known = self._sessions.get(session)
        return known is not None and known.name == login.name


def _forget(known: "OrderedDict[str, Login]") -> None:
    while len(known) > MOST:
        known.popitem(last=False)


visits = Visits()
"""Those of this process."""
