"""The web routes beside the pages: arrays, pictures and job events, by id and never by path.

All are GET. What an address with a content key gives never changes, so browsers keep it for ever.
Only ids of the collection and keys of the workspace are served; pictures are always encoded anew,
so nothing but pixels leaves a file.
"""

import functools
import gc
import gzip
import ipaddress
import json
import os
import re
import socket
import threading
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from contrast_engine import images
from contrast_engine.arrays import Json
from contrast_engine.colouring import Colouring, colouring
from contrast_engine.errors import ContrastError, UnknownName
from contrast_engine.jobs import JobRunner
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId, Vectors

FOREVER = "private, max-age=31536000, immutable"
PREVIEW_SIZE = 1600

_workspaces: dict[str, Workspace] = {}
_is_image = re.compile(r"[0-9a-f]{16}").fullmatch
_is_key = re.compile(r"[0-9a-f]{16}").fullmatch
_is_job = re.compile(r"[0-9A-Za-z_-]{1,64}").fullmatch
_decoding = threading.BoundedSemaphore(2)  # a 12 MP decode takes tens of MB; two are enough


@dataclass(frozen=True)
class Urls:
    """Addresses of one workspace's routes, for the pages; `{id}` stands for an image id."""

    workspace: str

    @property
    def thumb(self) -> str:
        """Small picture, WebP, long side at most 256."""
        return f"/api/{self.workspace}/thumb/{{id}}"

    @property
    def image(self) -> str:
        """Large picture, JPEG, long side at most 1600."""
        return f"/api/{self.workspace}/image/{{id}}"

    @property
    def about(self) -> str:
        """JSON with `name`, `width` and `height` of an image."""
        return f"/api/{self.workspace}/about/{{id}}"

    def xy(self, key: str) -> str:
        """Coordinates of a map, float32 pairs, little endian."""
        return f"/api/{self.workspace}/map/{key}/xy"

    def ids(self, key: str) -> str:
        """Image ids of a map, 8 bytes each, in the order of its coordinates."""
        return f"/api/{self.workspace}/map/{key}/ids"

    def colour(self, key: str, what: str, v: str = "") -> str:
        """Colour bytes of a map; change `v` when names or labels may have changed."""
        return f"/api/{self.workspace}/map/{key}/colour/{what}?v={v}"

    def values(self, key: str, what: str) -> str:
        """Numbers behind the colours, float32, NaN where unknown; only for features, confidence."""
        return f"/api/{self.workspace}/map/{key}/values/{what}"

    def events(self, job: str) -> str:
        """Events of a job."""
        return f"/api/{self.workspace}/jobs/{job}/events"


def open_workspace(root: str | Path) -> Workspace:
    """Open a workspace and serve its images from now on; the same folder gives the same object.

    Raises:
        WorkspaceError: There is no workspace there.
    """
    place = Path(root).resolve()
    for known in _workspaces.values():
        if known.root.resolve() == place:
            return known
    workspace = Workspace(place)
    _workspaces[workspace.id] = workspace
    return workspace


def workspaces() -> dict[str, Workspace]:
    """Give the workspaces served now, by id."""
    return dict(_workspaces)


def initial() -> Workspace | None:
    """Give the workspace named by CONTRAST_WORKSPACE, opening it the first time; None if unset.

    Raises:
        WorkspaceError: It names something that cannot be opened.
    """
    named = os.environ.get("CONTRAST_WORKSPACE", "")
    return open_workspace(named) if named else None


def plotly_url() -> str:
    """Give the address of plotly.js as installed here."""
    return f"/api/plotly.min.js?v={version('plotly')}"


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
    """Give the routes to mount beside the pages; any other address under /api is a plain 404."""
    served: dict[str, Callable[[Request], Response]] = {
        "/api/health": _health,
        "/api/plotly.min.js": _plotly,
        "/api/{ws}/thumb/{image}": _thumb,
        "/api/{ws}/image/{image}": _image,
        "/api/{ws}/about/{image}": _about,
        "/api/{ws}/map/{key}/xy": _xy,
        "/api/{ws}/map/{key}/ids": _ids,
        "/api/{ws}/map/{key}/colour/{what}": _colour,
        "/api/{ws}/map/{key}/values/{what}": _values,
        "/api/{ws}/jobs/{job}/events": _events,
    }
    found: list[BaseRoute] = [Route(at, _answering(give)) for at, give in served.items()]
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    nothing = Route("/api/{rest:path}", _answering(_nothing_here), methods=methods)
    return [*found, nothing]


