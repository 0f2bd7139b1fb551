"""Headers that tell a browser what an answer may do; a page may do most, a file nothing.

Every script comes from this server, or is one whose text is known. Styles may stand in a page,
since Streamlit writes its own there. Nothing is evaluated from text.
"""

import os
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contrast_engine.errors import OptionError

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Permissions-Policy": ", ".join(
        f"{name}=()"
        for name in (
            "accelerometer", "autoplay", "browsing-topics", "camera",
            "display-capture", "geolocation", "gyroscope", "hid", "magnetometer", "microphone",
            "midi", "payment", "serial", "usb", "xr-spatial-tracking",
        )
    ),
}  # fmt: skip
"""On every answer, of Streamlit's too."""

FILE = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""Of what is no page: should a browser show it as one, nothing in it runs."""

_SCRIPTS = "contrast.scripts"
"""Under this name a request carries the hashes of the scripts that stand in its answer."""

_FILES = ("/api/", "/media/")
_OWN = (
    ("default-src", "'self'"),
    # A component's starter is a module in a blob; Streamlit counts large numbers in WebAssembly.
    ("script-src", "'self' 'wasm-unsafe-eval' blob:"),
    ("style-src", "'self' 'unsafe-inline'"),
    ("img-src", "'self' data: blob:"),
    ("font-src", "'self' data:"),
    ("connect-src", "'self' data: blob:"),
    ("media-src", "'self' data: blob:"),
    ("worker-src", "'self' blob:"),
    ("object-src", "'none'"),
    ("base-uri", "'none'"),
    ("form-action", "'self'"),
)


def policy(hashes: Iterable[str] = (), ancestors: str = "'none'") -> str:
    """The content policy of a page.

    Args:
        hashes: Of the scripts that stand in it, as `script_hash` gives them.
        ancestors: Which pages may show it in a frame.
    """
    parts = dict(_OWN)
    parts["script-src"] = " ".join((parts["script-src"], *hashes))
    return "; ".join(f"{name} {value}" for name, value in parts.items()) + (
        f"; frame-ancestors {ancestors}"
    )


def script_hash(text: str) -> str:
    """The text of a script, as a content policy names it."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def allow_script(scope: Scope, text: str) -> None:
    """Let a script run that stands in the page with which a request is answered."""
    scope.get(_SCRIPTS, []).append(script_hash(text))


def ancestors(text: str) -> str:
    """Who may show the app in a frame, from a list of origins; `'none'` for an empty one.

    Raises:
        OptionError: It is no list of origins.
    """
    named = text.split()
    wrong = [one for one in named if not one.startswith(("https://", "http://")) or ";" in one]
    if wrong:
        raise OptionError(
            f"CONTRAST_EMBED_IN lists the sites that may show the app in a frame, such as "
            f"https://wiki.example.org, between spaces; got {wrong[0]!r}"
        )
    return " ".join(["'self'", *named]) if named else "'none'"


class SafeHeaders:
    """Puts the headers on every answer that has none of the same name.

    Args:
        app: What answers.
        scripts: Texts of scripts that stand in pages.
    """

    def __init__(self, app: ASGIApp, scripts: Iterable[str] = ()) -> None:
        self._app = app
        self._ancestors = ancestors(os.environ.get("CONTRAST_EMBED_IN", ""))
        self._hashes = [script_hash(text) for text in scripts]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer with its headers."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        is_file = any(part in scope["path"] for part in _FILES)
        scripts = list(self._hashes)
        scope = {**scope, _SCRIPTS: scripts}

        async def sent(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                for name, value in SAFE.items():
                    headers.setdefault(name, value)
                its = FILE if is_file else policy(scripts, self._ancestors)
                headers.setdefault("Content-Security-Policy", its)
                if self._ancestors == "'none'":
                    headers.setdefault("X-Frame-Options", "DENY")
            await send(message)

        await self._app(scope, receive, sent)
