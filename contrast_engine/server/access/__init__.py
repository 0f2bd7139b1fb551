"""Who is in: every request, websocket and upload belongs to somebody, or is refused.

In front of the pages, behind the door: the `Access` middleware finds out who asks by one `Way`
(pass phrases, OpenID Connect, a proxy), holds each address to the role it takes (`rules`), and
lets a script of Streamlit's find the person of its own session again (`visits`).
"""

from contrast_engine.server.access.middleware import Access, access
from contrast_engine.server.access.rules import Rules
from contrast_engine.server.access.visits import VISIT, visits
from contrast_engine.server.access.way import Login, Way

__all__ = ["VISIT", "Access", "Login", "Rules", "Way", "access", "visits"]
