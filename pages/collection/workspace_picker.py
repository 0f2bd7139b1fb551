"""Which collection is open, and opening another by its folder, or making one when asked to."""

from pathlib import Path
from typing import NoReturn

import streamlit as st

from contrast_engine import server
from contrast_engine.access import Act, may
from contrast_engine.as_written import markdown
from contrast_engine.store.opening import Opening, opening, place_for
from contrast_engine.store.recent import recent_collections
from contrast_engine.store.workspace import Workspace
from contrast_engine.store.workspace_marker import is_workspace
from contrast_engine.views.input_checks import typed_path, workspace_problem
from contrast_engine.views.outcomes import result_or_reason
from pages.collection import add_photographs, folder_dialog
from pages.common import faults, navigation, open_workspace
from pages.frame.access import closed

FIELD = "collection.open"
OFFERED = 5
ASKED = "collection.not there"
"""The path that was given and holds no collection, until it is said what to do."""


def show() -> Workspace:
    """Draw the name and folder of the open collection with a way to open another.

    Where none is open, the page ends with the form that opens or makes one.
    """
    workspace, reason = result_or_reason(open_workspace.opened)
    if reason:
        st.error(markdown(reason))
    if workspace is None or (begins() and may(Act.OPEN)):
        _begin(workspace)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{markdown(workspace.name)}**", width="content")
        if may(Act.OPEN):
            st.caption(markdown(str(workspace.root)), width="content")
            with st.popover("Open another", type="tertiary"):
                _form(workspace)
    faults.read_only(workspace)
    return workspace


def begins() -> bool:
    """Whether the address asks where one's photographs are, whatever collection is open."""
    name, value = next(iter(navigation.BEGIN.items()))
    return st.query_params.get(name) == value


def _begin(workspace: Workspace | None) -> NoReturn:
    """Ask where the photographs are, and end the page there."""
    with st.container(width=720):
        if closed(Act.OPEN, "No collection is open yet. An owner can open one."):
            st.stop()
        st.markdown(
            "**Where are your photographs?** Name their folder to begin, or the folder of a "
            "collection that is there already."
        )
        _form(None)
        _before()
        if workspace is not None and st.button(
            f"Back to {markdown(workspace.name)}", key="open.back", icon=":material/arrow_back:"
        ):
            _leave_question()
            st.rerun()
    st.stop()


def _leave_question() -> None:
    for name in navigation.BEGIN:
        st.query_params.pop(name, None)


def _form(workspace: Workspace | None) -> None:
    with st.form("open", border=False):
        field, button = st.columns([5, 1], vertical_alignment="bottom")
        root = field.text_input(
            "Folder of photographs, or of a collection, on this computer",
            placeholder="/home/me/photographs",
            key=FIELD,
            help="Photographs, an existing collection, or a new or empty folder in which one is "
            "made after you were asked.",
        ).strip()
        is_sent = button.form_submit_button("Open", type="primary", width="stretch")
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
    place = place_for(found.path)
    if place is not None:
        _ask_for_photographs(found.path, place)
    else:
        st.warning(f"There is no collection at {markdown(str(found.path))}. Nothing was made.")
    for near in found.near:
        if st.button(f"Open {markdown(str(near))}", key=f"open.near.{near}"):
            _open(near)
    if place is None and st.button("Make a new collection there", key="open.make"):
        _open(found.path)


def _ask_for_photographs(photographs: Path, place: Path) -> None:
    """Offer a collection beside a folder of photographs; they stand in its field then."""
    st.markdown(
        f"These are photographs. Their features, labels and results will be kept beside them, in "
        f"**{markdown(str(place))}**; the photographs stay as they are."
    )
    words = "Open that collection" if is_workspace(place) else "Make the collection"
    if st.button(words, key="open.beside", type="primary"):
        if not is_workspace(place):
            st.session_state[add_photographs.FIELD] = str(photographs)
        _open(place)


def _before() -> None:
    """Draw the collections that were opened before."""
    found = recent_collections()[:OFFERED]
    if found:
        st.caption("Opened before")
    for place, root in enumerate(found):
        name = f"{markdown(root.name.removesuffix('.contrast'))} :small[{markdown(str(root))}]"
        if st.button(name, f"open.before.{place}", icon=":material/folder:", type="tertiary"):
            _open(root)


def _open(path: Path) -> None:
    """Open a collection, or make it, and show it; where that fails, say why."""
    opened, reason = result_or_reason(server.open_workspace, path)
    if opened is not None:
        _, reason = result_or_reason(open_workspace.remember, opened)
    if reason:
        st.error(markdown(reason))
        return
    st.session_state.pop(ASKED, None)
    _leave_question()
    st.rerun()
