"""Which collection is open, and opening or making another by its folder."""

import streamlit as st

from contrast_engine import server
from contrast_engine.as_written import markdown
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.input_checks import typed_path, workspace_problem
from contrast_engine.views.outcomes import result_or_reason
from pages.common import faults, open_workspace


def show() -> Workspace:
    """Draw the name and folder of the open collection with a way to open another.

    Where none is open, the page ends with the form that opens or makes one.
    """
    workspace, reason = result_or_reason(open_workspace.opened)
    if reason:
        st.error(markdown(reason))
    if workspace is None:
        st.markdown("**Open or make a collection**")
        _form()
        st.stop()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{markdown(workspace.name)}**", width="content")
        st.caption(markdown(str(workspace.root)), width="content")
        with st.popover("Open another", type="tertiary"):
            _form()
    faults.read_only(workspace)
    return workspace


def _form() -> None:
    with st.form("open", border=False):
        root = st.text_input(
            "Folder of the collection on this computer",
            placeholder="/home/me/holiday.contrast",
            help="An existing collection, or a new or empty folder in which one is made.",
        ).strip()
        is_sent = st.form_submit_button("Open", type="primary")
    if not is_sent:
        return
    problem = workspace_problem(root)
    if problem:
        st.error(markdown(problem))
        return
    opened, reason = result_or_reason(server.open_workspace, typed_path(root))
    if opened is None:
        st.error(markdown(reason))
        return
    _, reason = result_or_reason(open_workspace.remember, opened)
    if reason:
        st.error(markdown(reason))
        return
    st.rerun()
