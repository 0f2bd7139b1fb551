"""Logging in and out, by each way, without a server: forms, cookies, guesses, proxies, claims."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from contrast_engine import access
from contrast_engine.access import Person, Phrases, Role, Settings
from contrast_engine.server.access import Login, Way
from contrast_engine.server.access import access as middleware
from contrast_engine.server.access.attempts import FROM_ONE, IN_ALL, WINDOW, Attempts
from contrast_engine.server.access.by_oidc import ByOidc, Provider
from contrast_engine.server.access.by_phrase import ByPhrase
from contrast_engine.server.access.by_proxy import ByProxy
from contrast_engine.server.access.sessions import IDLE, LONGEST, Sessions
from contrast_engine.server.access.visits import NOBODY, Visits
from contrast_engine.server.access.way import peer

OWNER = "this house is all mine"
LABELS = "labels by the dozen"
PEER = ("127.0.0.1", 50_000)


class Clock:
    """A clock that is set."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def who(request: Request) -> PlainTextResponse:
    """Who a request acts for, where it is answered."""
    person = access.acting()
    return PlainTextResponse(f"{person.name}: {person.role.word}" if person else "program")


class Browser:
    """A browser that keeps its cookies, in front of an app of one page."""

    def __init__(self, way: Way | None, client: tuple[str, int] = PEER, base: str = "") -> None:
        app = Starlette(routes=[Route("/{any:path}", who)], middleware=middleware(way, base))
        self._app, self._client, self.cookies = app, client, httpx.Cookies()

    def __call__(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app, client=self._client)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1:8501", cookies=self.cookies
            ) as client:
                answer = await client.request(method, path, **options)
                self.cookies = client.cookies
                return answer

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, once()).result()

    def send(self, name: str, phrase: str, **more: Any) -> httpx.Response:
        """The form of logging in, filled and sent."""
        headers = more.pop("headers", {})
        form = re.search(r'name="form" value="([^"]+)"', self("GET", "/login").text)
        assert form is not None
        fields = {"form": form[1], "next": "/map?x=1", "name": name, "phrase": phrase, **more}
        return self("POST", "/login", data=fields, headers=headers)


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    return Phrases([f"owner: {OWNER}", f"annotator: {LABELS}"])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def way(phrases: Phrases, clock: Clock) -> ByPhrase:
    return ByPhrase(phrases, sessions=Sessions(clock), attempts=Attempts(clock))


