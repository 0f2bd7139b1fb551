"""The way in by what a proxy says: believed only of the proxies that are named."""

from collections.abc import Collection
from pathlib import Path

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from contrast_engine.access import Person, Role, RoleList, Settings, as_name
from contrast_engine.errors import OptionError
from contrast_engine.server.access import login_page
from contrast_engine.server.access.way import Login, peer
from contrast_engine.server.door.proxies import is_among

NOT_BY_PROXY = (
    "This app is reached by its proxy, which says who you are; here nobody is known. Use the "
    "address that you were given."
)
NOT_IN = "You are known here, but not as somebody who may come in. Ask who runs this server."


class ByProxy:
    """A proxy has asked who it is, and says so in a header.

    Args:
        settings: Names the header, the proxies, and who has which role.
    """

    opens: Collection[str] = ()
    out = ""

    def __init__(self, settings: Settings) -> None:
        self._header, self._role_header = settings.proxy_header, settings.role_header
        self._networks = settings.networks
        self._roles = RoleList(Path(settings.roles)) if settings.roles else None

    def login(self, asked: HTTPConnection) -> Login | None:
        """Who a request of a proxy is said to be from."""
        name, role = self._said(asked, self._header), self._said(asked, self._role_header)
        if not is_among(self._networks, peer(asked.scope)) or not name:
            return None
        try:
            known = as_name(name)
        except OptionError:
            return None

        def now() -> Person | None:
            found = self._role(known, role)
            return Person(known, found, is_known=True) if found else None

        return Login(known, now)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Logging in and out is the proxy's affair."""
        return False

    async def refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say that nobody is known here, or that who is known may not come in."""
        is_known = self.login(HTTPConnection(scope)) is not None
        page = login_page.say("Log in", NOT_IN if is_known else NOT_BY_PROXY)
        headers = {"Cache-Control": "no-store"}
        answer = HTMLResponse(page, 403 if is_known else 401, headers=headers)
        await answer(scope, receive, send)

    def _role(self, name: str, said: str) -> Role:
        if self._roles is not None:
            listed = self._roles.role(name)
            if listed or not self._role_header:
                return listed
        try:
            return Role.of(said)
        except OptionError:
            return Role.NOBODY

    def _said(self, asked: HTTPConnection, header: str) -> str:
        """What a header says once; "" where it is not there, or there twice."""
        given = asked.headers.getlist(header) if header else []
        if len(given) != 1:
            return ""
        try:
            return given[0].encode("latin-1").decode("utf-8")
        except UnicodeError:
            return given[0]
