"""Which collection is open, and opening another by its folder, or making one when asked to."""

from pathlib import Path

import streamlit as st

from contrast_engine import server
from contrast_engine.as_written import markdown
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection.opening import Opening, opening
from contrast_engine.views.input_checks import typed_path, workspace_problem
from contrast_engine.views.outcomes import result_or_reason
from pages.collection import folder_dialog
from pages.common import faults, open_workspace

FIELD = "collection.open"
ASKED = "collection.not there"
"""The path that was given and holds no collection, until it is said what to do."""


def show() -> Workspace:
    """Draw the name and folder of the open collection with a way to open another.

    Where none is open, the page ends with the form that opens or makes one.
    """
    workspace, reason = result_or_reason(open_workspace.opened)
    if reason:
        st.error(markdown(reason))
    if workspace is None:
        st.markdown("**Open or make a collection**")
        _form(None)
        st.stop()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{markdown(workspace.name)}**", width="content")
        st.caption(markdown(str(workspace.root)), width="content")
        with st.popover("Open another", type="tertiary"):
            _form(workspace)
    faults.read_only(workspace)
    return workspace


def _form(workspace: Workspace | None) -> None:
    with st.form("open", border=False):
        root = st.text_input(
            "Folder of the collection on this computer",
            placeholder="/home/me/holiday.contrast",
            key=FIELD,
            help="An existing collection, or a new or empty folder in which one is made after "
            "you were asked.",
        ).strip()
        is_sent = st.form_submit_button("Open", type="primary")
    if st.button("Browse folders", key="open.browse", icon=":material/folder_open:"):
        folder_dialog.show(workspace, FIELD, collections=True)
    if is_sent:
        st.session_state.pop(ASKED, None)
        problem = workspace_problem(root)
        if problem:
            st.error(markdown(problem))
            return
        found = opening(typed_path(root))
        if found.is_there:
            _open(found.path)
        else:
            st.session_state[ASKED] = found
    if ASKED in st.session_state:
        _ask(st.session_state[ASKED])


def _ask(found: Opening) -> None:
    """Draw what may have been meant, and the offer to make a new collection."""
    st.warning(f"There is no collection at {markdown(str(found.path))}. Nothing was made.")
    for near in found.near:
        if st.button(f"Open {markdown(str(near))}", key=f"open.near.{near}"):
            _open(near)
    if st.button("Make a new collection there", key="open.make"):
        _open(found.path)


def _open(path: Path) -> None:
    """Open a collection, or make it, and show it; where that fails, say why."""
    opened, reason = result_or_reason(server.open_workspace, path)
    if opened is not None:
        _, reason = result_or_reason(open_workspace.remember, opened)
    if reason:
        st.error(markdown(reason))
        return
    st.session_state.pop(ASKED, None)
    st.rerun()
