"""The endpoint of each route: pictures, arrays, job events."""

import functools
import gzip
import json
import threading
from dataclasses import asdict
from hashlib import blake2b
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from contrast_engine import images
from contrast_engine.errors import UnknownName
from contrast_engine.images.reader_version import options_of
from contrast_engine.server import blobs, params
from contrast_engine.server.open_workspaces import workspaces
from contrast_engine.steps.image.pixel_planes import pixel_planes
from contrast_engine.steps.output import export_selection
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId, Vectors

PREVIEW_SIZE = 1600
NEWEST = 24
FOREVER = "private, max-age=31536000, immutable"

_decoding = threading.BoundedSemaphore(2)  # a 12 MP decode takes tens of MB; two are enough
_filling = threading.Lock()  # 64 MP take 400 MB while they are encoded


def health(_request: Request) -> Response:
    """A sign that the server is there."""
    return JSONResponse({"ok": True}, headers={"Cache-Control": "no-store"})


def not_found(request: Request) -> Response:
    """A refusal of every other address, which Streamlit would answer with its start page."""
    raise UnknownName(f"nothing is served at {request.url.path}")


def thumb(request: Request) -> Response:
    """The small picture of an image."""
    workspace = params.workspace(request)
    wanted = ImageId(params.matching(request, "image"))
    picture = workspace.thumbs.get(wanted)  # there while a scan goes on, before the image is
    if picture is None:
        params.image(request)  # says so where the collection does not have it
        raise UnknownName(f"image {wanted} has no thumbnail; scan its folder again")
    return _cached(request, picture, "image/webp", _kept(workspace, wanted))


def image(request: Request) -> Response:
    """The large picture of an image."""
    workspace, wanted = params.image(request)
    picture = _preview(workspace.id, wanted, workspace.reading_options)
    return _cached(request, picture, "image/jpeg", _kept(workspace, wanted))


def full(request: Request) -> Response:
    """The picture of an image with all its pixels."""
    workspace, wanted = params.image(request)
    picture, kind = _full(workspace.id, wanted, workspace.reading_options)
    return _cached(request, picture, kind, _kept(workspace, wanted))


@functools.lru_cache(maxsize=4)
def _full(
    workspace_id: str, image_id: ImageId, options: images.ReadingOptions
) -> tuple[bytes, str]:
    """One picture in full, one at a time."""
    with _filling:
        workspace = workspaces()[workspace_id]
        row = workspace.images.facts(image_id)
        file = workspace.original(image_id)
        return images.full_size(file, row.width, row.height, options)


def planes(request: Request) -> Response:
    """What is measured of each pixel of an image."""
    workspace, wanted = params.image(request)
    found = _planes(workspace.id, wanted, workspace.reading_options)
    return _cached(request, found, headers=_kept(workspace, wanted))


@functools.lru_cache(maxsize=48)
def _planes(workspace_id: str, image_id: ImageId, _options: images.ReadingOptions) -> bytes:
    with _decoding:
        return pixel_planes(workspaces()[workspace_id], image_id).packed()


def _kept(workspace: Workspace, image: ImageId) -> dict[str, str]:
    """Whether a browser asks again for a picture that other reading options would change."""
    is_open = bool(options_of(workspace.images.read_otherwise.get(image, "")))
    return {"Cache-Control": "private, no-cache"} if is_open else {}


@functools.lru_cache(maxsize=24)
def _preview(workspace_id: str, image_id: ImageId, options: images.ReadingOptions) -> bytes:
    """One picture encoded anew, at most two at a time; the newest few stay in memory."""
    with _decoding:
        file = workspaces()[workspace_id].original(image_id)
        return images.preview(file, PREVIEW_SIZE, options)


def about(request: Request) -> Response:
    """The name of an image, but not where it lies."""
    workspace, wanted = params.image(request)
    row = workspace.images.facts(wanted)
    name = Path(row.path).name
    facts = {"id": wanted, "name": name, "width": row.width, "height": row.height}
    return JSONResponse(facts, headers={"Cache-Control": "private, max-age=60"})


def xy(request: Request) -> Response:
    """The coordinates of a map."""
    return _cached(request, _points(params.map_of(request), 2))


