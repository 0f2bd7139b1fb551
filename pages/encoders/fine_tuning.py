"""Fine-tuning of one trained encoder on the labels: start it, and read whether it helps."""

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.as_written import markdown
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.encoders import encoder_card, fine_tuning
from pages.common import compute, headings, job_panel, navigation, rows
from pages.components import figure
from pages.frame import access

STEP = "fine_tune"
HEIGHT = 440


def section(workspace: Workspace, run: encoder_card.TrainedEncoder) -> None:
    """Draw what fine-tuning gave for an encoder, or the button that starts it."""
    st.caption(headings.with_link(fine_tuning.WHAT, "fine-tuning"))
    found = fine_tuning.of(workspace, run.key)
    if found is None:
        _start(workspace, run.key, "Fine-tune on the labels")
        return
    say = st.success if found.is_recommended else st.info
    say(f"**{markdown(found.title)}.** {markdown(found.why)}")
    table, curve = st.columns(2, gap="medium")
    with table:
        headings.small("Ways to learn from the labels", "accuracy")
        st.table(rows.written(list(found.rows), markdown))
        st.caption(markdown(found.basis))
    with curve:
        headings.small("Accuracy by number of labels", "learning-curve")
        drawn = fine_tuning.curve(workspace, found.parent)
        if drawn:
            figure.show(drawn[0], key=f"fine-tune.curve.{found.parent}", height=HEIGHT,
                        label="Accuracy by number of labels, for each way")  # fmt: skip
            st.caption(markdown(drawn[1]))
        else:
            st.caption("Not measured yet.")
    if found.key != run.key:
        st.caption("The fine-tuned encoder is in the list above, and can be tested like any other.")
    _start(workspace, found.parent, "Fine-tune on the labels of now")


def is_done(workspace: Workspace, run: encoder_card.TrainedEncoder) -> bool:
    """True where an encoder was fine-tuned, so that its verdict is to be seen."""
    return fine_tuning.of(workspace, run.key) is not None


def _start(workspace: Workspace, encoder: str, words: str) -> None:
    """Draw the button, or what is missing."""
    reason = fine_tuning.too_few_labels(workspace)
    if reason:
        st.caption(markdown(reason))
        navigation.link(navigation.LABEL, "Label images")
        return
    is_busy = job_panel.running(workspace, STEP) is not None
    with st.container(horizontal=True, vertical_alignment="center"):
        is_asked = access.button(
            Act.RUN, markdown(words), key=f"fine-tune.{encoder}", disabled=is_busy
        )
        has_curve = st.checkbox(
            "Also measure accuracy by number of labels", key=f"fine-tune.with-curve.{encoder}"
        )
    st.caption("It takes a minute or two, with the curve several.")
    if is_asked:
        compute.start(workspace, STEP, encoder=encoder, curve=has_curve)
        st.rerun()