def test_who_logs_in_goes_on_to_where_they_wanted(way: ByPhrase) -> None:
    browser = Browser(way)
    assert browser("GET", "/map?x=1").status_code == 401
    answer = browser.send("  Ada ", LABELS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/map?x=1")
    assert browser("GET", "/map").text == "Ada: annotator"


def test_the_cookie_is_random_closed_to_scripts_and_stays_on_this_site(way: ByPhrase) -> None:
    said = [Browser(way).send(name, LABELS).headers["set-cookie"] for name in ("Ada", "Bob")]
    tokens = {re.match(r"contrast-login-8501=([\w-]{40,})", line)[1] for line in said}  # type: ignore[index]
    assert len(tokens) == 2
    for line in said:
        assert {"httponly", "samesite=strict", "path=/"} <= set(line.lower().split("; "))


@pytest.mark.parametrize("after", ["https://evil.example", "//evil.example", "/\\evil", "map", ""])
def test_nobody_is_led_elsewhere(way: ByPhrase, after: str) -> None:
    assert Browser(way).send("Ada", LABELS, next=after).headers["location"] == "/"


def test_a_form_from_elsewhere_logs_nobody_in(way: ByPhrase) -> None:
    browser = Browser(way)
    fields = {"name": "Ada", "phrase": LABELS}
    assert browser("POST", "/login", data=fields).status_code == 403
    assert browser.send("Ada", LABELS, form="0" * 64).status_code == 403
    other = {"origin": "http://evil.example"}
    assert browser.send("Ada", LABELS, headers=other).status_code == 403
    form = re.search(r'name="form" value="([^"]+)"', browser("GET", "/login").text)
    assert form is not None
    stranger = Browser(way)
    assert stranger("POST", "/login", data={**fields, "form": form[1]}).status_code == 403
    assert stranger("GET", "/map").status_code == 401


def test_a_form_that_is_far_too_large_is_none(way: ByPhrase) -> None:
    assert Browser(way).send("Ada" * 5_000, LABELS).status_code == 403


def test_logging_out_takes_the_form_and_ends_it_at_once(way: ByPhrase) -> None:
    browser = Browser(way)
    browser.send("Ada", LABELS)
    token = browser.cookies["contrast-login-8501"]
    assert browser("POST", "/logout").status_code == 403
    page = browser("GET", "/logout")
    assert "Ada" in page.text
    form = re.search(r'name="form" value="([^"]+)"', page.text)
    assert form is not None
    assert browser("POST", "/logout", data={"form": form[1]}).status_code == 303
    assert browser("GET", "/map").status_code == 401
    again = Browser(way)
    again.cookies.set("contrast-login-8501", token)
    assert again("GET", "/map").status_code == 401


@pytest.mark.parametrize(
    ("headers", "is_out"),
    [
        ({"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"}, True),
        ({"referer": "http://127.0.0.1:8501/label"}, True),  # plain HTTP, from another machine
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, False),
        ({"sec-fetch-site": "same-site", "sec-fetch-mode": "navigate"}, False),
        ({"sec-fetch-site": "same-origin", "sec-fetch-mode": "no-cors"}, False),
        ({"sec-fetch-site": "none", "referer": "http://127.0.0.1:8501/label"}, False),
        ({"referer": "http://evil.example/http://127.0.0.1:8501/"}, False),
        ({"referer": "http://127.0.0.1:8502/"}, False),
    ],
)
def test_a_link_on_a_page_logs_out_at_once_and_one_from_elsewhere_asks(
    way: ByPhrase, headers: dict[str, str], is_out: bool
) -> None:
    browser = Browser(way)
    browser.send("Ada", LABELS)
    answer = browser("GET", "/logout", headers=headers)
    assert answer.status_code == (303 if is_out else 200)
    assert browser("GET", "/map").status_code == (401 if is_out else 200)


def test_a_restart_logs_everybody_out(phrases: Phrases) -> None:
    browser = Browser(ByPhrase(phrases))
    browser.send("Ada", LABELS)
    again = Browser(ByPhrase(phrases))
    again.cookies = browser.cookies
    assert again("GET", "/map").status_code == 401


def test_who_does_nothing_and_who_stays_too_long_are_logged_out(clock: Clock) -> None:
    known = Sessions(clock)
    token = known.begin(Person("Ada", Role.OWNER))
    for _ in range(int(LONGEST / IDLE)):
        clock.now += IDLE - 1
        assert known.person(token) is not None
    clock.now += IDLE - 1
    assert known.person(token) is None
    token = known.begin(Person("Ada", Role.OWNER))
    clock.now += IDLE + 1
    assert not known.has("ada")
    assert known.person(token) is None
    assert known.person("") is None


def test_guesses_from_one_address_are_limited(way: ByPhrase, clock: Clock) -> None:
    browser, other = Browser(way), Browser(way, ("192.0.2.9", 4))
    for _ in range(FROM_ONE):
        assert browser.send("Eve", "not this phrase").status_code == 401
    refused = browser.send("Eve", OWNER)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= WINDOW
    assert browser("GET", "/map").status_code == 401
    clock.now += WINDOW
    assert browser.send("Eve", OWNER).status_code == 303
    assert other("GET", "/map").status_code == 401


def test_guesses_in_all_are_limited_and_a_household_is_one_address(clock: Clock) -> None:
    tries = Attempts(clock)
    for number in range(FROM_ONE):
        tries.failed(f"2001:db8:1:1::{number}")
    assert tries.wait("2001:db8:1:1:ffff::1") > 0
    assert tries.wait("2001:db8:1:2::1") == 0
    for number in range(IN_ALL - FROM_ONE):
        tries.failed(f"198.51.100.{number}")
    assert tries.wait("203.0.113.1") > 0
    clock.now += WINDOW
    assert tries.wait("203.0.113.1") == 0


