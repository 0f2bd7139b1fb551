"""The first pictures of a collection in a row, as the way to all of them."""

import streamlit as st

from contrast_engine.store.workspace import Workspace
from pages.common import navigation, thumbnails
from pages.components.gallery import GalleryEvents

SHOWN, SIZE = 9, 84
GO = "collection.first.go"


def show(workspace: Workspace) -> None:
    """Draw a row of pictures with a link to the gallery; nothing where there are none."""
    images = workspace.images.images
    if not images:
        return
    thumbnails.show(
        workspace,
        "collection.first",
        list(images[:SHOWN]),
        size=SIZE,
        label="First pictures",
        on_event=_note,
    )
    navigation.link(navigation.GALLERY, f"Look at all {len(images):,} pictures")
    if image := st.session_state.pop(GO, ""):
        st.switch_page(navigation.GALLERY, query_params=navigation.address(image=image))


def _note(event: GalleryEvents) -> None:
    if event.opened:
        st.session_state[GO] = event.opened
