"""The ways in: a path, a folder chosen from a list, places of before, files dropped here."""

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from contrast_engine.access import Act
from contrast_engine.as_written import markdown
from contrast_engine.steps.collection.keep_dropped import Dropped, keep_dropped
from contrast_engine.store.recent_places import recent_places, remember_place
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection.dropped_words import dropped_words
from contrast_engine.views.input_checks import source_problem, typed_path
from pages.collection import folder_dialog
from pages.common import compute, faults
from pages.frame import access

FIELD = "collection.source"
TURN = "collection.drop"
DROPPED = "collection.dropped"
OFFERED = 5
LARGEST_MB = 2000


def show(workspace: Workspace, workers: dict[str, int]) -> None:
    """Draw the ways in; what is given starts scanning and measuring.

    Args:
        workspace: The open collection.
        workers: How many images are worked on at a time, as steps take it.
    """
    if access.closed(Act.ADD):
        return
    typed, dropped = st.columns([3, 2], gap="medium")
    with typed:
        is_sent, source = _typed(workspace)
    if is_sent:
        reason = source_problem(source)
        if reason:
            st.error(markdown(reason))
        else:
            remember_place(typed_path(source))
            compute.gather(workspace, paths=[str(typed_path(source))], **workers)
    with dropped:
        _drop(workspace, workers)


def _typed(workspace: Workspace) -> tuple[bool, str]:
    """Draw the field of a path with the ways to fill it; gives whether it was sent, and it."""
    with st.form("add", border=False):
        field, button = st.columns([3, 1], vertical_alignment="bottom")
        source = field.text_input(
            "Add photographs: folder or file on this computer",
            placeholder="/home/me/photographs",
            key=FIELD,
            help="A folder with everything below it, one image, a .zip, or a .csv or .parquet "
            "table with a column called path. Nothing is copied.",
        )
        is_sent = button.form_submit_button("Scan and measure", type="primary", width="stretch")
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Browse folders", icon=":material/folder_open:", type="tertiary"):
            folder_dialog.show(workspace, FIELD)
        _recent(workspace)
    return is_sent, source


def _recent(workspace: Workspace) -> None:
    places = [place for place in recent_places() if str(place) not in workspace.roots][:OFFERED]
    if not places:
        return
    st.caption("Used before:", width="content")
    for number, place in enumerate(places):
        st.button(
            markdown("/".join(place.parts[-2:])),
            key=f"collection.recent.{number}",
            type="tertiary",
            help=markdown(str(place)),
            on_click=_fill,
            args=(str(place),),
        )


def _fill(place: str) -> None:
    st.session_state[FIELD] = place


@st.fragment
@faults.boundary
def _drop(workspace: Workspace, workers: dict[str, int]) -> None:
    turn = st.session_state.setdefault(TURN, 0)
    left, right = st.columns(2)
    with left, st.container(key="drop-files"):
        files = st.file_uploader(
            "Or drop pictures and .zip here",
            accept_multiple_files=True,
            key=f"drop.files.{turn}",
            max_upload_size=LARGEST_MB,
            help="They are copied into this collection's own folder, under added. For thousands "
            "of pictures give the folder's path above: then nothing is copied.",
        )
    with right, st.container(key="drop-folder"):
        folder = st.file_uploader(
            "Or drop a folder here",
            accept_multiple_files="directory",
            key=f"drop.folder.{turn}",
            max_upload_size=LARGEST_MB,
            help="With the folders inside it. They are copied into this collection's own folder.",
        )
    _take(workspace, [*(files or []), *(folder or [])], workers)
    faults.show(DROPPED)
    if words := st.session_state.get(DROPPED):
        st.info(markdown(words))


def _take(workspace: Workspace, uploads: Sequence[UploadedFile], workers: dict[str, int]) -> None:
    """Keep uploads in the workspace, let go of them here, and have them looked at."""
    if not uploads:
        return
    files = [Dropped(one.name, one.size, one) for one in uploads]
    kept = faults.attempt(DROPPED, "Nothing was added.", keep_dropped, workspace, files)
    st.session_state[TURN] += 1
    st.session_state[DROPPED] = dropped_words(kept) if kept else ""
    if kept:
        compute.gather(workspace, paths=list(kept.paths), **workers)
    st.rerun()