def middleware(*hosts: str) -> list[Middleware]:
    """Give what stands before every request, Streamlit's own included.

    Args:
        hosts: Further names by which this machine may be asked for.
    """
    return [Middleware(KnownHosts, hosts=hosts)]


class KnownHosts:
    """Lets only requests through that ask for this machine by a name we know.

    Without it, a web site could point its own name at 127.0.0.1 and read the collection through
    the visitor's browser. An address in digits cannot be pointed elsewhere and always passes.
    CONTRAST_ALLOWED_HOSTS adds names, comma separated; `*` allows all.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] = ()) -> None:
        self.app = app
        extra = os.environ.get("CONTRAST_ALLOWED_HOSTS", "").split(",")
        known = ("localhost", socket.gethostname(), *hosts, *extra)
        self.hosts = {name.strip().lower() for name in known} - {""}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] == "lifespan" or self._knows(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            text = "this name is not served here; add it to CONTRAST_ALLOWED_HOSTS to allow it"
            await JSONResponse({"error": text}, 403)(scope, receive, send)

    def _knows(self, scope: Scope) -> bool:
        given = [value for name, value in scope["headers"] if name == b"host"]
        if len(given) != 1:
            return "*" in self.hosts
        name = re.sub(r":\d*$", "", given[0].decode("latin-1").lower())
        return "*" in self.hosts or name in self.hosts or _is_digits(name)


def _is_digits(name: str) -> bool:
    """True for an IP address as it stands in a Host header, IPv6 in brackets."""
    try:
        found = ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return isinstance(found, ipaddress.IPv6Address) == name.startswith("[")


def _is_listening(thing: socket.socket) -> bool:
    is_tcp = thing.family in (socket.AF_INET, socket.AF_INET6) and thing.type == socket.SOCK_STREAM
    return is_tcp and bool(thing.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))


def _answering(give: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Turn our errors into JSON and put the safety headers on every answer."""

    @functools.wraps(give)
    def answer(request: Request) -> Response:
        try:
            response = give(request)
        except UnknownName as error:
            response = JSONResponse({"error": str(error)}, 404)
        except ContrastError as error:  # the file is gone, was changed, cannot be read any more
            response = JSONResponse({"error": str(error)}, 410)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    return answer


def _health(_request: Request) -> Response:
    return JSONResponse({"ok": True}, headers={"Cache-Control": "no-store"})


def _nothing_here(request: Request) -> Response:
    raise UnknownName(f"nothing is served at {request.url.path}")


def _thumb(request: Request) -> Response:
    workspace, image = _known_image(request)
    picture = workspace.thumbs.get(image)
    if picture is None:
        raise UnknownName(f"image {image} has no thumbnail; scan its folder again")
    return _kept(request, picture, "image/webp")


def _image(request: Request) -> Response:
    workspace, image = _known_image(request)
    return _kept(request, _preview(workspace.id, image), "image/jpeg")


@functools.lru_cache(maxsize=24)
def _preview(workspace: str, image: ImageId) -> bytes:
    """Encode one picture anew, at most two at a time; the newest few are kept."""
    with _decoding:
        return images.preview(_workspaces[workspace].original(image), PREVIEW_SIZE)


def _about(request: Request) -> Response:
    workspace, image = _known_image(request)
    row = workspace.images.facts(image)
    name = Path(row.path).name
    facts = {"id": image, "name": name, "width": row.width, "height": row.height}
    return JSONResponse(facts, headers={"Cache-Control": "private, max-age=60"})


def _xy(request: Request) -> Response:
    points = _map(request)[1].values
    return _kept(request, points[:, :2].astype("<f4").tobytes())


