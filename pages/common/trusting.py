"""What held-out labels say about a model: its probabilities, and accuracy by labels."""

import streamlit as st

from contrast_engine.store.workspace import Workspace
from contrast_engine.summaries.trust import trust
from pages.components import figure

HEIGHT = 300


def show(workspace: Workspace, key: str) -> None:
    """Draw how far the predictions can be believed and whether more labels would help.

    Args:
        workspace: The open workspace.
        key: The predictions.
    """
    found = trust(workspace, key)
    if found is None:
        return
    st.subheader("How sure it is, and how right")
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Does it know what it knows?**")
        figure.show(
            found.reliability, key="model.reliability", height=HEIGHT, label="Reliability diagram"
        )
        st.caption(found.reliability_words)
    with right:
        st.markdown("**Would more labels help?**")
        figure.show(found.curve, key="model.curve", height=HEIGHT, label="Accuracy by labels")
        st.caption(found.curve_words)
    st.caption(found.promise)
