"""Which role each address takes.

Every route of the app stands here by its own pattern; a test holds the table against the routes
that there are. What stands nowhere is a page or one of Streamlit's files where it is only read,
and refused to all but owners otherwise.
"""

from starlette.routing import compile_path
from starlette.types import Scope

from contrast_engine.access import Role

ANYBODY, VIEWER, OWNER = Role.NOBODY, Role.VIEWER, Role.OWNER

ROLES: dict[str, Role] = {
    # ours: all of them read
    "/api/health": ANYBODY,
    "/api/plotly.min.js": VIEWER,
    "/api/blob/{name}": VIEWER,
    "/api/{ws}/thumb/{image}": VIEWER,
    "/api/{ws}/image/{image}": VIEWER,
    "/api/{ws}/full/{image}": VIEWER,
    "/api/{ws}/planes/{image}": VIEWER,
    "/api/{ws}/about/{image}": VIEWER,
    "/api/{ws}/map/{key}/xy": VIEWER,
    "/api/{ws}/map/{key}/xyz": VIEWER,
    "/api/{ws}/map/{key}/ids": VIEWER,
    "/api/{ws}/map/{key}/colour/{what}": VIEWER,
    "/api/{ws}/map/{key}/values/{what}": VIEWER,
    "/api/{ws}/filter": VIEWER,
    "/api/{ws}/typical/{key}": VIEWER,
    "/api/{ws}/selection/{key}/zip": VIEWER,
    "/api/{ws}/newest": VIEWER,
    "/api/{ws}/jobs/{job}/events": VIEWER,
    "/api/{ws}/work": VIEWER,
    "/api/{ws}/team": VIEWER,
    "/api/{rest:path}": OWNER,  # a plain 404
    # Streamlit's
    "/_stcore/health": ANYBODY,
    "/_stcore/host-config": VIEWER,
    "/_stcore/stream": VIEWER,
    "/_stcore/upload_file/{session_id}/{file_id}": OWNER,
    "/_stcore/bidi-components/{path:path}": VIEWER,
    "/component/{path:path}": VIEWER,
    "/media/{file_id:path}": VIEWER,
    "/app/static/{path:path}": VIEWER,
    "/_stcore/metrics": OWNER,
    "/_stcore/script-health-check": OWNER,
    "/_stcore/agent/interact": OWNER,
    "/_stcore/agent/openapi.json": OWNER,
    "/_stcore/agent/mcp": OWNER,
    "/auth/login": VIEWER,
    "/auth/logout": VIEWER,
    "/oauth2callback": VIEWER,
    "/_stcore/{rest:path}": OWNER,
    "": VIEWER,  # pages, and the files that they are made of
}

UPLOADS = "/_stcore/upload_file/{session_id}/{file_id}"
_READING = ("GET", "HEAD", "OPTIONS")


class Rules:
    """The role that a request takes.

    Args:
        base: Under which path all of it is served.
    """

    def __init__(self, base: str = "") -> None:
        self.base = f"/{base.strip('/')}" if base.strip("/") else ""
        self._known = [
            (pattern, compile_path(pattern)[0], role) for pattern, role in ROLES.items() if pattern
        ]

    def path(self, scope: Scope) -> str:
        """The path of a request, below the one all of it is served under."""
        path: str = scope["path"]
        return path.removeprefix(self.base) if path.startswith(f"{self.base}/") else path

    def pattern(self, scope: Scope) -> str:
        """The pattern of the table that a request falls under; "" for a page or a file of one."""
        path = self.path(scope)
        return next((name for name, fits, _ in self._known if fits.match(path)), "")

    def least(self, scope: Scope) -> Role:
        """The least role that a request takes."""
        pattern = self.pattern(scope)
        is_upload = pattern == UPLOADS
        if scope["type"] == "http" and scope["method"] not in _READING and not is_upload:
            return OWNER
        return ROLES[pattern]

    def session(self, scope: Scope) -> str:
        """The session of Streamlit's that an upload is for; "" for any other request."""
        fits = compile_path(UPLOADS)[0].match(self.path(scope))
        return fits["session_id"] if fits else ""
