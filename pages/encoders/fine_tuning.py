"""Fine-tuning of one trained encoder on the labels: start it, and read whether it helps."""

import streamlit as st

from contrast_engine.as_written import markdown, plain
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.encoders import encoder_card, fine_tuning
from pages.common import compute, rows


def section(workspace: Workspace, run: encoder_card.TrainedEncoder) -> None:
    """Draw what fine-tuning gave for an encoder, or the button that starts it."""
    found = fine_tuning.of(workspace, run.key)
    if found is None:
        st.caption(
            "The encoder learns the labels too, as deep as held-out labels bear, and is compared "
            "with features and the embedding as it is. This takes a minute or two."
        )
        if st.button("Fine-tune on the labels", key=f"fine-tune.{run.key}"):
            compute.start(workspace, "fine_tune", encoder=run.key)
            st.rerun()
        return
    (st.success if found.is_recommended else st.info)(markdown(found.words))
    st.dataframe(rows.written(list(found.rows), plain), hide_index=True)
    st.caption(markdown(found.basis))
