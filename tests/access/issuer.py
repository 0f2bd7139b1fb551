"""A provider of OpenID Connect in a thread: discovery, keys, accounts, codes, tokens.

It does what OpenID Connect Core 1.0 asks of one, section 3.1: the code is for one client, one
address and one use, goes with its PKCE verifier, and buys an ID token signed with RSA. A test may
have it lie in one respect, by `lie`.
"""

import json
import secrets
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from joserfc import jws, jwt
from joserfc.jwk import RSAKey

Claims = dict[str, Any]
PEOPLE: dict[str, Claims] = {
    role: {"sub": role, "email": f"{name}@example.org", "email_verified": True, "name": name}
    for role, name in (("viewer", "vera"), ("annotator", "ada"), ("owner", "olga"))
}
EVERYBODY: dict[str, Claims] = {
    **PEOPLE,
    "stranger": {"sub": "stranger", "email": "eve@example.org", "email_verified": True},
    "unverified": {"sub": "x1", "email": "olga@example.org", "email_verified": False},
    "unverified as text": {"sub": "x2", "email": "olga@example.org", "email_verified": "false"},
    "silent": {"sub": "x3", "email": "olga@example.org"},
    "nameless": {"sub": "x4"},
    "endless": {"sub": "x5", "email": f"{'a' * 60}@example.org", "email_verified": True},
}
"""Who has an account; what the issuer says of them beyond the token's own claims."""


@dataclass
class Asked:
    """What came with the request that a code answers."""

    account: str
    redirect_uri: str
    nonce: str
    challenge: str


def _plain(token: Claims, key: RSAKey) -> str:
    return jwt.encode({"alg": "RS256", "kid": key.kid}, token, key)


def unsigned(token: Claims, key: RSAKey) -> str:
    """A token of which nobody says that it is true."""
    head = urlsafe_b64encode(json.dumps({"alg": "none", "kid": key.kid}).encode()).rstrip(b"=")
    body = urlsafe_b64encode(json.dumps(token).encode()).rstrip(b"=")
    return f"{head.decode()}.{body.decode()}."


def signed_by_another(token: Claims, key: RSAKey) -> str:
    """A token whose key only says that it is the issuer's."""
    return jwt.encode({"alg": "RS256", "kid": key.kid}, token, RSAKey.generate_key(2048))


def signed_with_what_all_know(token: Claims, key: RSAKey) -> str:
    """A token that takes the public key for a secret."""
    from joserfc.jwk import OctKey

    public = OctKey.import_key(key.as_pem(private=False))
    body = json.dumps(token).encode()
    return jws.serialize_compact({"alg": "HS256", "kid": key.kid}, body, public, ["HS256"])


class Issuer:
    """An issuer on a free port of this machine.

    Attributes:
        client: What a client is called here.
        secret: What only it and the issuer know.
        change: Changes the claims of a token before it is signed.
        sign: Makes a token out of them.
        asked: The paths that were asked for, in order.
    """

    def __init__(self) -> None:
        self.client, self.secret = "contrast", secrets.token_urlsafe(24)
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig"})
        self.codes: dict[str, Asked] = {}
        self.asked: list[str] = []
        self.tell_truth()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._answering())
        self.url = f"http://localhost:{self._server.server_port}"

    def tell_truth(self) -> None:
        """Take back what `lie` was told."""
        self.lie()

    def lie(
        self,
        change: Callable[[Claims], Claims] = lambda claims: claims,
        sign: Callable[[Claims, RSAKey], str] = _plain,
    ) -> None:
        """From now on, say something else in tokens than what is so."""
        self.change, self.sign = change, sign

    def __enter__(self) -> "Issuer":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def secrets_toml(self, app: str) -> str:
        """What Streamlit has to be told of it."""
        return (
            f'[auth]\nredirect_uri = "{app}/oauth2callback"\n'
            f'cookie_secret = "{secrets.token_urlsafe(32)}"\nclient_id = "{self.client}"\n'
            f'client_secret = "{self.secret}"\n'
            f'server_metadata_url = "{self.url}/.well-known/openid-configuration"\n'
        )

    def get(self, path: str, query: dict[str, str]) -> tuple[int, str, Any]:
        """The answer to a GET: status, kind, body or where to."""
        if path == "/.well-known/openid-configuration":
            return 200, "json", self._described()
        if path == "/jwks":
            return 200, "json", {"keys": [self.key.as_dict(private=False)]}
        if path == "/authorize" and query.get("account"):
            return self._let_in(query)
        if path == "/authorize":
            return 200, "html", _page(query)
        if path == "/logout":
            return 302, "to", query["post_logout_redirect_uri"]
        return 404, "json", {}

    def token(self, form: dict[str, str], client: str) -> tuple[int, str, Any]:
        """The answer to who brings a code."""
        asked = self.codes.pop(form.get("code", ""), None)
        given = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest())
        is_right = (
            asked is not None
            and client == f"{self.client}:{self.secret}"
            and form.get("grant_type") == "authorization_code"
            and form.get("redirect_uri") == asked.redirect_uri
            and given.rstrip(b"=").decode() == asked.challenge
        )
        if asked is None or not is_right:
            return 400, "json", {"error": "invalid_grant"}
        now = int(time.time())
        claims = self.change(
            {
                "iss": self.url, "aud": self.client, "iat": now, "exp": now + 300,
                "nonce": asked.nonce, **EVERYBODY[asked.account],
            }
        )  # fmt: skip
        token = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer"}
        return 200, "json", token | {"expires_in": 300, "id_token": self.sign(claims, self.key)}

    def _let_in(self, query: dict[str, str]) -> tuple[int, str, Any]:
        code = secrets.token_urlsafe(16)
        self.codes[code] = Asked(
            query["account"], query["redirect_uri"], query["nonce"], query["code_challenge"]
        )
        back = urlencode({"code": code, "state": query["state"]})
        return 302, "to", f"{query['redirect_uri']}?{back}"

    def _described(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "end_session_endpoint": f"{self.url}/logout",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def _answering(self) -> type[BaseHTTPRequestHandler]:
        issuer = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                at = urlsplit(self.path)
                issuer.asked.append(at.path)
                self._send(*issuer.get(at.path, dict(parse_qsl(at.query))))

            def do_POST(self) -> None:
                issuer.asked.append(self.path)
                size = int(self.headers["content-length"])
                form = dict(parse_qsl(self.rfile.read(size).decode()))
                given = self.headers.get("authorization", "").removeprefix("Basic ")
                self._send(*issuer.token(form, unquote(b64decode(given).decode())))

            def _send(self, status: int, kind: str, what: Any) -> None:
                body = b""
                self.send_response(status)
                if kind == "to":
                    self.send_header("location", what)
                else:
                    body = (json.dumps(what) if kind == "json" else str(what)).encode()
                    self.send_header(
                        "content-type", "application/json" if kind == "json" else "text/html"
                    )
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Answering


def _page(query: dict[str, str]) -> str:
    """The page on which somebody chooses an account."""
    links = [
        f'<a href="?{escape(urlencode({**query, "account": one}))}">{escape(one)}</a>'
        for one in EVERYBODY
    ]
    return f"<!doctype html><title>Accounts</title><h1>Choose an account</h1>{' '.join(links)}"
