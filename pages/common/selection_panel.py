"""What a selection on the map or in the gallery does, and which parts of the page show it."""

from collections.abc import Iterable

import streamlit as st

from contrast_engine.imageset import ImageId, ImageSet
from pages.common import selection

GALLERY = "selection"
BAR = "bar"
FRAGMENT = (GALLERY, BAR)
"""The parts that show what is selected and what is open, beside the map."""

MAP = "map"
EVERYTHING = (*FRAGMENT, MAP)

SHOW = "show"
"""The menu of which images the gallery shows, also in the address."""

KEPT = "shown"
"""What it showed last in this tab."""

MAP_DRAWN = "map drawn"


def parts() -> tuple[str, ...]:
    """The parts of this page to draw again after a change of the selection."""
    return EVERYTHING if st.session_state.get(MAP_DRAWN) else FRAGMENT


def draw_again() -> None:
    """Draw all that shows the selection again, and nothing else; in a callback."""
    st.rerun(parts())


def change(inside: Iterable[ImageId], mode: str) -> None:
    """Select what lies in a lasso, add it or take it out; the gallery shows the selection then.

    Args:
        inside: The images inside the lasso.
        mode: "replace", "add" or "remove".
    """
    old, given = selection.selected(), ImageSet.of(inside)
    if mode == "replace":
        selection.select(given)
    else:
        selection.select(old | given if mode == "add" else old - given)
    show("selection" if selection.selected() else "all")


def show(group: str) -> None:
    """Make the gallery show a group of images; in a callback."""
    st.session_state[SHOW] = st.session_state[KEPT] = st.query_params[SHOW] = group
