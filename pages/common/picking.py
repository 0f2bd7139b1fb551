"""Which image a page is about: the one in the address, else one to choose."""

import streamlit as st

from contrast_engine.server import Urls
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from pages.common import session
from pages.components import gallery

PER_PAGE = 60


def image(workspace: Workspace) -> ImageId:
    """Give the image in the address; without one, draw some to choose from and end the page.

    The images encircled last come first, else all by their paths.
    """
    chosen = session.image()
    if chosen not in workspace.images:
        _choose(workspace, is_gone=chosen is not None)
        st.stop()
    return chosen


def other() -> None:
    """Draw the button that leads back to choosing an image."""
    st.button(
        "Choose another image", key="picking.other", type="tertiary", on_click=session.open_image
    )


def _choose(workspace: Workspace, *, is_gone: bool) -> None:
    if is_gone:
        st.info("This image is not in the collection any more. Choose another.")
    known = [i for i in session.selected() if i in workspace.images] or workspace.images.ids
    what = "selected images" if session.selected() else "images, by their path"
    page = st.session_state.get("picking.page", 1)
    first = (min(page, -(-len(known) // PER_PAGE)) - 1) * PER_PAGE
    on_page = known[first : first + PER_PAGE]
    st.markdown(f"**Choose an image** · showing {len(on_page):,} of {len(known):,} {what}")
    gallery.show(
        key="picking",
        ids=on_page,
        thumb=Urls(workspace.id).thumb,
        on_event=lambda event: event.opened and session.open_image(event.opened),
    )
    if len(known) > PER_PAGE:
        st.pagination(-(-len(known) // PER_PAGE), key="picking.page")
