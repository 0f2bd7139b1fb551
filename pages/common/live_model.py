"""The model that learns while a person labels: one line, and three pictures that move."""

import streamlit as st

from contrast_engine.store.workspace import Workspace
from contrast_engine.views.models.live_model import update_chart
from pages.common import loaders
from pages.components import figure

HEIGHT = 260


def show(workspace: Workspace) -> None:
    """Draw what the labels of now would teach, on a page whose model has learnt from others."""
    with st.container(border=True):
        st.markdown("What the labels of now would give, before anything is kept:")
        line(workspace)
        pictures(workspace)


def line(workspace: Workspace) -> None:
    """Say how far the labels of now carry."""
    card = loaders.lesson(workspace)
    st.markdown(f"**{card.words}**" if card.mark else card.words)
    if card.basis:
        st.caption(card.basis)


def pictures(workspace: Workspace) -> None:
    """Draw what more labels bring, what each one did, and the map in the model's colours."""
    card = loaders.lesson(workspace)
    if card.mark is None:
        return
    left, middle, right = st.columns(3, gap="medium")
    with left:
        st.markdown("**Would more labels help?**")
        figure.show(card.curve, key="lesson.curve", height=HEIGHT, label="Accuracy by labels")
        st.caption("Accuracy on labels held back, with its 95% interval; dotted: guessing.")
    with middle:
        st.markdown("**What every label did**")
        marks = loaders.marks(workspace, card.mark)
        figure.show(update_chart(marks), key="lesson.marks", height=HEIGHT, label="Every lesson")
        st.caption(f"{len(marks):,} lessons so far, kept with the labels." if len(marks) > 1
                   else "One lesson so far; every label adds one.")  # fmt: skip
    with right:
        st.markdown("**What it would say**")
        if card.map:
            figure.show(card.map, key="lesson.map", height=HEIGHT, label="Map of the predictions")
        st.caption(card.map_words)
