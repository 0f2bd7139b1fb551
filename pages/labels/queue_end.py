"""What stands above a finished queue: what it came to, and where to go on."""

from collections.abc import Sequence

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.labels.queue_end import queue_summary
from contrast_engine.views.labels.queue_strategies import LabelRequest
from pages.common import navigation

AGREEMENT = "labels/agreement.py"


def show(workspace: Workspace, queue: Sequence[LabelRequest]) -> None:
    """Draw what a finished queue came to and the ways on; nothing while an image is open."""
    summary = queue_summary(workspace, queue)
    if summary is None:
        return
    with st.container(border=True, key="queue.end"):
        st.markdown(f":material/check_circle: {markdown(summary.words)}")
        with st.container(horizontal=True):
            if summary.is_trainable:
                navigation.link(navigation.MODEL, "Train a model on these labels")
            if summary.annotators > 1:
                navigation.link(AGREEMENT, "Look at what annotators label differently")
            st.caption(
                "Or choose other images above, or look through these again below.", width="content"
            )
