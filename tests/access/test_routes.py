"""Every route, websocket and upload of the real app, as each role and as nobody."""

import json
import re
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from contrast_engine.access import Role
from contrast_engine.server.access.by_oidc import ByOidc
from contrast_engine.server.access.rules import ROLES, UPLOADS
from contrast_engine.store import Workspace
from tests.access.conftest import Served
from tests.access.websocket import opened

ROOT = Path(__file__).parents[2]
ASK = """
import json, app
found = [[r.path, sorted(getattr(r, "methods", None) or ["WEBSOCKET"])]
         for r in app.app._build_starlette_app().routes]
print(json.dumps(found))
"""
NO_ROUTES = {"/_stcore/{rest:path}", "/app/static/{path:path}", "/_stcore/script-health-check"}
"""Rules of routes that are there only where Streamlit is told to have them, or none of ours."""

WHO = ("nobody", "viewer", "annotator", "owner")


@pytest.fixture(scope="session")
def routes() -> list[tuple[str, str]]:
    """Every path and method that the app answers, as it says itself."""
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    return [(path, method) for path, methods in found for method in methods]


def test_every_route_has_a_rule_and_every_rule_a_route(routes: list[tuple[str, str]]) -> None:
    paths = {path for path, _ in routes}
    assert len(paths) > 25
    assert not paths - set(ROLES), "say in server/access/rules.py who may ask for these"
    assert not set(ROLES) - NO_ROUTES - paths, "these rules are of routes that are gone"


def test_only_a_sign_of_life_is_open_to_anybody() -> None:
    assert {path for path, role in ROLES.items() if not role} == {"/api/health", "/_stcore/health"}


def filled(path: str, workspace: Workspace) -> str:
    """An address of a route."""
    known = {
        "ws": workspace.id, "image": next(iter(workspace.images.ids)),
        "key": workspace.current("maps") or "", "what": f"cluster@{workspace.current('clusterings')}",
        "name": "0123456789abcdef", "job": "0123456789abcdef", "session_id": "nobodys",
        "file_id": "one", "path": "nothing", "rest": "nothing",
    }  # fmt: skip
    return re.sub(r"\{(\w+)(?::path)?\}", lambda found: known[found[1]], path) or "/gallery"


def test_each_route_answers_each_role_as_its_rule_says(
    served: Served, workspace: Workspace, routes: list[tuple[str, str]]
) -> None:
    asked = 0
    with httpx.Client(base_url=served.url, timeout=60) as client:
        for path, method in routes:
            if method == "WEBSOCKET":
                continue
            for who in WHO:
                answer = client.request(
                    method, filled(path, workspace), headers=served.headers(who)
                )
                role = Role.NOBODY if who == "nobody" else Role.of(who)
                said = f"{method} {path} as {who}: {answer.status_code} {answer.text[:200]}"
                reads = method in ("GET", "HEAD", "OPTIONS") or path == UPLOADS
                least = ROLES[path] if reads or not ROLES[path] else Role.OWNER
                if served.mode == "oidc" and path in ByOidc.opens:
                    least = Role.NOBODY
                if role >= least:
                    is_off = path == UPLOADS or "not_available" in answer.text
                    assert is_off or answer.status_code not in (401, 403), said
                elif role is Role.NOBODY:
                    assert answer.status_code == 401, said
                    assert workspace.id not in answer.text, said
                else:
                    assert answer.status_code == 403, said
                asked += 1
    assert asked > 150


def test_what_is_open_says_no_more_than_that_it_is_there(served: Served) -> None:
    assert httpx.get(f"{served.url}/api/health").json() == {"ok": True}
    assert httpx.get(f"{served.url}/_stcore/health").text == "ok"


def test_nobody_opens_a_websocket(served: Served) -> None:
    for headers in ({}, {"cookie": "contrast-login=x"}, {"x-contrast-visit": "x"}):
        with pytest.raises(InvalidStatus) as refused, opened(served.url, headers):
            pytest.fail("it was let in")
        assert refused.value.response.status_code == 403


def test_a_page_is_answered_to_nobody_by_the_way_in(served: Served) -> None:
    for path in ("/", "/gallery", "/label?workspace=1", "/no-such-page"):
        answer = httpx.get(f"{served.url}{path}")
        assert answer.status_code == 401
        assert "<title>Log in" in answer.text
        assert "no-store" in answer.headers["cache-control"]
        assert "script" not in answer.text


@pytest.mark.parametrize("role", ["viewer", "annotator", "owner"])
def test_downloads_are_for_everybody_who_is_in(
    served: Served, workspace: Workspace, role: str
) -> None:
    key = workspace.selections.put(list(workspace.images.ids)[:2])
    at = f"{served.url}/api/{workspace.id}/selection/{key}/zip"
    answer = httpx.get(at, headers=served.headers(role), timeout=60)
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")
    assert httpx.get(at).status_code == 401


def upload(served: Served, session: str, role: str, page: dict[str, str]) -> httpx.Response:
    """The answer to an upload into a session of Streamlit's."""
    mine = served.headers(role)
    cookies = "; ".join(filter(None, [mine.get("cookie", ""), page["cookie"]]))
    return httpx.put(
        f"{served.url}/_stcore/upload_file/{session}/a-file", files={"file": ("a.png", b"1")},
        headers={**mine, "cookie": cookies, "x-xsrftoken": page["token"]},
    )  # fmt: skip


def xsrf(served: Served) -> dict[str, str]:
    """Streamlit's own token, which anybody gets."""
    cookie = httpx.get(f"{served.url}/_stcore/health").headers["set-cookie"].split(";")[0]
    return {"cookie": cookie, "token": cookie.partition("=")[2]}


def test_only_an_owner_uploads_and_only_into_a_page_of_their_own(served: Served) -> None:
    page, sessions = xsrf(served), {}
    with ExitStack() as open_pages:
        for role in ("viewer", "annotator", "owner"):
            there = open_pages.enter_context(opened(served.url, served.headers(role)))
            there.run("glossary")
            sessions[role] = there.session
        for role in ("nobody", "viewer", "annotator"):
            own = sessions.get(role, sessions["owner"])
            assert upload(served, own, role, page).status_code == (401 if role == "nobody" else 403)
        assert upload(served, sessions["viewer"], "owner", page).status_code == 403
        assert upload(served, "no-session", "owner", page).status_code == 403
        assert upload(served, sessions["owner"], "owner", page).status_code == 204


def test_nobody_goes_on_with_the_session_of_another(served: Served) -> None:
    with opened(served.url, served.headers("owner")) as first:
        first.run("glossary")
    for role, is_same in (("viewer", False), ("owner", True)):
        with opened(served.url, served.headers(role), session=first.session) as again:
            again.run("glossary")
            assert (again.session == first.session) is is_same
