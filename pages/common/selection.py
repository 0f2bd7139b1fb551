"""What this tab looks at: the image that is open and the images that are selected, by the address.

Which images a selection holds is kept by the workspace under a key; address and tab hold the key.
"""

from collections.abc import Iterable

import streamlit as st

from contrast_engine.imageset import ImageId, ImageSet
from contrast_engine.steps.collection.keep_selection import keep_selection
from contrast_engine.views.collection.selections import kept_images
from pages.common import address, faults, open_workspace

IMAGE = "image"
SELECTED = "selected"
SELECTION = "selection"
PLACE = "selection"
TAB_ONLY = "These images are selected in this tab only; the selection itself was not saved."


def image() -> ImageId | None:
    """The image that is open in the inspector, by its id in the address."""
    named = st.query_params.get(IMAGE)
    return ImageId(named) if named else None


def open_image(image: ImageId | None = None) -> None:
    """Open an image in the inspector, or close it."""
    if image:
        st.query_params[IMAGE] = image
    else:
        st.query_params.pop(IMAGE, None)


def selected() -> ImageSet:
    """The selected images: those the address names, else the last of this tab."""
    named, held = st.query_params.get(SELECTION), st.session_state.get(SELECTION)
    if named and named != held:
        workspace = open_workspace.opened()
        kept = kept_images(workspace, named) if workspace else ImageSet.of(())
        if not kept:
            st.toast("The selection in this address is not kept here any more.")
        _hold(kept, named if kept else "")
    elif held and not named:
        if address.follows(SELECTION):
            _hold(ImageSet.of(()), "")
        else:
            st.query_params[SELECTION] = held
    return ImageSet.of(st.session_state.get(SELECTED, ()))


def select(images: Iterable[ImageId]) -> None:
    """Make these images the selection; it is kept, so that the address can name it."""
    chosen, workspace = ImageSet.of(images), open_workspace.opened()
    name = faults.attempt(PLACE, TAB_ONLY, keep_selection, workspace, chosen) if workspace else None
    _hold(chosen, name or "")


def key() -> str:
    """The key under which the selection is kept, "" where there is none."""
    return str(st.session_state.get(SELECTION, ""))


def _hold(images: ImageSet, name: str) -> None:
    st.session_state[SELECTED], st.session_state[SELECTION] = images, name
    if name:
        st.query_params[SELECTION] = name
    else:
        st.query_params.pop(SELECTION, None)
