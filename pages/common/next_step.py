"""The line at the foot of a page that says what to do next."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.views.collection.progress import ENOUGH_LABELS, WorkflowState
from pages.common import navigation

NEXT = {
    "cluster": (navigation.CLUSTERS, "Cluster the images", "The images are measured."),
    "label": (navigation.LABEL, "Label a few images", "The images are clustered."),
    "train": (navigation.MODEL, "Train the model", "There are enough labels to learn from."),
    "validate": (navigation.VALIDATE, "Check the evidence", "Every image has a label."),
    "export": (navigation.EXPORT, "Export the table", "The evidence is in."),
}


def show(state: WorkflowState, own: str = "") -> None:
    """Draw the next step of the journey; on the page of that step itself, the one after it.

    Args:
        state: How far the collection has come.
        own: The step that the page itself is for.
    """
    step = state.next_step
    if step == own == "label" and state.labelled:
        page, label, _ = NEXT["train"]
        reason = f"{state.labelled} labelled; from {ENOUGH_LABELS} on a model is worth its name."
    elif step in NEXT and step != own:
        page, label, reason = NEXT[step]
    else:
        return
    st.space("small")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{markdown(reason)} Next:", width="content")
        navigation.link(page, label)
