"""Embeddings that were learnt to follow the light: where to see whether they do."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.encoders.encoder_card import TrainedEncoder
from contrast_engine.views.illuminants.learned import COLOURS
from pages.common import headings, navigation


def show(workspace: Workspace, runs: tuple[TrainedEncoder, ...]) -> None:
    """Draw every kept encoder of illuminants with links to its map in several colours."""
    headings.section(
        "Learnt embeddings",
        "embedding",
        "An embedding of light should lie in the order of the light, and not of what is shown: "
        "look at the same map in both colours.",
    )
    for run in runs:
        with st.container(border=True):
            st.markdown(f"**{markdown(run.title)}** ({markdown(run.key[:6])})")
            with st.container(horizontal=True, vertical_alignment="center"):
                for colour, words in COLOURS.items():
                    navigation.link(navigation.MAP, words, on=run.embedding or "", colour=colour)
