"""The web routes beside the pages: arrays, pictures and job events, by id and never by path.

All are GET. What an address with a content key gives never changes, so browsers keep it for ever.
Only ids of the collection and keys of the workspace are served; pictures are always encoded anew,
so nothing but pixels leaves a file. The one exception is the archive of a selection that somebody
made: it holds the files as they are.
"""

from contrast_engine.server.access import VISIT, Way, access, visits
from contrast_engine.server.blobs import compute_later, put
from contrast_engine.server.door import KnownHosts, came_by_proxy, middleware
from contrast_engine.server.front_door import FrontDoor, front_door
from contrast_engine.server.open_workspaces import initial, open_workspace, workspaces
from contrast_engine.server.routing import lifespan, routes
from contrast_engine.server.urls import Urls, plotly_url
from contrast_engine.server.work import work_on

__all__ = [
    "VISIT",
    "FrontDoor",
    "KnownHosts",
    "Urls",
    "Way",
    "access",
    "came_by_proxy",
    "compute_later",
    "front_door",
    "initial",
    "lifespan",
    "middleware",
    "open_workspace",
    "plotly_url",
    "put",
    "routes",
    "visits",
    "work_on",
    "workspaces",
]
