"""What the last label did to the model, and what to do where it contradicts those around it."""

import streamlit as st

from contrast_engine.as_written import markdown, plain
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.models.coverage_change import CoverageChange
from pages.common import faults, identity, inspector, live_model, thumbnails

PLACE = "coverage alarm"
KEPT = "label kept"
"""The number of the last label of which the annotator said that it stays as it is."""


def show(workspace: Workspace, change: CoverageChange | None) -> None:
    """Draw a fall of coverage with the label that is behind it, until it is undone or kept.

    Args:
        workspace: The open workspace.
        change: What the last label did; None where there is nothing to compare.
    """
    faults.show(PLACE)
    if change is None or not change.warning:
        return
    if not change.against:
        st.caption(markdown(change.warning))
        return
    if st.session_state.get(KEPT) == change.label:
        return
    said, ways = st.columns([7, 4], vertical_alignment="center")
    said.markdown(f":material/warning: {markdown(change.warning)}")
    is_last = workspace.labels.version() == change.label
    with ways.container(horizontal=True, horizontal_alignment="right", gap="small"):
        if st.button("See them", key="contradicts.see", width="content"):
            _side_by_side(workspace, change)
        if is_last and change.who == identity.who():
            st.button("Undo this label", key="contradicts.undo", on_click=_undo, args=(workspace,))
        st.button("Keep", key="contradicts.keep", type="tertiary", on_click=_keep, args=(change,))


@st.dialog("The label and the similar images that have another", width="large")
@faults.boundary
def _side_by_side(workspace: Workspace, change: CoverageChange) -> None:
    st.caption(markdown(change.warning))
    opened = thumbnails.show(
        workspace,
        key=f"contradicts.images.{change.label}",
        ids=[image for image, _ in change.against],
        captions={image: plain(label) for image, label in change.against},
        size=150,
    ).opened
    st.caption("The first is the image that was labelled last; the others by similarity.")
    if opened:
        inspector.show(workspace, opened)


def _undo(workspace: Workspace) -> None:
    unsaved = "Nothing was undone."
    faults.attempt(PLACE, unsaved, workspace.labels.undo, identity.who())
    live_model.write_down(workspace)


def _keep(change: CoverageChange) -> None:
    st.session_state[KEPT] = change.label
