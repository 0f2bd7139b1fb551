"""The way in by OpenID Connect: Streamlit asks the provider, a list says who has which role."""

import json
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from contrast_engine.access import Person, RoleList, as_name
from contrast_engine.access.settings import EMAIL
from contrast_engine.errors import NotAllowed, OptionError
from contrast_engine.server.access import login_page
from contrast_engine.server.access.sessions import LONGEST
from contrast_engine.server.access.way import Login, cookie, inside, is_from_here, wanted

ASK = (
    "Photographs, their contrast, and what people say of them. This server knows people by their "
    "account; {what} stands beside every label that you give."
)
NOT_IN = "This account may not come in here. Log in with another one, or ask who runs this server."
NOT_CONFIRMED = (
    "Your account's provider has not confirmed that the e-mail address is yours. Confirm it there, "
    "or log in with another account."
)
MOST = 100_000
"""So many logins that were ended are kept in mind, more than there are in a week."""

SECONDS_TO_LOG_IN = 900


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

    A cookie that Streamlit signed says who it was. It says nothing more once its person logged
    out, or a week after they logged in.

    Args:
        provider: Streamlit's login.
        roles: The file that says who has which role.
        claim: What of an account is its name here; an e-mail address only where it is confirmed.
        base: Under which path all of it is served.
        clock: Gives the time, in seconds since 1970.
    """

    opens: Collection[str] = ("/auth/login", "/auth/logout", "/oauth2callback")
    out = "/auth/logout"

    def __init__(
        self,
        provider: Provider,
        roles: str,
        claim: str = EMAIL,
        base: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._provider, self._roles, self._claim = provider, RoleList(Path(roles)), claim
        self._home = f"/{base.strip('/')}/" if base.strip("/") else "/"
        self._clock = clock
        self._ended: OrderedDict[bytes, None] = OrderedDict()

    def login(self, asked: HTTPConnection) -> Login | None:
        """Who the provider said it is."""
        claims = self._claims(asked)
        try:
            name = self._name(claims)
        except NotAllowed:
            return None

        def now() -> Person | None:
            role = self._roles.role(name) if self._is_on(claims) else None
            return Person(name, role, is_known=True) if role else None

        return Login(name, now)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """End a login where it is left, and go on to the page that was asked for first.

        All else of logging in and out is Streamlit's affair.
        """
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return False
        request = Request(scope, receive)
        answer = None
        if scope["path"] == self._provider.logout:
            answer = self._leave(request)
        elif scope["path"] == self._home:
            answer = self._go_on(request)
        if answer is not None:
            await answer(scope, receive, send)
        return answer is not None

    async def refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Show the way to the provider, or say why an account may not come in."""
        request = Request(scope, receive)
        claims = self._claims(request)
        if not claims:
            what = "your e-mail address" if self._claim == EMAIL else f"its “{self._claim}”"
            page = login_page.say("Log in", ASK.format(what=what), self._provider.login(), "Log in")
            answer = _fresh(page, 401)
            if "text/html" in request.headers.get("accept", ""):  # no icon, no script
                answer.set_cookie(
                    cookie("after", scope), inside(wanted(request), self._home), httponly=True,
                    max_age=SECONDS_TO_LOG_IN, path=self._home, samesite="lax",
                )  # fmt: skip
        else:
            page = login_page.say("Not let in", self._why(claims), self._provider.logout, "Log out")
            answer = _fresh(page, 403)
        await answer(scope, receive, send)

    def _claims(self, asked: HTTPConnection) -> Mapping[str, Any]:
        claims = self._provider.claims(asked.cookies)
        return claims if claims and self._is_on(claims) else {}

    def _is_on(self, claims: Mapping[str, Any]) -> bool:
        """Whether a login has not ended."""
        since = claims.get("iat")
        is_young = isinstance(since, int | float) and self._clock() - since < LONGEST
        return is_young and _mark(claims) not in self._ended

    def _name(self, claims: Mapping[str, Any]) -> str:
        """Who an account is here.

        Raises:
            NotAllowed: It does not say so, or nobody confirmed it.
        """
        said = claims.get(self._claim)
        if not isinstance(said, str) or not said.strip():
            what = "e-mail address" if self._claim == EMAIL else f"“{self._claim}”"
            raise NotAllowed(f"Your account says no {what}. Log in with another one.")
        # some providers write true as text; one that says nothing has not asked for a proof
        is_confirmed = (
            claims.get("email_verified") is True or claims.get("email_verified") == "true"
        )
        if self._claim == EMAIL and not is_confirmed:
            raise NotAllowed(NOT_CONFIRMED)
        try:
            return as_name(said)
        except OptionError as error:
            text = str(error)
            raise NotAllowed(f"{text[:1].upper()}{text[1:]}.") from None

    def _why(self, claims: Mapping[str, Any]) -> str:
        try:
            self._name(claims)
        except NotAllowed as error:
            return str(error)
        return NOT_IN

    def _leave(self, request: Request) -> Response | None:
        """End a login, whose cookies Streamlit then takes away; ask first, if from elsewhere."""
        claims = self._claims(request)
        if not claims:
            return None
        if not is_from_here(request):
            who = claims.get(self._claim)
            words = f"You are logged in as {who}." if isinstance(who, str) else "You are logged in."
            return _fresh(login_page.say("Log out", words, self._provider.logout, "Log out"), 200)
        self._ended[_mark(claims)] = None
        while len(self._ended) > MOST:
            self._ended.popitem(last=False)
        return None

    def _go_on(self, request: Request) -> Response | None:
        """Lead who has just logged in, and comes to the first page, to the one they wanted."""
        kept = cookie("after", request.scope)
        after = inside(request.cookies.get(kept, ""), self._home)
        login = self.login(request) if kept in request.cookies else None
        if login is None or login.now() is None or after == self._home:
            return None
        answer = RedirectResponse(after, 303)
        answer.delete_cookie(kept, path=self._home, httponly=True, samesite="lax")
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _mark(claims: Mapping[str, Any]) -> bytes:
    """What names one login: no two have the same nonce."""
    return sha256(json.dumps(claims, sort_keys=True, default=str).encode()).digest()


def _fresh(page: str, status: int) -> Response:
    return HTMLResponse(page, status, headers={"Cache-Control": "no-store"})
