"""Who is answered: no unknown name, no page of another site, no more than there is room for."""

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from contrast_engine import server
from contrast_engine.errors import OptionError
from contrast_engine.server import door
from contrast_engine.server.door.limits import MB

HERE = "127.0.0.1:8501"
OWN = f"http://{HERE}"


async def _echo(request: Request) -> JSONResponse:
    body = await request.body()
    return JSONResponse(
        {
            "bytes": len(body),
            "host": request.headers["host"],
            "scheme": request.url.scheme,
            "client": request.client.host if request.client else "",
            "by_proxy": server.came_by_proxy(request.scope),
            "told": [name for name in request.headers if "forwarded" in name],
        }
    )


async def _script(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("page")


async def _socket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_json(dict(websocket.headers))
    try:
        await websocket.receive_bytes()
    except WebSocketDisconnect:
        return


ROUTES = [
    Route("/_stcore/upload_file/{session}/{file}", _echo, methods=["PUT", "DELETE"]),
    Route("/api/answer", _echo, methods=["GET", "POST"]),
    Route("/map", _script),
    WebSocketRoute("/_stcore/stream", _socket),
]

Ask = Callable[..., httpx.Response]


@pytest.fixture
def app() -> Starlette:
    return Starlette(routes=ROUTES, middleware=server.middleware("127.0.0.1"))


def asked(app: Starlette, *requests: tuple[Any, ...], client: str = "127.0.0.1") -> list[Any]:
    """The answers to requests, each a method, a path, headers and perhaps a body."""

    async def all_of_them() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app, client=(client, 40_000))
        async with httpx.AsyncClient(transport=transport, base_url=OWN) as caller:
            return [
                await caller.request(method, path, headers={"host": HERE, **headers}, content=body)
                for method, path, headers, body in ((*one, None)[:4] for one in requests)
            ]

    with ThreadPoolExecutor(1) as thread:  # a browser test's loop may be running in this one
        return thread.submit(asyncio.run, all_of_them()).result()


def opened(app: Starlette, *, client: str = "127.0.0.1", **headers: str) -> Any:
    """What the opening of a websocket ends with: its first message, or a status and a reason."""
    named = {"host": HERE} | {name.replace("_", "-"): value for name, value in headers.items()}
    scope = {
        "type": "websocket", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "ws",
        "path": "/_stcore/stream", "raw_path": b"/_stcore/stream", "query_string": b"",
        "root_path": "", "headers": [(n.encode(), v.encode()) for n, v in named.items()],
        "client": (client, 40_000), "server": ("127.0.0.1", 8501), "subprotocols": [],
        "extensions": {"websocket.http.response": {}},
    }  # fmt: skip
    came = [{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1000}]
    went: list[Any] = []

    async def receive() -> Any:
        return came.pop(0) if len(came) > 1 else came[0]  # gone is gone

    async def send(message: Any) -> None:
        went.append(message)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, app(scope, receive, send)).result()
    return went


FOREIGN = (
    "https://evil.example",
    "http://localhost:8501.evil.example",
    "http://127.0.0.1:9999",  # another program of this machine
    "http://127.0.0.1",
    "http://localhost:8501",  # the same server, but not the name that was asked for
    "null",  # a sandboxed frame, a file
    "",
    "file://",
    "chrome-extension://abcdef",
    "http://127.0.0.1:8501@evil.example",
    f"{OWN}/path",
)


