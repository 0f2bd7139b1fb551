"""What a request asks for, checked: only known ids and keys, never a path."""

import functools
import re
from collections.abc import Callable
from typing import Any

from starlette.requests import Request

from contrast_engine.colouring import Colouring, map_colouring
from contrast_engine.errors import UnknownName
from contrast_engine.jobs import JobRunner
from contrast_engine.server.open_workspaces import initial, workspaces
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId, Vectors

_is_id = re.compile(r"[0-9a-f]{16}").fullmatch  # of an image, a result, a job
_is_colouring = re.compile(r"[a-z]+(\.\w+)?@[0-9a-f]+").fullmatch


def workspace(request: Request) -> Workspace:
    """The workspace an address names.

    Raises:
        UnknownName: This process serves no such workspace.
    """
    wanted = request.path_params["ws"]
    if wanted not in workspaces():
        initial()
    if wanted not in workspaces():
        raise UnknownName("that workspace is not open here")
    return workspaces()[wanted]


def image(request: Request) -> tuple[Workspace, ImageId]:
    """The image an address names, with its workspace.

    Raises:
        UnknownName: It is not in the collection.
    """
    home = workspace(request)
    wanted = ImageId(matching(request, "image"))
    if wanted not in home.images:
        raise UnknownName(f"image {wanted} is not in this collection")
    return home, wanted


def map_of(request: Request) -> Vectors:
    """The map an address names.

    Raises:
        UnknownName: There is no such result, or it is not a map.
    """
    key = matching(request, "key")
    found = _loaded(workspace(request).id, key)
    if not isinstance(found, Vectors) or len(found.columns) < 2:
        raise UnknownName(f"{key} is not a map")
    return found


def representatives(request: Request) -> dict[str, list[str]]:
    """The typical images of each cluster of the clustering an address names.

    Raises:
        UnknownName: There is no such result, or it is not a clustering.
    """
    key = matching(request, "key")
    details = workspace(request).manifest(key).details
    if "representatives" not in details:
        raise UnknownName(f"{key} is not a clustering")
    chosen: dict[str, list[str]] = details.get("representatives", {})
    return chosen


def coloured(request: Request) -> Colouring:
    """The colours of a map that an address asks for.

    Raises:
        UnknownName: There is nothing of that name to colour by.
    """
    what = matching(request, "what", _is_colouring)
    map_of(request)
    return map_colouring(workspace(request), matching(request, "key"), what)


def is_final(request: Request) -> bool:
    """True unless the colours are of labels and a later label was given since."""
    what: str = request.path_params["what"]
    kind, _, seq = what.partition("@")
    return kind != "label" or seq == str(workspace(request).labels.version())


def runner(workspace_id: str) -> JobRunner:
    """The one job runner the routes ask about a workspace, where that lies now."""
    return _runner(workspaces()[workspace_id])


@functools.lru_cache(maxsize=8)
def _runner(home: Workspace) -> JobRunner:
    return JobRunner(home)


def matching(request: Request, name: str, is_valid: Callable[[str], Any] = _is_id) -> str:
    """One part of the address, made sure to look as it must.

    Raises:
        UnknownName: It does not.
    """
    given: str = request.path_params[name]
    if not is_valid(given):
        raise UnknownName(f"that is no {name}")
    return given


@functools.lru_cache(maxsize=8)
def _loaded(workspace_id: str, key: str) -> Any:
    return workspaces()[workspace_id].load(key)
