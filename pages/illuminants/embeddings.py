"""What was learnt of light: whether embeddings follow it, and which networks err least."""

import streamlit as st

from contrast_engine.as_written import markdown, plain
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.encoders.encoder_card import TrainedEncoder
from contrast_engine.views.illuminants import learned
from pages.common import headings, navigation, rows
from pages.illuminants import illuminant_loaders

TWO = st.column_config.NumberColumn(format="%.2f")


def show(workspace: Workspace, runs: tuple[TrainedEncoder, ...]) -> None:
    """Draw every kept encoder of illuminants, then the comparison of networks."""
    if runs:
        headings.section(
            "Learnt embeddings",
            "embedding",
            "An embedding of light should follow the light, and not what is shown: look at the "
            "same map in both colours, and at how well each can be told from it.",
        )
    for run in runs:
        with st.container(border=True):
            st.markdown(f"**{markdown(run.title)}** ({markdown(run.key[:6])})")
            with st.container(horizontal=True, vertical_alignment="center"):
                for colour, words in learned.COLOURS.items():
                    navigation.link(navigation.MAP, words, on=run.embedding or "", colour=colour)
            _probed(workspace, run.embedding or "")
    _grid(workspace)


def _probed(workspace: Workspace, embedding: str) -> None:
    found, reason = illuminant_loaders.followed(workspace, embedding)
    if found is None:
        st.caption(markdown(reason))
        return
    (st.success if found.follows else st.warning)(markdown(found.words))
    st.dataframe(
        rows.written(found.rows, plain),
        hide_index=True,
        width=720,
        column_config=dict.fromkeys(("R²", "By chance", "By chance, at most (P95)"), TWO),
    )
    st.caption(
        headings.with_link(
            "R² is the share of the variance that ridge regression predicts on folds it was not "
            "fitted on; by chance is the same with the images in 20 other orders. Asked of the "
            "photographs as they are: their light is an estimate, and their cameras took most of "
            "it away.",
            "null-reference",
        )
    )


def _grid(workspace: Workspace) -> None:
    details = learned.grid(workspace)
    if details is None:
        return
    headings.section(
        "Networks compared",
        "angular-error",
        "Linear or logarithmic input, frozen or full training, with or without contrastive "
        "learning before: every combination on the same folds.",
    )
    st.markdown(markdown(learned.grid_words(details)))
    st.dataframe(
        rows.written(learned.grid_rows(details), plain),
        hide_index=True,
        column_config=dict.fromkeys(learned.PARTS.values(), TWO),
    )