@pytest.mark.parametrize("origin", FOREIGN)
def test_no_page_of_another_origin_changes_anything_or_opens_a_websocket(
    app: Starlette, origin: str
) -> None:
    upload = "/_stcore/upload_file/session/file"
    for answer in asked(
        app,
        ("POST", "/api/answer", {"origin": origin}),
        ("PUT", upload, {"origin": origin}, b"x"),
        ("DELETE", upload, {"origin": origin}),
        ("GET", "/api/answer", {"origin": origin}),
        ("OPTIONS", upload, {"origin": origin, "access-control-request-method": "PUT"}),
    ):
        assert answer.status_code == 403
        assert "CONTRAST_ALLOWED_HOSTS" in answer.json()["error"]
        assert "access-control-allow-origin" not in answer.headers
    start, body = opened(app, origin=origin)
    assert (start["type"], start["status"]) == ("websocket.http.response.start", 403)
    assert b"another site" in body["body"]


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (OWN, HERE),
        ("http://localhost:9000", "localhost:9000"),  # through a tunnel
        ("http://localhost", "localhost:80"),
        ("https://localhost", "localhost"),  # TLS taken off before us
        ("https://localhost", "localhost:443"),
        ("http://[::1]:8501", "[::1]:8501"),
    ],
)
def test_the_pages_of_this_server_ask_whatever_its_name_is_by_which_it_was_reached(
    app: Starlette, origin: str, host: str
) -> None:
    headers = {"origin": origin, "host": host}
    (answer,) = asked(app, ("POST", "/api/answer", headers, b"abc"))
    assert answer.json()["bytes"] == 3
    accepted, first, *_ = opened(app, **headers)
    assert accepted["type"] == "websocket.accept"
    # letter by letter, else Streamlit asks the internet who we are
    assert f'"host":"{origin.partition("://")[2]}"' in first["text"]


def test_a_program_that_is_no_browser_names_no_origin_and_is_answered(app: Starlette) -> None:
    assert asked(app, ("POST", "/api/answer", {}, b"ab"))[0].json()["bytes"] == 2
    assert opened(app)[0]["type"] == "websocket.accept"


@pytest.mark.parametrize(
    ("site", "mode", "dest", "status"),
    [
        ("same-origin", "cors", "empty", 200),
        ("none", "navigate", "document", 200),
        ("cross-site", "navigate", "document", 200),  # a link in a letter
        ("same-site", "navigate", "document", 200),
        ("cross-site", "navigate", "iframe", 403),
        ("cross-site", "no-cors", "image", 403),
        ("cross-site", "no-cors", "script", 403),
        ("same-site", "no-cors", "image", 403),  # another port of localhost
        ("cross-site", "cors", "empty", 403),
    ],
)
def test_another_site_may_link_here_and_nothing_else(
    app: Starlette, site: str, mode: str, dest: str, status: int
) -> None:
    said = {"sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": dest}
    assert asked(app, ("GET", "/map", said))[0].status_code == status
    posted = 200 if site == "same-origin" else 403 if site != "none" else 200
    assert asked(app, ("POST", "/api/answer", said))[0].status_code == posted


