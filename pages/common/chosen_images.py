"""What sets the selected images apart, and taking them away as a table or an archive."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from contrast_engine.server import Urls
from contrast_engine.store.workspace import Workspace
from contrast_engine.summaries import chosen_bytes
from contrast_engine.vectors import ImageId
from pages.common import image_loaders
from pages.components import figure

MOST_WEIGHED = 5000

TABLES = {"csv": "Table (CSV)", "parquet": "Table (Parquet)"}


def show(workspace: Workspace, chosen: Sequence[ImageId]) -> None:
    """Say and draw what sets these images apart from the rest."""
    found = image_loaders.chosen(workspace, chosen)
    st.markdown("**Why these are different**")
    st.markdown(found.sentence)
    if found.warning:
        st.warning(found.warning, icon=":material/warning:")
    if found.bars:
        figure.show(found.bars, key="selection.bars", height=240, label="Effect sizes")
        st.caption(
            "1: every selected image has the higher value; 0: no difference; lines are 95% "
            "intervals. Between the dotted lines lies what images drawn blindly show too. Measures "
            "that say the same thing are left out."
        )


def take(workspace: Workspace, chosen: Sequence[ImageId], key: str) -> None:
    """Draw the menu that hands out these images.

    Args:
        workspace: The open workspace.
        chosen: The images.
        key: Under which they are kept; without one there is no archive of them.
    """
    with st.popover("Take", type="tertiary"):
        for suffix, label in TABLES.items():
            st.download_button(
                label,
                partial(chosen_bytes, workspace, tuple(chosen), suffix),
                f"selection.{suffix}",
                key=f"selection.take.{suffix}",
                on_click="ignore",
                width="stretch",
            )
        if key:
            label = f"Images ({_size(workspace, chosen)}zip)"
            st.link_button(label, Urls(workspace.id).archive(key), width="stretch")


def _size(workspace: Workspace, chosen: Sequence[ImageId]) -> str:
    """Say how large the files are; of very many that is not asked at every selection."""
    if len(chosen) > MOST_WEIGHED:
        return ""
    return f"{sum(workspace.images.facts(image).bytes for image in chosen) / 1e6:,.1f} MB, "
