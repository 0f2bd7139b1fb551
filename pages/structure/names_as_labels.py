"""The names of clusters as labels: how many, of which images, given and taken back as one."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.steps.structure.names_as_labels import (
    labels_from_names,
    names_as_labels,
    planned_labels,
    take_back_names,
)
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.input_checks import sentence
from pages.common import faults, identity

PLACE = "names as labels"
UNSAVED = "No image was labelled."
WHICH = {False: "Typical images", True: "All images"}


def show(workspace: Workspace) -> None:
    """Draw a menu that gives images the names of their clusters as labels.

    Args:
        workspace: The open workspace, with the shown clustering in use.
    """
    with st.popover("Names as labels"):
        given = labels_from_names(workspace)
        every = st.segmented_control(
            "Of every named cluster", list(WHICH), format_func=lambda one: WHICH[one],
            default=False, required=True, key="names.every",
        )  # fmt: skip
        plan = planned_labels(workspace, every=bool(every))
        if plan.n:
            each = ", ".join(f"{markdown(name)} {len(i):,}" for name, i in plan.labels.items())
            st.markdown(f"{plan.n:,} images get a label: {each}.")
        else:
            st.markdown("No image gets a label: name clusters, on their cards, first.")
        if plan.kept:
            st.caption(f"{plan.kept:,} images keep the label that somebody gave them.")
        if plan.unnamed:
            st.caption(f"{plan.unnamed:,} clusters have no name; their images get none.")
        st.caption(
            "Each says that it came from cluster names. Nobody looked at these images one by one: "
            "a model learns the clusters from them, and its accuracy says how well."
        )
        if plan.problem:
            st.warning(markdown(sentence(f"{plan.problem}.")))
        if not identity.ask("names"):
            return
        st.button(
            "Give these labels", type="primary", disabled=not plan.n or bool(plan.problem),
            on_click=_give, args=(workspace, bool(every)),
        )  # fmt: skip
        if given:
            st.button(
                f"Take back all {len(given):,} labels from cluster names", type="tertiary",
                on_click=_take_back, args=(workspace,),
            )  # fmt: skip
    faults.show(PLACE)


def _give(workspace: Workspace, every: bool) -> None:
    faults.attempt(PLACE, UNSAVED, names_as_labels, workspace, every=every, who=identity.who())


def _take_back(workspace: Workspace) -> None:
    kept = "The labels stay."
    faults.attempt(PLACE, kept, take_back_names, workspace, who=identity.who())
