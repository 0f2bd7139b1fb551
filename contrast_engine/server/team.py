"""Who is here, for the line under the labeller: asked for again and again while it is seen."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from contrast_engine.server import params
from contrast_engine.views.labels.team import team_now


def team(request: Request) -> Response:
    """The people here now, what they do, and how many images each has labelled."""
    answer = team_now(params.workspace(request))
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})
