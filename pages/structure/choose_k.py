"""Number of clusters: the comparison as a job, its curves, and a way to use the recommendation."""

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.arrays import Json
from contrast_engine.as_written import markdown
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.structure.choose_k import choose_k_card, has_choose_k
from pages.common import compute, job_panel, rows
from pages.components import figure
from pages.frame import access

STEP = "choose_k"


def show(workspace: Workspace, method: str, options: Json, on: str) -> None:
    """Draw what speaks for each number of clusters, or a button that compares them.

    Args:
        workspace: The open workspace.
        method: The clustering in use.
        options: Its options in use.
        on: The space that is clustered.
    """
    if not has_choose_k(method):
        st.caption("This method finds the number of clusters itself; choose another to compare.")
        return
    job = job_panel.running(workspace, STEP)
    if job:
        job_panel.show(workspace, job.id, "Comparing numbers of clusters")
        return
    card = choose_k_card(workspace, method, options, on)
    if card is None:
        st.markdown(
            "Every number from 2 to 10 is tried: does the same come back without a fifth of the "
            "images, and is it more separate than a null reference of the same shape?"
        )
        job_panel.problem(workspace, STEP)
        if access.button(Act.RUN, "Compare 2 to 10 clusters", type="primary"):
            compute.start(workspace, STEP, method=method, options=options, on=on)
            st.rerun()
        return
    st.markdown(
        f"**{markdown(card.verdict)}**  \nRecommended: {card.recommended:d} clusters. "
        f"{markdown(card.reason)}"
    )
    if options.get("n_clusters") != card.recommended:
        st.button(
            f"Look at {card.recommended:d} clusters",
            type="primary",
            on_click=use,
            args=(method, {**options, "n_clusters": card.recommended}),
        )
    curves, numbers = st.tabs(["Curves", "Numbers"])
    with curves:
        figure.show(
            card.chart,
            key=f"choose_k.{method}",
            height=400,
            label="Stability and silhouette for each number of clusters, beside the null reference",
            about=card.basis,
        )
    numbers.table(rows.written(card.rows, markdown))
    st.caption(markdown(card.basis))


def use(method: str, options: Json) -> None:
    """Make these the options in use, and the number the form shows."""
    st.session_state[f"clusterings.{method}"] = options
    st.session_state[f"clusterings.{method}.form.n_clusters"] = options["n_clusters"]