def test_guesses_sent_at_once_are_limited_as_those_one_by_one(
    way: ByPhrase, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []

    def slowly(_phrases: Phrases, _name: str, given: str) -> None:
        checked.append(given)
        time.sleep(0.2)

    monkeypatch.setattr(Phrases, "person", slowly)
    browsers = [Browser(way) for _ in range(4 * FROM_ONE)]
    with ThreadPoolExecutor(len(browsers)) as threads:
        answers = [
            threads.submit(one.send, "Eve", f"a guess of many {number}")
            for number, one in enumerate(browsers)
        ]
        said = [answer.result().status_code for answer in answers]
    assert len(checked) == FROM_ONE
    assert said.count(429) == 3 * FROM_ONE


def test_a_right_phrase_is_no_wrong_try(way: ByPhrase) -> None:
    for number in range(2 * FROM_ONE):
        assert Browser(way).send(f"Ada {number}", LABELS).status_code == 303


def test_addresses_of_before_that_are_written_in_the_new_way_are_still_apart(clock: Clock) -> None:
    tries = Attempts(clock)
    for _ in range(FROM_ONE):
        tries.failed("::ffff:203.0.113.7")
    assert tries.wait("::ffff:203.0.113.7") > 0
    assert tries.wait("203.0.113.7") > 0
    assert tries.wait("::ffff:203.0.113.8") == 0


def test_a_name_that_is_logged_in_elsewhere_is_asked_about(way: ByPhrase) -> None:
    Browser(way).send("Ada", LABELS)
    again = Browser(way)
    answer = again.send("ADA", LABELS)
    assert answer.status_code == 409
    assert "Is that you?" in answer.text
    assert again.send("ADA", LABELS, sure="1").status_code == 303


@pytest.mark.parametrize("name", ["", "   ", "a" * 61, "a\u202eb", "simulated A"])
def test_a_name_that_cannot_be_one_is_said_to_be_none(way: ByPhrase, name: str) -> None:
    assert Browser(way).send(name, LABELS).status_code == 400


def test_what_was_typed_is_shown_as_text(way: ByPhrase) -> None:
    text = Browser(way).send('"><script>alert(1)</script>', "not this phrase").text
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_below_a_path_all_of_it_is_below_it(phrases: Phrases) -> None:
    browser = Browser(ByPhrase(phrases, "atlas"), base="atlas")
    page = browser("GET", "/atlas/map")
    assert 'action="/atlas/login"' in page.text
    assert 'value="/atlas/map"' in page.text
    assert "Path=/atlas/" in page.headers["set-cookie"]


def proxy(tmp_path: Path, **more: str) -> ByProxy:
    roles = tmp_path / "roles"
    roles.write_text("Ada: owner\nGrace Hopper: annotator\nJosé: viewer")
    return ByProxy(Settings(proxy_header="X-User", roles=str(roles), **more))


def test_a_proxy_of_this_machine_is_believed_and_nobody_else(tmp_path: Path) -> None:
    way, said = proxy(tmp_path), {"x-user": "Ada"}
    assert Browser(way)("GET", "/map", headers=said).text == "Ada: owner"
    assert Browser(way, ("::1", 5))("GET", "/map", headers=said).status_code == 200
    assert Browser(way, ("192.0.2.7", 5))("GET", "/map", headers=said).status_code == 401
    assert Browser(way)("GET", "/map").status_code == 401
    named = proxy(tmp_path, trust_proxy="192.0.2.0/24")
    assert Browser(named, ("192.0.2.7", 5))("GET", "/map", headers=said).status_code == 200
    assert Browser(named)("GET", "/map", headers=said).status_code == 401


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ([("x-user", "José".encode())], 200),
        ([("x-user", b"Eve")], 403),  # not on the list
        ([("x-user", b"Ada"), ("x-user", b"Grace Hopper")], 401),
        ([("x-user", b"")], 401),
        ([("x-user", b"A" * 61)], 401),
        ([("x-user", "Ada\u202e".encode())], 401),
        ([("x-user", b"simulated A")], 401),
        ([("x-user", b"<b>Ada</b>")], 403),
    ],
)
def test_a_name_from_a_proxy_is_data(
    tmp_path: Path, given: list[tuple[str, bytes]], status: int
) -> None:
    answer = Browser(proxy(tmp_path))("GET", "/map", headers=given)
    assert answer.status_code == status
    assert "<b>" not in answer.text


