"""The line at the foot of a page that says what to do next."""

import streamlit as st

from contrast_engine.summaries import Journey
from pages.common import session

NEXT = {
    "cluster": (session.CLUSTERS, "Group the images", "The images are measured."),
    "label": (session.LABEL, "Label a few images", "The images are grouped."),
    "train": (session.MODEL, "Train the model", "There are enough labels to learn from."),
    "validate": (session.VALIDATE, "See how far to believe it", "Every image has a label."),
    "export": (session.EXPORT, "Export the table", "The evidence is in."),
}


def show(state: Journey) -> None:
    """Draw the next step of the journey, where this page is not itself the next step."""
    if state.next_step not in NEXT:
        return
    page, label, reason = NEXT[state.next_step]
    st.space("small")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{reason} Next:", width="content")
        session.link(page, label)
