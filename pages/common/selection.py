"""What was encircled or clicked: the gallery of a selection and the image that is open."""

from collections.abc import Iterable, Sequence

import streamlit as st

from contrast_engine.server import Urls
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from pages.common import chosen_images, inspector, labelling, session
from pages.components import gallery

FRAGMENT = "selection"
MAP = "map"
EVERYTHING = (FRAGMENT, MAP)
PER_PAGE = 60
BESIDE_IMAGE = 190
"""Height of the gallery in pixels while an image is open below it: two rows, and it scrolls."""

ALONE = 310
"""Its height otherwise, so that what is said of the selection stands beside the map."""


def change(inside: Iterable[ImageId], mode: str) -> None:
    """Make these images the selection, add them to it or take them out of it.

    Args:
        inside: The images that were encircled.
        mode: "replace", "add" or "remove".
    """
    old = session.selected()
    if mode == "replace":
        session.select(tuple(inside))
    elif mode == "add":
        session.select(tuple(dict.fromkeys((*old, *inside))))
    else:
        gone = set(inside)
        session.select(tuple(image for image in old if image not in gone))


@st.fragment(key=FRAGMENT)
def show(workspace: Workspace, known: Sequence[ImageId]) -> None:
    """Draw the open image and the selected images; runs again by itself at every selection.

    Args:
        workspace: The open workspace.
        known: The images that can be selected here; others are left out and counted.
    """
    there = set(known)
    chosen = [image for image in session.selected() if image in there]
    image = session.image()
    if image is None and not chosen:
        with st.container(border=True):
            st.markdown("**Nothing selected yet**")
            st.markdown(
                "Click a point to see its image here, with its values. Choose the lasso above the "
                "map and draw around points to see all of their images."
            )
        return
    if chosen:
        _selection(workspace, chosen, height=BESIDE_IMAGE if image else ALONE)
    if image is not None:
        with st.container(border=True):
            inspector.show(workspace, image, on_close=_close, on_label=_draw_everything)


def _selection(workspace: Workspace, chosen: Sequence[ImageId], height: int) -> None:
    n_pages = -(-len(chosen) // PER_PAGE)
    page = min(st.session_state.get("selection.page", 1), n_pages)
    first = (page - 1) * PER_PAGE
    on_page = chosen[first : first + PER_PAGE]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**Showing {len(on_page):,} of {len(chosen):,} selected images**")
        chosen_images.take(workspace, chosen)
        st.button("Clear", "selection.clear", type="tertiary", on_click=_clear)
    labelling.bar(workspace, chosen, "selection.label", _draw_everything)
    with st.container(height=height, border=False):
        gallery.show(
            key="selection.gallery",
            ids=on_page,
            thumb=Urls(workspace.id).thumb,
            size=88,
            opened=session.image() or "",
            on_event=_open,
            rerun=EVERYTHING,
        )
    if n_pages > 1:
        st.pagination(n_pages, key="selection.page")
    if not session.image():
        chosen_images.show(workspace, chosen)


def _open(event: gallery.GalleryEvents) -> None:
    if event.opened:
        session.open_image(event.opened)


def _close() -> None:
    session.open_image(None)
    _draw_everything()


def _clear() -> None:
    session.select(())
    _draw_everything()


def _draw_everything() -> None:
    st.rerun(EVERYTHING)