def test_a_proxy_may_say_the_role_too() -> None:
    way = ByProxy(Settings(proxy_header="X-User", role_header="X-Role"))
    for role, status in (("owner", 200), ("Viewer", 200), ("king", 403), ("", 403)):
        said = {"x-user": "Eve", "x-role": role}
        assert Browser(way)("GET", "/map", headers=said).status_code == status


def test_who_is_really_asking_is_not_what_a_header_says() -> None:
    assert peer({"type": "http", "client": ("192.0.2.1", 0)}) == "127.0.0.1"  # told by its server
    asked = {"type": "http", "client": ("192.0.2.1", 0), "contrast.peer": "10.0.0.9"}
    assert peer(asked) == "10.0.0.9"
    assert peer({"type": "http", "client": ("192.0.2.1", 70)}) == "192.0.2.1"


Claims = Callable[[Mapping[str, str]], Mapping[str, Any]]


def oidc(tmp_path: Path, claims: Mapping[str, Any], **options: Any) -> ByOidc:
    roles = tmp_path / "roles"
    roles.write_text("ada@example.org: owner\n0f3a: owner")
    said = {"iat": int(time.time()), **claims} if claims else {}
    login = "/auth/login?provider=x"
    return ByOidc(Provider(lambda _: said, lambda: login, "/auth/logout"), str(roles), **options)


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"email": "Ada@Example.org", "email_verified": True}, 200),
        ({"email": "ada@example.org", "email_verified": "true"}, 200),
        ({"email": "ada@example.org"}, 403),
        ({"email": "ada@example.org", "email_verified": False}, 403),
        ({"email": "ada@example.org", "email_verified": "false"}, 403),
        ({"email": "ada@example.org", "email_verified": 1.0}, 403),
        ({"email": "eve@example.org", "email_verified": True}, 403),
        ({"email": ["ada@example.org"], "email_verified": True}, 403),
        ({"name": "ada@example.org", "email_verified": True}, 403),
        ({"email": "ada@example.org", "email_verified": True, "iat": 0}, 401),
        ({}, 401),
    ],
)
def test_an_account_is_let_in_by_its_address(
    tmp_path: Path, claims: Mapping[str, Any], status: int
) -> None:
    answer = Browser(oidc(tmp_path, claims))("GET", "/map")
    assert answer.status_code == status
    if status == 401:
        assert 'href="/auth/login?provider=x"' in answer.text


def test_what_of_an_account_is_its_name_can_be_said(tmp_path: Path) -> None:
    claims = {"oid": "0f3a", "email": "ada@example.org"}
    way = oidc(tmp_path, claims, claim="oid")
    assert Browser(way)("GET", "/map").text == "0f3a: owner"
    other = Browser(oidc(tmp_path, {"email": "ada@example.org"}, claim="oid"))("GET", "/map")
    assert other.status_code == 403
    assert "says no “oid”" in other.text


def test_an_account_is_in_for_a_week_and_until_it_is_left(tmp_path: Path) -> None:
    hour, claims = [time.time()], {"email": "ada@example.org", "email_verified": True}
    way = oidc(tmp_path, claims, clock=lambda: hour[0])
    browser = Browser(way)
    login = way.login(HTTPConnection({"type": "http", "headers": []}))
    assert login is not None
    assert login.now() is not None
    hour[0] += LONGEST + 10
    assert browser("GET", "/map").status_code == 401
    assert login.now() is None
    hour[0] -= LONGEST
    assert browser("GET", "/map").status_code == 200
    here = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"}
    browser("GET", "/auth/logout", headers=here)
    assert login.now() is None
    assert browser("GET", "/map").status_code == 401


