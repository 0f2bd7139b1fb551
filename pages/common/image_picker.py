"""Which image a page is about: the one in the address, else one to choose."""

import streamlit as st

from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from pages.common import selection, taking_out, thumbnails


def image(workspace: Workspace) -> ImageId:
    """The image in the address; without one, draw some to choose from and end the page.

    The selected images come first, else all by their paths.
    """
    chosen = selection.image()
    if chosen is None or chosen not in workspace.images:
        choose(workspace)
        st.stop()
    return chosen


def other() -> None:
    """Draw the button that leads back to choosing an image."""
    st.button(
        "Choose another image", key="picking.other", type="tertiary", on_click=selection.open_image
    )


def choose(workspace: Workspace) -> None:
    """Draw images to choose one from: those that are selected, else all; a click opens it."""
    gone = selection.image()
    if gone is not None:
        taking_out.gone(workspace, gone, "picking.back")
    known = selection.selected() & workspace.images.images or workspace.images.images
    what = "selected images" if selection.selected() else "images"
    st.markdown("**Choose an image**")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        look = thumbnails.look(workspace)
    thumbnails.browse(
        workspace,
        "picking",
        known,
        look,
        label=f"Images to choose from: {what}",
        on_event=thumbnails.open_clicked,
    )
