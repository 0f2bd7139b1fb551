"""Logging in at a real issuer of OpenID Connect, and every way in which one could be cheated."""

import html
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from contrast_engine.store import Workspace
from tests.access.conftest import Served, serve_accounts

pytest.importorskip("authlib", reason="Streamlit's login needs Authlib: contrast-engine[login]")

from tests.access.issuer import (
    PEOPLE,
    Claims,
    Issuer,
    signed_by_another,
    signed_with_what_all_know,
    unsigned,
)
from tests.access.websocket import opened

HERE = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"}
"""What a browser says where a link on one of our pages is followed."""


@pytest.fixture(scope="module")
def app(
    collection: Path, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """An app of this module's own."""
    found = serve_accounts(collection, tmp_path_factory.mktemp("oidc") / "app", issuer)
    yield found
    found.stop()


@pytest.fixture(autouse=True)
def truth(issuer: Issuer) -> Iterator[None]:
    yield
    issuer.tell_truth()


def told(app: Served, workspace: Workspace) -> str:
    """An address that takes somebody who is in."""
    return f"{app.url}/api/{workspace.id}/team"


def is_in(app: Served, workspace: Workspace, browser: httpx.Client) -> bool:
    return browser.get(told(app, workspace)).status_code == 200


def way_in(app: Served, browser: httpx.Client) -> httpx.URL:
    """The issuer's page on which an account is chosen."""
    found = re.search(r'href="([^"]*/auth/login[^"]*)"', browser.get("/").text)
    assert found is not None
    return browser.get(html.unescape(found[1])).url


@pytest.mark.parametrize("role", PEOPLE)
def test_who_the_issuer_knows_comes_in_with_the_role_of_the_list(
    app: Served, workspace: Workspace, role: str
) -> None:
    with app.browser() as browser:
        assert browser.get("/").status_code == 401
        assert not is_in(app, workspace, browser)
        page = app.by_account(browser, role)
        assert (page.status_code, str(page.url)) == (200, f"{app.url}/")
        assert is_in(app, workspace, browser)
        upload = browser.put("/_stcore/upload_file/nobodys/one", content=b"x")
        is_refused = "log" in upload.text and upload.status_code == 403
        assert is_refused is (role != "owner") or "somebody else" in upload.text


def test_what_is_asked_of_the_issuer_is_what_the_standard_asks_for(app: Served) -> None:
    with app.browser() as browser:
        asked = parse_qs(urlsplit(str(way_in(app, browser))).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{app.url}/oauth2callback"]
    assert "openid" in asked["scope"][0].split()
    assert all(len(asked[name][0]) >= 20 for name in ("state", "nonce", "code_challenge"))


@pytest.mark.parametrize(
    ("account", "words"),
    [
        ("stranger", "may not come in"),
        ("unverified", "has not confirmed"),
        ("unverified as text", "has not confirmed"),
        ("silent", "has not confirmed"),
        ("nameless", "says no e-mail address"),
        ("endless", "60 characters"),
    ],
)
def test_an_account_that_may_not_come_in_is_told_why_and_can_take_another(
    app: Served, workspace: Workspace, account: str, words: str
) -> None:
    with app.browser() as browser:
        page = app.by_account(browser, account)
        assert page.status_code == 403
        assert words in page.text
        assert not is_in(app, workspace, browser)
        out = re.search(r'href="([^"]*/auth/logout)"', page.text)
        assert out is not None
        assert browser.get(out[1], headers=HERE).status_code == 401
        assert app.by_account(browser, "owner").status_code == 200


def change(**said: object) -> Callable[[Claims], Claims]:
    """Claims, some of which are changed; those that are None are left out."""

    def changed(claims: Claims) -> Claims:
        return {name: one for name, one in {**claims, **said}.items() if one is not None}

    return changed


LIES = {
    "expired": (change(exp=int(time.time()) - 3_600, iat=int(time.time()) - 7_200), None),
    "of another issuer": (change(iss="https://accounts.example.org"), None),
    "for another client": (change(aud="another"), None),
    "for another client, by way of this one": (change(aud="another", azp="contrast"), None),
    "for two clients of which none is this one": (change(aud=["a", "b"], azp="contrast"), None),
    "without an audience": (change(aud=None), None),
    "without an end": (change(exp=None), None),
    "of another login": (change(nonce="0123456789abcdef0123"), None),
    "of no login": (change(nonce=None), None),
    "not signed": (change(), unsigned),
    "signed by another": (change(), signed_by_another),
    "signed with the public key": (change(), signed_with_what_all_know),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_what_it_should_be_lets_nobody_in(
    app: Served, workspace: Workspace, issuer: Issuer, lie: str
) -> None:
    changed, signed = LIES[lie]
    issuer.lie(changed, **({"sign": signed} if signed else {}))
    with app.browser() as browser:
        page = app.by_account(browser, "owner")
        assert issuer.asked[-1] in ("/token", "/jwks"), "it came as far as the token"
        assert page.status_code in (401, 403)
        assert not is_in(app, workspace, browser)
        issuer.tell_truth()
        assert app.by_account(browser, "owner").status_code == 200


def test_an_answer_that_this_browser_did_not_ask_for_lets_nobody_in(
    app: Served, workspace: Workspace
) -> None:
    """A link with the code of somebody else's account: their labels would be under that name."""
    with app.browser() as attacker, app.browser() as victim:
        chosen = way_in(app, attacker).copy_add_param("account", "viewer")
        attacker.follow_redirects = False
        back = attacker.get(chosen).headers["location"]
        assert victim.get(back).status_code == 401
        own = way_in(app, victim)
        state = parse_qs(urlsplit(str(own)).query)["state"][0]
        assert victim.get(httpx.URL(back).copy_set_param("state", state)).status_code == 401
        assert not is_in(app, workspace, victim)


def test_a_code_is_good_once(app: Served, workspace: Workspace) -> None:
    with app.browser() as browser, app.browser() as again:
        chosen = way_in(app, browser).copy_add_param("account", "owner")
        browser.follow_redirects = False
        back = browser.get(chosen).headers["location"]
        again.cookies.update(browser.cookies)
        browser.follow_redirects = True
        assert browser.get(back).status_code == 200
        assert again.get(back).status_code == 401
        assert not is_in(app, workspace, again)


def test_a_cookie_that_is_made_up_opens_nothing(app: Served, workspace: Workspace) -> None:
    with app.browser() as browser:
        app.by_account(browser, "viewer")
        name = "_streamlit_user"
        value = browser.cookies[name]
    middle = len(value) // 3
    swapped = "A" if value[middle] != "A" else "B"
    for tried in (f"{name}={value[:-1]}", f"{name}={value[:middle]}{swapped}{value[middle + 1:]}",
                  f"{name}=", f"{name}=%7B%22email%22%3A%22olga@example.org%22%7D",
                  f"{name}_1={value}", f"{name}={value}; {name}=x", f"{name}_tokens={value}"):  # fmt: skip
        answer = httpx.get(told(app, workspace), headers={"cookie": tried})
        assert answer.status_code == 401, tried
    right = httpx.get(told(app, workspace), headers={"cookie": f"{name}={value}"})
    assert right.status_code == 200


def test_who_logged_out_is_out_in_every_tab_and_with_every_copy_of_the_cookie(
    app: Served, workspace: Workspace, issuer: Issuer
) -> None:
    with app.browser() as browser:
        app.by_account(browser, "annotator")
        cookie = "; ".join(f"{one}={two}" for one, two in browser.cookies.items())
        with opened(app.url, {"cookie": cookie}) as there:
            there.run("glossary")
            assert browser.get("/auth/logout", headers=HERE).status_code == 401
            assert "/logout" in issuer.asked
            with pytest.raises(ConnectionClosed):
                there.run("glossary")
        assert not is_in(app, workspace, browser)
    assert httpx.get(told(app, workspace), headers={"cookie": cookie}).status_code == 401
    with app.browser() as again:
        assert app.by_account(again, "annotator").status_code == 200


def test_a_link_from_elsewhere_asks_before_it_logs_out(app: Served, workspace: Workspace) -> None:
    there = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    with app.browser() as browser:
        app.by_account(browser, "annotator")
        page = browser.get("/auth/logout", headers=there)
        assert page.status_code == 200
        assert "ada@example.org" in page.text
        assert is_in(app, workspace, browser)


def test_two_people_have_two_roles_and_a_list_that_changes_counts_at_once(
    app: Served, workspace: Workspace
) -> None:
    names = app.folder / "roles"
    before = names.read_text()
    with app.browser() as ada, app.browser() as olga:
        app.by_account(ada, "annotator")
        app.by_account(olga, "owner")
        metrics = [one.get("/_stcore/metrics").status_code for one in (ada, olga)]
        assert metrics[0] == 403 != metrics[1]
        names.write_text(before.replace("ADA@EXAMPLE.ORG: annotator\n", ""))
        try:
            assert not is_in(app, workspace, ada)
            assert is_in(app, workspace, olga)
        finally:
            names.write_text(before)
        assert is_in(app, workspace, ada)
