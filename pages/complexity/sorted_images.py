"""The collection sorted by complexity, beside complexity against contrast."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.complexity.beside_contrast import CONTRASTS, beside_contrast
from contrast_engine.views.complexity.reports import SCORE
from pages.common import controls, inspector, loaders, navigation, selection, thumbnails
from pages.common.thumbnails import DIRECTIONS, Look
from pages.components import figure

CLICKED = "complexity.clicked"
"""The image that was clicked last, until it is opened over the page."""


def show(workspace: Workspace, scored: Vectors) -> None:
    """Draw the gallery sorted by complexity and the scatter beside it; a click opens an image.

    Args:
        workspace: The open workspace.
        scored: The table with the score of every image.
    """
    left, right = st.columns([1, 1], gap="large")
    with left:
        order = controls.in_address(
            st.segmented_control, "Order", list(DIRECTIONS), "order", "falling",
            format_func=DIRECTIONS.get, required=True,
        )  # fmt: skip
        thumbnails.browse(
            workspace,
            "complexity.gallery",
            [image for image in scored.ids if image in workspace.images],
            Look(SCORE, order == "falling", 96),
            height=430,
            on_event=lambda event: _open(event.opened),
        )
    with right:
        feature = controls.in_address(
            st.segmented_control, "Contrast", list(CONTRASTS), "contrast", "c_rms",
            format_func=CONTRASTS.get, required=True,
        )  # fmt: skip
        drawn, words = beside_contrast(
            workspace, loaders.features(workspace), scored, feature, selection.image()
        )
        figure.show(
            drawn, key=f"complexity.scatter.{feature}", height=400,
            label="Complexity over contrast", about=words,
            on_click=lambda point: _open(point["customdata"]),
        )  # fmt: skip
        st.markdown(markdown(words))
        with st.container(horizontal=True):
            navigation.link(
                navigation.MAP, "Colour the map by complexity", colour=f"feature.{SCORE}"
            )
            navigation.link(
                navigation.MAP, "Contrast against complexity",
                method="two-features", across=feature, up=SCORE,
            )  # fmt: skip
    clicked = st.session_state.pop(CLICKED, None)
    if clicked:
        inspector.dialog(workspace, clicked)


def _open(image: ImageId | None) -> None:
    """Open an image that was clicked: in the address, and over the page in the run that follows."""
    if image:
        selection.open_image(image)
        st.session_state[CLICKED] = image
