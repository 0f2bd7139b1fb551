"""What held-out labels say about a model: its probabilities, and accuracy by labels."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.models.calibration import calibration_card, choice_card
from pages.common import headings, rows
from pages.components import figure

HEIGHT = 300


def choice(workspace: Workspace, key: str) -> None:
    """Say why the recommended method was taken, with what it was compared with.

    Args:
        workspace: The open workspace.
        key: The predictions.
    """
    card = choice_card(workspace, key)
    if card is None:
        return
    st.markdown(
        f"**Why this method?** {markdown(card.reason)}", help=headings.help_text("classifier")
    )
    if card.rows:
        with st.expander(f"The {len(card.rows)} methods that were compared"):
            st.table(rows.written(card.rows, markdown))
            st.caption(
                "All on the same labels, each held back from the models that judge it; in brackets "
                "95% intervals over labels, those of the differences widened for so many rivals. "
                "The usual method stays unless another is better by more than chance gives: the "
                "best of several always looks better than it is."
            )


def show(workspace: Workspace, key: str) -> None:
    """Draw how far the predictions can be believed and whether more labels would help.

    Args:
        workspace: The open workspace.
        key: The predictions.
    """
    found = calibration_card(workspace, key)
    if found is None:
        return
    headings.section("Calibration", "calibration", "How far stated probabilities can be believed.")
    st.caption(markdown(found.promise))
    left, right = st.columns(2, gap="medium")
    with left:
        headings.small("Reliability diagram", "calibration")
        figure.show(
            found.reliability, key="model.reliability", height=HEIGHT, label="Reliability diagram"
        )
        st.caption(markdown(found.reliability_words))
    with right:
        headings.small("Learning curve: would more labels help?", "learning-curve")
        figure.show(found.curve, key="model.curve", height=HEIGHT, label="Accuracy by labels")
        st.caption(markdown(found.curve_words))
    if found.direction:
        st.caption(markdown(found.direction))
