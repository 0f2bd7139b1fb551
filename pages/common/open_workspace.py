"""Which workspace this tab has open: the address decides, then the tab, then the server."""

import streamlit as st

from contrast_engine import server
from contrast_engine.access import Act, may
from contrast_engine.store.recent import recent_collections
from contrast_engine.store.workspace import Workspace
from contrast_engine.store.workspace_marker import read_mark
from contrast_engine.views.outcomes import result_or_reason

WORKSPACE = "workspace"
ELSEWHERE = "elsewhere"


def opened() -> Workspace | None:
    """The workspace this tab has open; None where there is none yet."""
    named = st.query_params.get(WORKSPACE)
    wanted = named or st.session_state.get(WORKSPACE) or ""
    workspace = server.workspaces().get(wanted) or _opened_before(wanted)
    if workspace is None:
        first = server.initial()
        workspace = server.workspaces().get(wanted)
    if workspace is None:
        workspace = first
        st.session_state[ELSEWHERE] = bool(named)
    if workspace is not None:
        remember(workspace)
    return workspace


def _opened_before(wanted: str) -> Workspace | None:
    """The collection of this id among those opened last, where the app was started anew since."""
    if not wanted or not may(Act.OPEN):
        return None
    for root in recent_collections():
        mark, _ = result_or_reason(read_mark, root)
        if mark is not None and mark["id"] == wanted:
            found, _ = result_or_reason(server.open_workspace, root)
            return found
    return None


def is_another() -> bool:
    """True, once, if the address named a workspace that is not open here and this one stands in."""
    return bool(st.session_state.pop(ELSEWHERE, False))


def remember(workspace: Workspace) -> None:
    """Make a workspace the one this tab has open, and put it into the address."""
    st.session_state[WORKSPACE] = workspace.id
    st.query_params[WORKSPACE] = workspace.id


def parameters() -> dict[str, str]:
    """The address parameter that names this tab's workspace; none where none is open."""
    known = st.session_state.get(WORKSPACE)
    return {WORKSPACE: known} if known else {}
