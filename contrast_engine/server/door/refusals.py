"""An answer that says why there is none."""

import asyncio
import contextlib
import math

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from contrast_engine.server.access.login_page import refusal

LETTING_GO = 2.0
"""Seconds in which the server has let go of a connection that it answered and closed."""


async def refuse(
    scope: Scope, receive: Receive, send: Send, status: int, reason: str, wait: float = 0
) -> None:
    """Answer a request or the opening of a websocket with a refusal.

    Args:
        scope: The request.
        receive: Its body.
        send: Takes the answer.
        status: The status of HTTP.
        reason: In words.
        wait: Seconds after which to come again; 0 where that would not help.
    """
    headers = {"Cache-Control": "no-store", "Connection": "close"}
    if wait:
        headers["Retry-After"] = str(math.ceil(wait))
    if scope["type"] == "http":
        await refusal(scope, status, reason, headers)(scope, receive, send)
    elif "websocket.http.response" in scope.get("extensions", {}):
        answer = JSONResponse({"error": reason}, status, headers)
        start = {"status": status, "headers": answer.raw_headers}
        await send({"type": "websocket.http.response.start", **start})
        await send({"type": "websocket.http.response.body", "body": bytes(answer.body)})
        await _let_go(receive)
    else:
        await send({"type": "websocket.close", "code": 1008, "reason": reason[:120]})


async def _let_go(receive: Receive) -> None:
    """Wait for the end of a connection that was answered.

    Uvicorn says of one that is still there when its app returns that nothing was answered at all:
    an error in the log for each refusal. Its first "disconnect" comes with the answer, its second
    once the connection is gone.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LETTING_GO):
            ends = 0
            while ends < 2:
                ends += (await receive())["type"] == "websocket.disconnect"