def test_a_name_that_is_given_is_an_origin_too_with_its_port(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CONTRAST_ALLOWED_HOSTS", "atlas.lab, other.lab:8443")
    app = Starlette(routes=ROUTES, middleware=server.middleware("127.0.0.1"))
    for origin, status in {
        "https://atlas.lab": 200, "http://atlas.lab": 200, "https://other.lab:8443": 200,
        "https://other.lab": 403, "https://atlas.lab:8443": 403, "https://x.atlas.lab": 403,
    }.items():  # fmt: skip
        assert asked(app, ("POST", "/api/answer", {"origin": origin}))[0].status_code == status
    assert '"host":"other.lab:8443"' in opened(app, origin="https://other.lab:8443")[1]["text"]


FORWARDED = {
    "x-forwarded-host": "atlas.lab",
    "x-forwarded-proto": "https",
    "x-forwarded-for": "203.0.113.9, 198.51.100.4",
}


def test_what_a_proxy_says_is_believed_only_of_the_one_that_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CONTRAST_ALLOWED_HOSTS", "atlas.lab")
    monkeypatch.setenv("CONTRAST_PROXY", "10.0.0.0/8, 127.0.0.2")
    app = Starlette(routes=ROUTES, middleware=server.middleware("127.0.0.1"))
    request = ("GET", "/api/answer", FORWARDED | {"origin": "https://atlas.lab"})
    (told,) = asked(app, request, client="10.1.2.3")
    assert told.json() == {
        "bytes": 0, "host": "atlas.lab", "scheme": "https", "client": "198.51.100.4",
        "by_proxy": True, "told": [*FORWARDED],
    }  # fmt: skip
    (plain,) = asked(app, request, client="127.0.0.1")
    assert plain.json() == {
        "bytes": 0, "host": HERE, "scheme": "http", "client": "127.0.0.1", "by_proxy": False,
        "told": [],
    }  # fmt: skip
    unencrypted = ("GET", "/api/answer", FORWARDED | {"origin": "http://atlas.lab"})
    assert asked(app, unencrypted, client="10.1.2.3")[0].status_code == 403
    monkeypatch.setenv("CONTRAST_PROXY", "my-proxy")
    with pytest.raises(OptionError, match="CONTRAST_PROXY lists addresses"):
        asked(Starlette(middleware=server.middleware()), request)


def test_every_answer_says_what_it_may_do_refusals_too(app: Starlette) -> None:
    page, answer, refused = asked(
        app, ("GET", "/map", {}), ("GET", "/api/answer", {}), ("GET", "/map", {"host": "evil"})
    )
    assert (page.status_code, refused.status_code) == (200, 403)
    for each in (page, answer, refused):
        assert each.headers["x-content-type-options"] == "nosniff"
        assert each.headers["referrer-policy"] == "same-origin"
        assert each.headers["cross-origin-opener-policy"] == "same-origin"
        assert each.headers["cross-origin-resource-policy"] == "same-origin"
        assert each.headers["x-frame-options"] == "DENY"
        assert "camera=()" in each.headers["permissions-policy"]
        assert "frame-ancestors 'none'" in each.headers["content-security-policy"]
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'self'; script-src 'self' 'wasm-unsafe-eval' blob:;")
    assert "'unsafe-eval'" not in policy
    for part in ("object-src 'none'", "base-uri 'none'", "form-action 'self'"):
        assert part in policy.split("; ")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_of_the_scripts_in_a_page_those_run_that_the_server_has_put_there() -> None:
    def start_page(_request: Request) -> HTMLResponse:
        return HTMLResponse("<html><head><script>theirs()</script></head></html>")

    app = Starlette(
        routes=[Route("/map", start_page)],
        middleware=[
            *server.middleware("127.0.0.1", scripts=["later()"]),
            *server.front_door({"map": "Map"}, lambda page: f"ours('{page}');"),
        ],
    )
    (answer,) = asked(app, ("GET", "/map", {}))
    policy = answer.headers["content-security-policy"]
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", answer.text, re.S)
    assert len(scripts) == 2
    for text in (*scripts, "later()"):
        assert door.script_hash(text) in policy
    assert door.script_hash("evil()") not in policy


def test_only_named_sites_may_show_the_app_in_a_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRAST_EMBED_IN", "https://wiki.lab https://notes.lab")
    app = Starlette(routes=ROUTES, middleware=server.middleware("127.0.0.1"))
    said = {
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "iframe",
    }
    (answer,) = asked(app, ("GET", "/map", said))
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self' https://wiki.lab https://notes.lab")
    assert "x-frame-options" not in answer.headers
    monkeypatch.setenv("CONTRAST_EMBED_IN", "*; script-src *")
    with pytest.raises(OptionError, match="CONTRAST_EMBED_IN"):
        asked(Starlette(middleware=server.middleware()), ("GET", "/", {}))


def test_where_others_ask_less_is_let_through_and_few_options_say_how_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here, shared = door.limits_for(is_local=True), door.limits_for(is_local=False)
    for name in ("rate", "burst", "sockets", "all_sockets", "openings", "uploads"):
        assert getattr(shared, name) < getattr(here, name)
    monkeypatch.setenv("CONTRAST_RATE", "7")
    monkeypatch.setenv("CONTRAST_CONNECTIONS", "3")
    monkeypatch.setenv("CONTRAST_UPLOADS", "12")
    set_ = door.limits_for(is_local=True)
    assert (set_.rate, set_.burst, set_.sockets, set_.all_sockets) == (7, 140, 3, 15)
    assert set_.uploads == 12 * MB
    for name, wrong in (("RATE", "-1"), ("CONNECTIONS", "0"), ("UPLOADS", "many"), ("RATE", "inf")):
        with monkeypatch.context() as patch:
            patch.setenv(f"CONTRAST_{name}", wrong)
            with pytest.raises(OptionError, match=f"CONTRAST_{name} must be a number"):
                door.limits_for(is_local=True)
