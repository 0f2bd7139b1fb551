"""The table of routes, and what holds for all of them."""

import asyncio
import functools
import gc
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import copy_context

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from contrast_engine.arrays import Json
from contrast_engine.errors import JobError, UnknownName
from contrast_engine.server import endpoints, team, work
from contrast_engine.server.filtering import filtering
from contrast_engine.store import disk_faults

MOST_AT_WORK = 8
"""Requests for large pictures at a time: they wait for each other, and hold up no others."""


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[Json]:
    """Make small answers leave at once, then serve.

    Streamlit's listening socket lacks TCP_NODELAY, and every request waits 40 ms for it; sockets
    accepted from a listener inherit the option.
    """
    for thing in gc.get_objects():
        if type(thing) is socket.socket and thing.fileno() >= 0 and _is_listening(thing):
            thing.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    yield {}


def routes() -> list[BaseRoute]:
    """The routes to mount beside the pages; any other address under /api is a plain 404."""
    served: dict[str, Callable[[Request], Response]] = {
        "/api/health": endpoints.health,
        "/api/plotly.min.js": endpoints.plotly,
        "/api/blob/{name}": endpoints.blob,
        "/api/{ws}/thumb/{image}": endpoints.thumb,
        "/api/{ws}/about/{image}": endpoints.about,
        "/api/{ws}/map/{key}/xy": endpoints.xy,
        "/api/{ws}/map/{key}/xyz": endpoints.xyz,
        "/api/{ws}/map/{key}/ids": endpoints.ids,
        "/api/{ws}/map/{key}/colour/{what}": endpoints.colour,
        "/api/{ws}/map/{key}/values/{what}": endpoints.values,
        "/api/{ws}/filter": filtering,
        "/api/{ws}/typical/{key}": endpoints.typical,
        "/api/{ws}/selection/{key}/zip": endpoints.archive,
        "/api/{ws}/newest": endpoints.newest,
        "/api/{ws}/jobs/{job}/events": endpoints.events,
        "/api/{ws}/work": work.work,
        "/api/{ws}/team": team.team,
    }
    heavy: dict[str, Callable[[Request], Response]] = {
        "/api/{ws}/image/{image}": endpoints.image,
        "/api/{ws}/full/{image}": endpoints.full,
        "/api/{ws}/planes/{image}": endpoints.planes,
    }
    line = ThreadPoolExecutor(MOST_AT_WORK, "pictures")
    found: list[BaseRoute] = [Route(at, _answering(endpoint)) for at, endpoint in served.items()]
    found += [Route(at, _in_line(_answering(one), line)) for at, one in heavy.items()]
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    nothing = Route("/api/{rest:path}", _answering(endpoints.not_found), methods=methods)
    return [*found, nothing]


def _is_listening(thing: socket.socket) -> bool:
    is_tcp = thing.family in (socket.AF_INET, socket.AF_INET6) and thing.type == socket.SOCK_STREAM
    return is_tcp and bool(thing.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))


def _answering(endpoint: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """The endpoint with our errors as JSON, and the safety headers on every answer."""

    @functools.wraps(endpoint)
    def answer(request: Request) -> Response:
        try:
            response = endpoint(request)
        except (UnknownName, JobError) as error:
            response = JSONResponse({"error": str(error)}, 404)
        except disk_faults.FAULTS as error:  # gone, changed, cannot be read any more
            response = JSONResponse({"error": disk_faults.words(error)}, 410)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    return answer


def _in_line(
    endpoint: Callable[[Request], Response], line: ThreadPoolExecutor
) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint on threads of a line of its own.

    Those that Starlette lends are forty for everything: seven browsers that wait for pictures to be
    decoded would take them all, and nobody would be told of a label, or that the server is there.
    """

    @functools.wraps(endpoint)
    async def answer(request: Request) -> Response:
        run = copy_context().run  # who asks goes along
        return await asyncio.get_running_loop().run_in_executor(line, run, endpoint, request)

    return answer
