"""The way in by a name and a pass phrase: our own form, and a cookie that is worth nothing else."""

import hmac
import secrets
from collections.abc import Collection
from functools import partial
from hashlib import sha256
from math import ceil
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from contrast_engine.access import Person, Phrases
from contrast_engine.errors import ContrastError
from contrast_engine.server.access import login_page
from contrast_engine.server.access.attempts import Attempts
from contrast_engine.server.access.sessions import LONGEST, Sessions
from contrast_engine.server.access.way import Login, cookie, inside, is_from_here, wanted

MOST_BYTES = 8_192
"""A form is smaller."""

WRONG = "This pass phrase does not fit this name. Look at it again, or ask who runs this server."
OLD = "This form was open for too long, or came from elsewhere. Please send it again."


class ByPhrase:
    """People log in with their name and a pass phrase.

    Args:
        phrases: The pass phrases.
        base: Under which path all of it is served.
        sessions: Who is logged in.
        attempts: The wrong tries.
    """

    opens: Collection[str] = ()
    out = "/logout"

    def __init__(
        self,
        phrases: Phrases,
        base: str = "",
        sessions: Sessions | None = None,
        attempts: Attempts | None = None,
    ) -> None:
        self._phrases = phrases
        self._base = f"/{base.strip('/')}" if base.strip("/") else ""
        self._sessions, self._attempts = sessions or Sessions(), attempts or Attempts()
        self._secret = secrets.token_bytes(32)

    def login(self, asked: HTTPConnection) -> Login | None:
        """Who has the cookie of a session."""
        token = asked.cookies.get(cookie("login", asked.scope), "")
        person = self._sessions.person(token) if token else None
        if person is None:
            return None
        return Login(person.name, partial(self._sessions.person, token))

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer the form of logging in, and the page and form of logging out."""
        if scope["type"] != "http":
            return False
        at = scope["path"].removeprefix(self._base)
        request = Request(scope, receive)
        if at == "/login" and scope["method"] == "POST":
            answer = await self._log_in(request)
        elif at == "/login" and scope["method"] in ("GET", "HEAD"):
            answer = self._ask(request, self._home, status=200)
        elif at == "/logout" and scope["method"] == "POST":
            answer = await self._log_out(request)
        elif at == "/logout" and scope["method"] in ("GET", "HEAD"):
            answer = self._let_out(request) if is_from_here(request) else self._leave(request)
        else:
            return False
        await answer(scope, receive, send)
        return True

    async def refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a page with the form, which leads on to that page."""
        request = Request(scope, receive)
        answer = self._ask(request, wanted(request), status=401)
        await answer(scope, receive, send)

    @property
    def _home(self) -> str:
        return f"{self._base}/"

    async def _log_in(self, request: Request) -> Response:
        given = await _fields(request)
        name, after = given.get("name", ""), inside(given.get("next", ""), self._home)
        again = partial(self._ask, request, after, name=name)
        if not self._is_ours(request, given.get("form", "")):
            return again(problem=OLD, status=403)
        address = request.client.host if request.client else ""
        if wait := self._attempts.begin(address):
            words = f"Too many wrong tries. Try again in {ceil(wait / 60)} minutes."
            answer = again(problem=words, status=429)
            answer.headers["Retry-After"] = str(ceil(wait))
            return answer
        try:
            person = await run_in_threadpool(self._phrases.person, name, given.get("phrase", ""))
        except ContrastError as error:
            self._attempts.not_wrong(address)  # nothing was checked
            return again(problem=f"{str(error)[:1].upper()}{str(error)[1:]}.", status=400)
        if person is None:
            return again(problem=WRONG, status=401)
        self._attempts.not_wrong(address)
        if self._sessions.has(person.name) and given.get("sure") != "1":
            words = f"{person.name} is logged in in another browser. Is that you?"
            return again(problem=words, status=409, asks_if_sure=True)
        return self._let_in(request, person, after)

    def _let_in(self, request: Request, person: Person, after: str) -> Response:
        old = request.cookies.get(cookie("login", request.scope), "")
        self._sessions.end(old)
        answer = RedirectResponse(after, 303)
        self._set(request, answer, "login", self._sessions.begin(person), int(LONGEST))
        return _fresh(answer)

    async def _log_out(self, request: Request) -> Response:
        given = await _fields(request)
        if not self._is_ours(request, given.get("form", "")):
            return self._leave(request, status=403)
        return self._let_out(request)

    def _let_out(self, request: Request) -> Response:
        self._sessions.end(request.cookies.get(cookie("login", request.scope), ""))
        answer = RedirectResponse(f"{self._base}/login", 303)
        self._set(request, answer, "login", "", 0)
        return _fresh(answer)

    def _leave(self, request: Request, status: int = 200) -> Response:
        login = self.login(request)
        person = login.now() if login else None
        if person is None:
            return RedirectResponse(f"{self._base}/login", 303)
        form, own = self._form(request)
        page = login_page.leave(
            f"{self._base}/logout", form, person.name, person.role.word, self._home
        )
        return self._page(request, page, own, status)

    def _ask(
        self,
        request: Request,
        after: str,
        *,
        status: int,
        name: str = "",
        problem: str = "",
        asks_if_sure: bool = False,
    ) -> Response:
        form, own = self._form(request)
        is_from_elsewhere = request.headers.get("sec-fetch-site") == "cross-site"
        page = login_page.ask(
            f"{self._base}/login", form, after, name=name[:200], problem=problem,
            asks_if_sure=asks_if_sure, here=after if is_from_elsewhere else "",
        )  # fmt: skip
        return self._page(request, page, own, status)

    def _page(self, request: Request, page: str, own: str, status: int) -> Response:
        answer = HTMLResponse(page, status)
        self._set(request, answer, "form", own, None)
        return _fresh(answer)

    def _form(self, request: Request) -> tuple[str, str]:
        """What makes a form ours, and the number of the browser that it goes with."""
        own = request.cookies.get(cookie("form", request.scope), "") or secrets.token_urlsafe(24)
        return self._signed(own), own

    def _signed(self, own: str) -> str:
        return hmac.new(self._secret, own.encode(), sha256).hexdigest()

    def _is_ours(self, request: Request, form: str) -> bool:
        own = request.cookies.get(cookie("form", request.scope), "")
        origin = request.headers.get("origin")
        host = request.headers.get("host", "")
        if origin is not None and origin.partition("://")[2] != host:
            return False
        return bool(own) and hmac.compare_digest(self._signed(own).encode(), form.encode())

    def _set(
        self, request: Request, answer: Response, name: str, value: str, seconds: int | None
    ) -> None:
        answer.set_cookie(
            cookie(name, request.scope), value, max_age=seconds, path=self._home, httponly=True,
            samesite="strict", secure=request.scope.get("scheme") == "https",
        )  # fmt: skip


def _fresh(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["X-Frame-Options"] = "DENY"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


async def _fields(request: Request) -> dict[str, str]:
    """The fields of a form; none where it is larger than ours."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return {}
    try:
        found = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=10)
    except ValueError:
        return {}
    return {name: values[0] for name, values in found.items() if len(values) == 1}
