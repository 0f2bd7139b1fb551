"""The encoder of complexity: train it, watch it, see whether it learnt more than neighbours."""

from collections.abc import Mapping

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.as_written import markdown, plain
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.complexity import training
from contrast_engine.views.encoders.encoder_card import TrainedEncoder, run_words
from pages.common import compute, controls, headings, job_panel, navigation
from pages.components import figure
from pages.encoders import training_run
from pages.frame import access


def show(workspace: Workspace, runs: Mapping[str, TrainedEncoder]) -> None:
    """Draw a training under way, how the chosen encoder learnt, and what to do next.

    Args:
        workspace: The open workspace.
        runs: The trained encoders of complexity, newest first.
    """
    job = job_panel.running(workspace, "train")
    if job:
        training_run.show(workspace, job)
    else:
        job_panel.problem(workspace, "train")
    if not runs:
        if not job:
            _start(workspace)
        return
    key = next(iter(runs))
    if len(runs) > 1:
        key = controls.in_address(
            st.selectbox, "Trained encoder", list(runs), "trained", key,
            format_func=lambda one: plain(f"{runs[one].title} ({one[:6]})"), width=480,
        )  # fmt: skip
    run = runs[key]
    if run.refused:
        st.error(f"It is refused: {markdown(run.refused)}.")
    st.markdown(markdown(training.masked_words(run)))
    _curves(workspace, key)
    with st.container(horizontal=True, vertical_alignment="center"):
        if not run.refused and run.embedding is None:
            if access.button(
                Act.RUN, "Embed all images with it", type="primary", key="complexity.embed"
            ):
                compute.start(workspace, "embed", source=key)
                st.rerun()
        elif run.embedding:
            st.badge("Embedded", icon=":material/check:", color="green")
            navigation.link(navigation.MAP, "See it on the map", on=run.embedding)
        navigation.link(navigation.ENCODERS, "All about it on Encoders", run=key)
        st.caption(markdown(run_words(run)))


def _start(workspace: Workspace) -> None:
    st.caption(
        "It learns from the images alone, in a minute or two for a few hundred. It is refused "
        "unless it predicts hidden patches better than the mean of their visible neighbours does."
    )
    if access.button(Act.RUN, "Train the encoder", type="primary", key="complexity.train"):
        compute.start(workspace, "train", encoder="complexity", preset="quick", options={})
        st.rerun()


def _curves(workspace: Workspace, key: str) -> None:
    left, right = st.columns(2, gap="medium")
    masked, spaced = training.masked_curve(workspace, key), training.space_curve(workspace, key)
    with left:
        headings.small("R² of hidden patches", "masked-entropy-modelling")
        if masked:
            figure.show(masked, key=f"masked.{key}", height=260, label="R² over the epochs")
        else:
            st.caption("It has none: it was trained without masked entropy.")
    with right:
        headings.small("Alignment and uniformity", "alignment")
        if spaced:
            figure.show(spaced, key=f"spaced.{key}", height=260, label="Alignment and uniformity")
