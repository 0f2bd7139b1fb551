"""What Streamlit's login leaves in cookies, as the app reads it."""

import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

import pytest
from streamlit import auth_util
from streamlit.web.server.starlette import starlette_app_utils
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from contrast_engine.access import Settings
from pages.frame import logging_in

HERE = "https://atlas.example.org"
ADA = {
    "email": "ada@example.org", "is_logged_in": True, "origin": HERE, "provider": "default",
    "aud": "contrast",
}  # fmt: skip


@pytest.fixture(autouse=True)
def set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit's secrets, as a file would have them."""
    monkeypatch.setattr(logging_in, "get_cookie_secret", lambda: "a secret of this server")
    monkeypatch.setattr(auth_util, "get_origin_from_redirect_uri", lambda: HERE)
    monkeypatch.setattr(auth_util, "get_secrets_auth_section", lambda: {"client_id": "contrast"})


def cookies(user: Mapping[str, Any], secret: str = "a secret of this server") -> dict[str, str]:
    """The cookies of somebody, as Streamlit makes them."""
    found: dict[str, str] = {}

    def keep(name: str, value: str) -> None:
        found[name] = starlette_app_utils.create_signed_value(secret, name, value).decode()

    def signed(name: str, value: str) -> bytes:
        return starlette_app_utils.create_signed_value(secret, name, value)

    auth_util.set_cookie_with_chunks(
        keep, signed, USER_COOKIE_NAME, dict(user), cookie_attr_size=100
    )
    return found


def test_who_logged_in_is_known_by_what_the_provider_said() -> None:
    assert logging_in.claims(cookies(ADA))["email"] == "ada@example.org"


def test_a_cookie_too_long_for_one_is_put_together() -> None:
    many = cookies(ADA | {"picture": secrets.token_hex(9_000)})
    assert len(many) > 2
    assert logging_in.claims(many)["email"] == "ada@example.org"
    assert logging_in.claims(dict(list(many.items())[:-1])) == {}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {USER_COOKIE_NAME: ""},
        {USER_COOKIE_NAME: json.dumps(ADA)},
        {USER_COOKIE_NAME: "\u0394\u2028"},
        cookies(ADA, "the secret of another server"),
        cookies(ADA | {"origin": "https://other.example.org"}),
        cookies(ADA | {"is_logged_in": False}),
        cookies(ADA | {"aud": "another"}),
        cookies(ADA | {"aud": ["another", "one more"], "azp": "contrast"}),
        cookies({name: said for name, said in ADA.items() if name != "aud"}),
    ],
)
def test_another_cookie_is_nobodys(given: dict[str, str]) -> None:
    assert logging_in.claims(given) == {}


def test_a_restart_logs_everybody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """As who logged out is remembered in memory only, what was signed before counts for nothing."""
    given = cookies(ADA)
    later = time.time() + 60
    monkeypatch.setattr(logging_in, "_since", time.monotonic())
    assert logging_in.claims(given)
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    assert logging_in.claims(given) == {}


def test_a_login_that_is_not_set_up_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path_factory
) -> None:
    roles = tmp_path_factory.mktemp("oidc") / "roles"
    roles.write_text("*: viewer")
    for name, value in Settings(login="oidc", roles=str(roles)).variables().items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        logging_in.way("0.0.0.0")
    assert ended.value.code == 2
    assert "secrets.toml" in capsys.readouterr().err
