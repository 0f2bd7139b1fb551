"""The images whose predicted label would change, with both labels below each."""

import streamlit as st

from contrast_engine.steps.monitoring.candidates import Candidate
from contrast_engine.store.workspace import Workspace
from pages.common import controls, faults, headings, inspector, thumbnails
from pages.monitoring import monitor_loaders, pictures

SHOWN = 40


@st.fragment
@faults.boundary
def show(workspace: Workspace, candidate: Candidate) -> None:
    """Draw the changes of the old images or of the new ones, the surest first."""
    found = monitor_loaders.changes(workspace, candidate)
    headings.small("Predicted labels that would change", "pseudo-label")
    if not found:
        st.caption("None of them would change.")
        return
    parts = {
        "old": [one for one in found if not one.change.is_new],
        "new": [one for one in found if one.change.is_new],
    }
    start = "old" if parts["old"] else "new"
    which = controls.in_address(
        st.segmented_control, "Images", list(parts), "changed", start, required=True,
        format_func=lambda name: f"{name} images ({len(parts[name]):,})",
    )  # fmt: skip
    part = parts[which][:SHOWN]
    if not part:
        st.caption("None of them.")
        return
    st.caption(
        f"Showing {len(part):,} of {len(parts[which]):,}, those first of which both models were "
        "most sure. Below each: the old and the new label with their probabilities."
    )
    if which == "new":
        pictures.show(monitor_loaders.pictures(workspace, tuple(part)))
        return
    opened = thumbnails.show(
        workspace, key=f"changed.{candidate.id}", ids=[one.change.id for one in part],
        captions={one.change.id: one.words for one in part}, size=128,
    ).opened  # fmt: skip
    if opened:
        inspector.dialog(workspace, opened)
