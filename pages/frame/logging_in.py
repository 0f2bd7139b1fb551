"""How people log in to this server, and whom a page acts for."""

import json
import sys
import time
from collections.abc import Mapping
from typing import Any

from streamlit import auth_util, runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette import starlette_app_utils
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from contrast_engine import access, server
from contrast_engine.access import Person, Phrases, Role, Settings
from contrast_engine.access.settings import EMAIL
from contrast_engine.errors import OptionError
from contrast_engine.server.access.by_oidc import ByOidc, Provider
from contrast_engine.server.access.by_phrase import ByPhrase
from contrast_engine.server.access.by_proxy import ByProxy

PROVIDER = "default"
WRONG_USAGE = 2
A_DAY = 24 * 3600

_since = time.monotonic()


def way(host: str, base: str = "") -> server.Way | None:
    """How people log in, as the environment says; None where nobody has to, on this machine.

    The process ends where it would let everybody in.

    Args:
        host: Where the app listens; "" is everywhere.
        base: Under which path it is served.
    """
    settings = Settings.of()
    try:
        settings.check(host)
        found = _way(settings, base)
    except OptionError as error:
        print(f"contrast: {error}", file=sys.stderr)  # noqa: T201 - before there is a page
        raise SystemExit(WRONG_USAGE) from None
    access.judge(at_this_page if found else None)
    server.visits.out = found.out if found else ""
    return found


def at_this_page() -> Person | None:
    """Whom this thread acts for: of a page, who is at it; None for the program itself."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return None
    client = runtime.get_instance().get_client(context.session_id) if runtime.exists() else None
    headers = dict(client.client_context.headers) if client and client.client_context else {}
    return server.visits.person(headers.get(server.VISIT, ""), context.session_id)


def _way(settings: Settings, base: str) -> server.Way | None:
    if settings.password_file:
        phrases = Phrases.of(settings.password_file)
        if Role.OWNER not in phrases.roles:
            print(  # noqa: T201 - before there is a page
                "contrast: nobody can log in as an owner: --password-file names no phrase for one;"
                " steps are then run by command only",
                file=sys.stderr,
            )
        return ByPhrase(phrases, base)
    if settings.login:
        claim = settings.name_claim or EMAIL
        return ByOidc(_provider(base), settings.roles, claim, base)
    return ByProxy(settings) if settings.proxy_header else None


def _provider(base: str) -> Provider:
    """Streamlit's login, made sure to be set up.

    Raises:
        OptionError: It is not.
    """
    try:
        auth_util.validate_auth_credentials(PROVIDER)
        auth_util.encode_provider_token(PROVIDER)
    except Exception as error:  # noqa: BLE001 - whatever is missing, nobody could log in
        raise OptionError(
            f"--login oidc needs Streamlit's own login to be set up: {' '.join(str(error).split())}"
            " See docs.streamlit.io, st.login: .streamlit/secrets.toml with a section [auth], and"
            " pip install 'contrast-engine[login]'"
        ) from None
    below = f"/{base.strip('/')}" if base.strip("/") else ""

    def login() -> str:
        return f"{below}/auth/login?provider={auth_util.encode_provider_token(PROVIDER)}"

    return Provider(claims, login, f"{below}/auth/logout")


def claims(cookies: Mapping[str, str]) -> Mapping[str, Any]:
    """What the provider said of who sends these cookies, as Streamlit signed it; empty for nobody.

    Streamlit asks the provider and checks its answer, but lets one through that is for another
    client and names us as who may pass it on (`azp`), and forgets nothing of before a restart. Who
    logged out is remembered in this process only, so what was signed before it is nobody's.

    Args:
        cookies: Of a request.
    """
    secret = get_cookie_secret()
    days = (time.monotonic() - _since + 1) / A_DAY

    def one(name: str) -> bytes | None:
        value = cookies.get(name)
        signed = None if value is None else value.encode("latin-1", "replace")
        read = starlette_app_utils.decode_signed_value
        return read(secret, name, signed, max_age_days=days) if signed else None

    if not secret:
        return {}
    signed = auth_util.get_cookie_with_chunks(one, USER_COOKIE_NAME)
    try:
        found = json.loads(signed) if signed else {}
    except ValueError:
        return {}
    is_ours = isinstance(found, dict) and found.get("is_logged_in") is True
    is_here = is_ours and found.get("origin") == auth_util.get_origin_from_redirect_uri()
    return found if is_here and _is_for_us(found.get("aud")) else {}


def _is_for_us(audience: object) -> bool:
    section = auth_util.get_secrets_auth_section()
    client = (section.get(PROVIDER) or section).get("client_id")
    return bool(client) and client in (audience if isinstance(audience, list) else [audience])