def xyz(request: Request) -> Response:
    """The coordinates of a map with three directions."""
    found = params.map_of(request)
    if len(found.columns) < 3:
        raise UnknownName(f"{request.path_params['key']} is a flat map")
    return _cached(request, _points(found, 3))


def _points(drawn: Vectors, directions: int) -> bytes:
    """The first columns of a map, row by row, without reading the others."""
    columns = [drawn.column(name) for name in drawn.columns[:directions]]
    return np.column_stack(columns).astype("<f4").tobytes()


def ids(request: Request) -> Response:
    """The image ids of a map."""
    return _cached(request, params.map_of(request).ids.packed)


def colour(request: Request) -> Response:
    """The colour bytes of a map."""
    coloured = params.coloured(request)
    return _cached(request, coloured.codes.tobytes(), is_final=params.is_final(request))


def values(request: Request) -> Response:
    """The numbers behind the colours of a map."""
    coloured = params.coloured(request)
    if coloured.values is None:
        raise UnknownName(f"{request.path_params['what']} has classes, not values")
    return _cached(request, coloured.values.astype("<f4").tobytes())


def typical(request: Request) -> Response:
    """The images that stand for the clusters, the middle of each first."""
    chosen = params.representatives(request)
    turns = zip_longest(*chosen.values())
    return _cached(request, bytes.fromhex("".join(i for turn in turns for i in turn if i)))


def archive(request: Request) -> Response:
    """The files of a selection in one zip, one file in memory at a time."""
    workspace = params.workspace(request)
    images = workspace.selections.images(params.matching(request, "key"))
    headers = {
        "Content-Disposition": 'attachment; filename="selection.zip"',
        "Cache-Control": "no-store",
        "Content-Encoding": "identity",
    }
    pieces = export_selection.archive(workspace, export_selection.present(workspace, images))
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


def newest(request: Request) -> Response:
    """The images that were looked at last, for a strip of pictures while a scan runs."""
    home = params.workspace(request)
    gone = home.removed
    found = [image for image in home.thumbs.newest(NEWEST + len(gone)) if image not in gone]
    return JSONResponse({"images": found[:NEWEST]}, headers={"Cache-Control": "no-store"})


def events(request: Request) -> Response:
    """The events of a job after those already known, and its status."""
    workspace = params.workspace(request)
    job = params.matching(request, "job")
    since = request.query_params.get("since", "0")
    if not since.isdecimal():
        raise UnknownName("since must be a whole number: how many events are known already")
    runner = params.runner(workspace.id)
    status = runner.status(job)  # before the events, so that the last ones are never missed
    news = runner.events(job, int(since))
    shown = {name: value for name, value in asdict(status).items() if name not in {"params"}}
    answer = {"events": news, "next": int(since) + len(news), "status": shown}
    text = json.dumps(_finite(answer), allow_nan=False)
    return Response(text, media_type="application/json", headers={"Cache-Control": "no-store"})


def blob(request: Request) -> Response:
    """What a page has put into memory for the browser."""
    found = blobs.get(params.matching(request, "name"))
    return _cached(request, found.content, found.media_type)


def plotly(request: Request) -> Response:
    """The plotly.js of the installed plotly."""
    headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return _cached(request, _plotly_zipped(), "text/javascript; charset=utf-8", headers)


@functools.cache
def _plotly_zipped() -> bytes:
    from plotly.offline import get_plotlyjs

    return gzip.compress(get_plotlyjs().encode(), 6, mtime=0)


def _cached(
    request: Request,
    content: bytes,
    media_type: str = "application/octet-stream",
    headers: dict[str, str] | None = None,
    is_final: bool = True,
) -> Response:
    """Bytes that never change at this address, or 304 where the browser has them."""
    tag = f'"{blake2b(content, digest_size=8).hexdigest()}"'
    sent = {
        "ETag": tag,
        "Cache-Control": FOREVER if is_final else "no-store",
        "Content-Encoding": "identity",  # else the gzip layer spends time on incompressible bytes
        **(headers or {}),
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=sent)
    return Response(content, media_type=media_type, headers=sent)


def _finite(value: Any) -> Any:
    """The value with null for NaN and infinity, which JSON has no word for."""
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return value
