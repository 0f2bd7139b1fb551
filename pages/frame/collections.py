"""Which collection is open, and the way to those opened before."""

from pathlib import Path

import streamlit as st

from contrast_engine import server
from contrast_engine.access import Act, may
from contrast_engine.as_written import markdown
from contrast_engine.store.recent import recent_collections, remember_collection
from contrast_engine.store.workspace import Workspace
from pages.common import faults, navigation, open_workspace

PLACE = "frame.collection"
OFFERED = 8


@st.fragment(key="frame-collection")
@faults.boundary
def switcher(workspace: Workspace | None) -> None:
    """Draw the name of the open collection; behind it lie those opened before.

    Args:
        workspace: The open one; None where there is none.
    """
    if not may(Act.OPEN):
        st.markdown(f"**{markdown(workspace.name if workspace else 'No collection')}**")
        return
    if workspace is not None:
        remember_collection(workspace.root)
    with st.container(key="frame-collection", width="content"):
        opened = st.popover(
            markdown(workspace.name) if workspace else "No collection",
            icon=":material/folder_open:",
            type="tertiary",
            help=None if workspace is None else markdown(str(workspace.root)),
            key="frame.collections",
            on_change="rerun",
        )
    if not opened.open:
        return
    with opened:
        if workspace is not None:
            st.markdown(f"**{markdown(workspace.name)}**")
            st.caption(markdown(str(workspace.root)))
        _others(workspace)
        st.page_link(
            navigation.COLLECTION,
            label="Open or make another",
            icon=":material/create_new_folder:",
            query_params=navigation.address(),
        )


def _others(workspace: Workspace | None) -> None:
    here = workspace.root if workspace else None
    others = [root for root in recent_collections() if root != here][:OFFERED]
    if others:
        st.caption("Opened before")
    for place, root in enumerate(others):
        is_asked = st.button(
            markdown(root.name.removesuffix(".contrast")),
            key=f"frame.collection.{place}",
            help=markdown(str(root)),
            icon=":material/folder:",
            width="stretch",
        )
        if is_asked and _open(root):
            st.switch_page(navigation.GALLERY, query_params=navigation.address())
    faults.show(PLACE)


def _open(root: Path) -> bool:
    """True once another collection is the one of this tab."""
    found = faults.attempt(PLACE, "It could not be opened.", server.open_workspace, root)
    if found is None:
        return False
    open_workspace.remember(found)
    return True
