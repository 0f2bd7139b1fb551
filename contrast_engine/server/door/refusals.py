"""An answer that says why there is none."""

import math

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from contrast_engine.server.access.login_page import say

TITLE = "This was not answered"


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
        await _answer(scope, status, reason, headers)(scope, receive, send)
    elif "websocket.http.response" in scope.get("extensions", {}):
        answer = JSONResponse({"error": reason}, status, headers)
        start = {"status": status, "headers": answer.raw_headers}
        await send({"type": "websocket.http.response.start", **start})
        await send({"type": "websocket.http.response.body", "body": bytes(answer.body)})
    else:
        await send({"type": "websocket.close", "code": 1008, "reason": reason[:120]})


def _answer(scope: Scope, status: int, reason: str, headers: dict[str, str]) -> Response:
    """Words that a person can read where a browser asks for a page, else the same for a program."""
    asked = Headers(scope=scope)
    if asked.get("sec-fetch-dest") != "document" and "text/html" not in asked.get("accept", ""):
        return JSONResponse({"error": reason}, status, headers)
    words = f"{reason[:1].upper()}{reason[1:]}."
    wait = headers.get("Retry-After")
    if wait:
        words += f" Try again in {wait} second{'' if wait == '1' else 's'}."
    return HTMLResponse(say(TITLE, words), status, headers)
