"""The way in by OpenID Connect: Streamlit asks the provider, a list says who has which role."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from contrast_engine.access import Person, RoleList, as_name
from contrast_engine.errors import OptionError
from contrast_engine.server.access import login_page
from contrast_engine.server.access.way import Login

ASK = (
    "Photographs, their contrast, and what people say of them. This server knows people by their "
    "account; your e-mail address stands beside every label that you give."
)
NOT_IN = "This account may not come in here. Log in with another one, or ask who runs this server."


class Provider(NamedTuple):
    """What is asked of Streamlit, which the engine does not know.

    Args:
        claims: What the provider said of who asks, by the cookies of a request; empty for nobody.
        login: Gives the address that leads to the provider.
        logout: The address that logs out.
    """

    claims: Callable[[Mapping[str, str]], Mapping[str, Any]]
    login: Callable[[], str]
    logout: str


class ByOidc:
    """A provider of OpenID Connect has asked who it is.

    Args:
        provider: Streamlit's login.
        roles: The file that says who has which role.
    """

    opens: Collection[str] = ("/auth/login", "/auth/logout", "/oauth2callback")
    out = "/auth/logout"

    def __init__(self, provider: Provider, roles: str) -> None:
        self._provider, self._roles = provider, RoleList(Path(roles))

    def login(self, asked: HTTPConnection) -> Login | None:
        """Who the provider said it is, by their e-mail address."""
        claims = self._provider.claims(asked.cookies)
        address = claims.get("email")
        if not isinstance(address, str) or claims.get("email_verified") is False:
            return None
        try:
            name = as_name(address)
        except OptionError:
            return None

        def now() -> Person | None:
            role = self._roles.role(name)
            return Person(name, role, is_known=True) if role else None

        return Login(name, now)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Logging in and out is Streamlit's affair."""
        return False

    async def refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Show the way to the provider."""
        if self.login(HTTPConnection(scope)) is None:
            page, status = login_page.say("Log in", ASK, self._provider.login(), "Log in"), 401
        else:
            way = (self._provider.logout, "Log out")
            page, status = login_page.say("Not let in", NOT_IN, *way), 403
        headers = {"Cache-Control": "no-store"}
        await HTMLResponse(page, status, headers=headers)(scope, receive, send)
