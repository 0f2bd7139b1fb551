"""How much is let through: how often, how many tabs, how large, how slowly."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from contrast_engine.server.door import turnstile
from contrast_engine.server.door.limits import SHARED, Limits

UPLOAD = "/_stcore/upload_file/session/file"


async def _read(request: Request) -> JSONResponse:
    return JSONResponse({"bytes": len(await request.body())})


def served(limits: Limits, held: int = 0) -> Starlette:
    routes = [
        Route(UPLOAD, _read, methods=["PUT"]),
        Route("/_stcore/health", _read),
        Route("/{rest:path}", _read, methods=["GET", "POST"]),
    ]
    gate = Middleware(turnstile.Turnstile, limits=limits, held=lambda: held)
    return Starlette(routes=routes, middleware=[gate])


@contextlib.asynccontextmanager
async def caller(app: Starlette, address: str = "10.0.0.1") -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, client=(address, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        yield client


def test_an_address_that_asks_too_often_is_told_when_to_come_again() -> None:
    async def ask() -> None:
        app = served(replace(SHARED, rate=2, burst=5))
        async with caller(app) as one, caller(app, "10.0.0.2") as other:
            got = [await one.get("/api/x") for _ in range(6)]
            assert [answer.status_code for answer in got] == [200] * 5 + [429]
            assert got[-1].headers["retry-after"] == "1"
            assert "at most 2 requests a second" in got[-1].json()["error"]
            assert (await one.get("/_stcore/health")).status_code == 200
            assert (await other.get("/api/x")).status_code == 200

    asyncio.run(ask())


def test_a_person_whose_browser_is_refused_reads_why() -> None:
    async def ask() -> None:
        async with caller(served(replace(SHARED, rate=1, burst=1))) as one:
            await one.get("/map")
            refused = await one.get("/map", headers={"accept": "text/html,*/*"})
            assert refused.status_code == 429
            assert refused.headers["content-type"].startswith("text/html")
            assert "At most 1 requests a second are answered" in refused.text
            assert "Try again in 1 second." in refused.text

    asyncio.run(ask())


def test_a_body_that_is_too_large_is_refused_before_and_while_it_arrives() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(4):
            yield b"x" * 300

    async def ask() -> None:
        app = served(replace(SHARED, body=1000))
        async with caller(app) as one:
            assert (await one.post("/x", content=b"x" * 1000)).json() == {"bytes": 1000}
            for answer in (
                await one.post("/x", content=b"x" * 1001),
                await one.post("/x", content=pieces()),  # it does not say how long it is
            ):
                assert answer.status_code == 413
                assert "1,000 bytes may be sent here" in answer.json()["error"]
            wrong = await one.post("/x", headers={"content-length": "-1"})
            assert wrong.status_code == 400

    asyncio.run(ask())


def test_uploads_of_all_people_together_have_a_limit() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(4):
            yield b"x" * 300

    async def ask() -> None:
        limits = replace(SHARED, uploads=2000, body=10)
        async with caller(served(limits)) as one:
            assert (await one.put(UPLOAD, content=b"x" * 2000)).json() == {"bytes": 2000}
            assert (await one.put(UPLOAD, content=b"x" * 2000)).status_code == 200  # given back
        async with caller(served(limits, held=1500)) as one:
            for content in (b"x" * 501, pieces()):
                answer = await one.put(UPLOAD, content=content)
                assert answer.status_code == 429
                assert answer.headers["retry-after"] == "30"
                assert "CONTRAST_UPLOADS" in answer.json()["error"]
            assert (await one.put(UPLOAD, content=b"x" * 500)).status_code == 200

    asyncio.run(ask())


@pytest.mark.parametrize("kind", ["nothing comes", "it comes in drops"])
def test_a_body_that_does_not_come_is_not_waited_for(kind: str) -> None:
    async def ask() -> list[Any]:
        app = served(replace(SHARED, patience=2.0, slowest=1000))
        scope = {
            "type": "http", "method": "PUT", "path": UPLOAD, "query_string": b"",
            "headers": [(b"content-length", b"100000")], "client": ("10.0.0.1", 1),
        }  # fmt: skip
        went: list[Any] = []

        async def receive() -> Any:
            await asyncio.sleep(60 if kind == "nothing comes" else 0.02)
            return {"type": "http.request", "body": b"x", "more_body": True}

        async def send(message: Any) -> None:
            went.append(message)

        async with asyncio.timeout(60):
            await app(scope, receive, send)
        return went

    start, body = asyncio.run(ask())
    assert start["status"] == 408
    assert b"did not arrive in time" in body["body"]


def test_headers_and_addresses_have_a_length() -> None:
    async def ask() -> None:
        async with caller(served(SHARED)) as one:
            assert (await one.get("/x", headers={"cookie": "x" * 20_000})).status_code == 200
            for answer in (
                await one.get("/x", headers={"cookie": "x" * 40_000}),
                await one.get("/x?" + "x" * 40_000),
            ):
                assert answer.status_code == 431
                assert "32,768 bytes" in answer.json()["error"]

    asyncio.run(ask())


class Tabs:
    """Websockets that stay open until told otherwise."""

    def __init__(self, **limits: float) -> None:
        self.close = asyncio.Event()

        async def stays(scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "websocket.accept"})
            await self.close.wait()

        self.app = turnstile.Turnstile(stays, replace(SHARED, **limits))  # type: ignore[arg-type]
        self.tasks: list[asyncio.Task[None]] = []

    async def open(self, address: str) -> tuple[int, dict[str, str]]:
        """Open one; 101 and nothing, or the status and headers of the refusal."""
        went: list[Any] = []

        async def send(message: Any) -> None:
            went.append(message)

        came = [{"type": "websocket.connect"}]

        async def receive() -> Any:
            return came.pop() if came else {"type": "websocket.disconnect", "code": 1006}

        scope = {
            "type": "websocket", "path": "/_stcore/stream", "headers": [], "client": (address, 1),
            "extensions": {"websocket.http.response": {}},
        }  # fmt: skip
        self.tasks.append(asyncio.create_task(self.app(scope, receive, send)))
        await asyncio.sleep(0.01)
        if went[0]["type"] == "websocket.accept":
            return 101, {}
        headers = {name.decode(): value.decode() for name, value in went[0]["headers"]}
        return went[0]["status"], {**headers, "said": went[1]["body"].decode()}


def test_an_address_and_all_together_have_so_many_tabs_open_at_a_time() -> None:
    async def ask() -> None:
        tabs = Tabs(sockets=2, all_sockets=3, openings=100)
        assert [(await tabs.open("10.0.0.1"))[0] for _ in range(2)] == [101, 101]
        status, said = await tabs.open("10.0.0.1")
        assert (status, said["retry-after"]) == (429, "30")
        assert "2 tabs of this address are open" in said["said"]
        assert (await tabs.open("10.0.0.2"))[0] == 101
        status, said = await tabs.open("10.0.0.3")
        assert status == 429
        assert "3 tabs are open" in said["said"]
        tabs.close.set()
        await asyncio.gather(*tabs.tasks)
        tabs.close.clear()
        assert (await tabs.open("10.0.0.1"))[0] == 101  # those that were closed count no more
        tabs.close.set()

    asyncio.run(ask())


def test_an_address_may_not_open_and_close_tabs_on_and_on() -> None:
    async def ask() -> None:
        tabs = Tabs(openings=0.1)
        tabs.close.set()
        assert (await tabs.open("10.0.0.1"))[0] == 101
        status, said = await tabs.open("10.0.0.1")
        assert status == 429
        assert 8 <= int(said["retry-after"]) <= 10

    asyncio.run(ask())