def test_who_logs_in_with_an_account_comes_to_the_page_they_wanted(tmp_path: Path) -> None:
    claims: dict[str, Any] = {}
    provider = Provider(lambda _: claims, lambda: "/auth/login?provider=x", "/auth/logout")
    (tmp_path / "roles").write_text("*: viewer")
    browser = Browser(ByOidc(provider, str(tmp_path / "roles")))
    page, icon = {"accept": "text/html,*/*;q=0.8"}, {"accept": "image/avif,*/*;q=0.8"}
    assert browser("GET", "/label?queue=random", headers=page).status_code == 401
    assert browser("GET", "/favicon.ico", headers=icon).status_code == 401
    claims.update(email="ada@example.org", email_verified=True, iat=int(time.time()))
    answer = browser("GET", "/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/label?queue=random")
    assert browser("GET", "/").status_code == 200
    browser.cookies.set("contrast-after-8501", "//evil.example")
    assert browser("GET", "/").status_code == 200


@pytest.mark.parametrize(("scheme", "is_closed"), [("https", True), ("http", False)])
def test_the_cookie_of_an_account_goes_back_by_encrypted_ways_only(
    tmp_path: Path, scheme: str, is_closed: bool
) -> None:
    def logs_in(_request: Request) -> PlainTextResponse:
        answer = PlainTextResponse("in")
        answer.set_cookie("_streamlit_user", "signed", httponly=True)
        answer.set_cookie("_streamlit_user_1", "more", secure=True)
        return answer

    app = Starlette(
        routes=[Route("/oauth2callback", logs_in)], middleware=middleware(oidc(tmp_path, {}))
    )

    async def once() -> list[str]:
        transport = httpx.ASGITransport(app=app, client=PEER)
        at = f"{scheme}://atlas.example.org"
        async with httpx.AsyncClient(transport=transport, base_url=at) as client:
            return (await client.get("/oauth2callback")).headers.get_list("set-cookie")

    first, second = asyncio.run(once())
    assert first.lower().count("secure") == is_closed
    assert second.lower().count("secure") == 1


def test_without_a_login_only_this_machine_is_answered() -> None:
    assert Browser(None)("GET", "/map").text == "program"
    assert Browser(None, ("::1", 9))("GET", "/map").status_code == 200
    refused = Browser(None, ("192.0.2.7", 9))("GET", "/map")
    assert refused.status_code == 403
    assert "--password-file" in refused.text


def test_a_script_acts_for_who_opened_its_page_until_they_log_out() -> None:
    known, out = Visits(), []
    ada = Person("Ada", Role.ANNOTATOR, is_known=True)
    login = Login("Ada", lambda: None if out else ada)
    token = known.begin(login)
    assert known.person(token, "session") == ada
    known.end(token)
    assert known.person("", "session") == ada  # the tab was closed while it ran
    assert known.person("guess", "another") == NOBODY
    eve = known.begin(Login("Eve", lambda: Person("Eve", Role.OWNER, is_known=True)))
    assert known.person(eve, "session") == NOBODY
    assert not known.is_of("session", Login("Eve", lambda: None))
    out.append(True)
    assert known.person("", "session") == NOBODY


def test_a_login_of_a_way_is_a_person_now(tmp_path: Path) -> None:
    """A role that is taken away on the list is gone at once."""
    way = proxy(tmp_path)
    scope = {"type": "http", "client": PEER, "headers": [(b"x-user", b"Ada")]}
    login = way.login(HTTPConnection(scope))
    assert login is not None
    assert login.now() == Person("Ada", Role.OWNER, is_known=True)
    (tmp_path / "roles").write_text("Ada: viewer ")
    assert login.now() == Person("Ada", Role.VIEWER, is_known=True)


def test_a_person_is_told_in_words_what_their_role_cannot_do(way: ByPhrase) -> None:
    browser = Browser(way)
    browser.send("Ada", LABELS)
    page = browser("GET", "/_stcore/metrics", headers={"accept": "text/html,*/*;q=0.8"})
    assert page.status_code == 403
    assert "Only an owner can do this, and you are logged in as an annotator." in page.text
    assert "<h1>" in page.text
    program = browser("GET", "/_stcore/metrics").json()
    assert program["error"].startswith("only an owner")
