"""Looking through the folders of this computer, to choose one instead of typing its path."""

from pathlib import Path

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.store.folder_browser import (
    Entry,
    Listing,
    look_into,
    starting_places,
)
from contrast_engine.store.workspace import Workspace
from pages.common import faults

AT = "browse.at"
DONE = "browse.done"
ICONS = {
    "folder": ":material/folder:",
    "collection": ":material/photo_library:",
    "archive": ":material/folder_zip:",
}


@st.dialog("Choose a folder", width="large")
@faults.boundary
def show(workspace: Workspace | None, field: str, *, collections: bool = False) -> None:
    """Draw a folder with what can be gone into; the one chosen comes to stand in a field.

    Args:
        workspace: The open collection; None where none is open.
        field: Key of the text field that is filled in.
        collections: Whether a collection is looked for, and not photographs.
    """
    if st.session_state.pop(DONE, False):
        st.rerun()
    places = starting_places(workspace)
    with st.container(horizontal=True):
        for place in places[:6]:
            st.button(
                "Home" if place == places[0] else markdown(place.name),
                key=f"browse.place.{place}",
                help=markdown(str(place)),
                type="tertiary",
                on_click=_go,
                args=(place,),
            )
    found = look_into(st.session_state.get(AT) or places[0], places)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Up",
            key="browse.up",
            icon=":material/arrow_upward:",
            shortcut="Alt+Up",
            disabled=found.up is None,
            on_click=_go,
            args=(found.up,),
            help="The folder above. Home, and the folders of this collection, are as far as this "
            "list goes; any other path can be typed.",
        )
        st.markdown(f"**{markdown(str(found.path))}**")
        st.caption(markdown(found.words or "no images here"), width="content")
        st.button(
            "Choose this folder",
            key="browse.choose",
            type="primary",
            on_click=_choose,
            args=(found.path, field),
        )
    _entries(found, field, collections)
    if collections:
        st.caption("A collection can also be made in a new folder: type its path.")


def _entries(found: Listing, field: str, collections: bool) -> None:
    if found.problem:
        st.warning(markdown(found.problem))
    with st.container(height=360, border=True):
        for entry in found.entries:
            is_taken = (entry.kind == "collection") == collections and entry.kind != "folder"
            st.button(
                _label(entry),
                key=f"browse.into.{entry.path}",
                icon=ICONS[entry.kind],
                type="tertiary",
                disabled=not is_taken and entry.kind != "folder",
                on_click=_choose if is_taken else _go,
                args=(entry.path, field) if is_taken else (entry.path,),
            )
        if not found.entries and not found.problem:
            st.caption("There are no folders in it.")
        if found.is_more:
            st.caption("There is more in it than is listed here; type the path of the rest.")


def _label(entry: Entry) -> str:
    words = f" :small[· {markdown(entry.words)}]" if entry.words else ""
    return f"{markdown(entry.name)}{words}"


def _go(place: Path) -> None:
    st.session_state[AT] = place


def _choose(place: Path, field: str) -> None:
    st.session_state[field] = str(place)
    st.session_state[DONE] = True