def _ids(request: Request) -> Response:
    return _kept(request, bytes.fromhex("".join(_map(request)[1].ids)))


def _colour(request: Request) -> Response:
    coloured = _colouring(request)
    return _kept(request, coloured.codes.tobytes(), is_final=_is_final(request))


def _values(request: Request) -> Response:
    coloured = _colouring(request)
    if coloured.values is None:
        raise UnknownName(f"{request.path_params['what']} has classes, not values")
    return _kept(request, coloured.values.astype("<f4").tobytes())


def _events(request: Request) -> Response:
    workspace = _workspace(request)
    job = _matching(request, "job", _is_job)
    since = request.query_params.get("since", "0")
    if not since.isdecimal():
        raise UnknownName("since must be a whole number: how many events are known already")
    runner = _runner(workspace.id)
    status = runner.status(job)  # before the events, so that the last ones are never missed
    events = runner.events(job, int(since))
    shown = {name: value for name, value in asdict(status).items() if name not in {"params"}}
    answer = {"events": events, "next": int(since) + len(events), "status": shown}
    text = json.dumps(_finite(answer), allow_nan=False)
    return Response(text, media_type="application/json", headers={"Cache-Control": "no-store"})


def _plotly(request: Request) -> Response:
    headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return _kept(request, _plotly_zipped(), "text/javascript; charset=utf-8", headers)


@functools.cache
def _plotly_zipped() -> bytes:
    from plotly.offline import get_plotlyjs

    return gzip.compress(get_plotlyjs().encode(), 6, mtime=0)


def _workspace(request: Request) -> Workspace:
    wanted = request.path_params["ws"]
    if wanted not in _workspaces:
        initial()
    if wanted not in _workspaces:
        raise UnknownName("that workspace is not open here")
    return _workspaces[wanted]


def _known_image(request: Request) -> tuple[Workspace, ImageId]:
    workspace = _workspace(request)
    image = ImageId(_matching(request, "image", _is_image))
    if image not in workspace.images:
        raise UnknownName(f"image {image} is not in this collection")
    return workspace, image


def _map(request: Request) -> tuple[Workspace, Vectors]:
    workspace = _workspace(request)
    key = _matching(request, "key", _is_key)
    found = _loaded(workspace.id, key)
    if not isinstance(found, Vectors) or len(found.columns) < 2:
        raise UnknownName(f"{key} is not a map")
    return workspace, found


@functools.lru_cache(maxsize=8)
def _loaded(workspace: str, key: str) -> Any:
    return _workspaces[workspace].load(key)


@functools.lru_cache(maxsize=8)
def _runner(workspace: str) -> JobRunner:
    return JobRunner(_workspaces[workspace])


def _colouring(request: Request) -> Colouring:
    workspace, points = _map(request)
    return colouring(workspace, points.ids, request.path_params["what"])


def _is_final(request: Request) -> bool:
    """Colours by label are final only while no later label was given."""
    kind, _, seq = request.path_params["what"].partition("@")
    return kind != "label" or seq == str(_workspace(request).labels.version())


def _matching(request: Request, name: str, is_valid: Callable[[str], Any]) -> str:
    given: str = request.path_params[name]
    if not is_valid(given):
        raise UnknownName(f"that is no {name}")
    return given


def _kept(
    request: Request,
    content: bytes,
    media_type: str = "application/octet-stream",
    headers: dict[str, str] | None = None,
    is_final: bool = True,
) -> Response:
    """Answer with bytes that never change at this address, or 304 where the browser has them."""
    tag = f'"{blake2b(content, digest_size=8).hexdigest()}"'
    kept = {
        "ETag": tag,
        "Cache-Control": FOREVER if is_final else "no-store",
        "Content-Encoding": "identity",  # else the gzip layer spends time on incompressible bytes
        **(headers or {}),
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=kept)
    return Response(content, media_type=media_type, headers=kept)


def _finite(value: Any) -> Any:
    """Replace NaN and infinity by null, which JSON can say."""
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return value
