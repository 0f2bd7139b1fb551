"""Labels that lie in a scanned table: said, and taken with one button."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.steps.labels.import_labels import planned_import, take_labels
from contrast_engine.steps.labels.offered_labels import OfferedLabels, offered_labels
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.labels.import_words import given_words
from pages.common import faults, identity

PLACE = "label offers"
TAKEN = "label offers.taken"


@faults.boundary
def show(workspace: Workspace) -> None:
    """Draw what each table offers; nothing where none holds labels that were not taken."""
    if said := st.session_state.pop(TAKEN, ""):
        st.success(markdown(said), icon=":material/check:")
    for number, offer in enumerate(offered_labels(workspace)):
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(f":material/label: {markdown(offer.words)}.", width="stretch")
            if identity.ask_behind("Take these labels", f"offers.{number}"):
                st.button(
                    "Take these labels", key=f"offers.take.{number}",
                    on_click=_take, args=(workspace, offer),
                )  # fmt: skip
    faults.show(PLACE)


def _take(workspace: Workspace, offer: OfferedLabels) -> None:
    who = identity.who()
    unsaved = "No label was taken."
    plan = faults.attempt(
        PLACE, unsaved, planned_import, workspace, offer.location, who=who,
        label_column=offer.column,
    )  # fmt: skip
    if plan is None:
        return
    done = faults.attempt(PLACE, unsaved, take_labels, workspace, plan, who=who)
    if done is not None:
        left = len(plan.problems)
        more = f" {left:,} rows cannot be used: {plan.problems[0].reason}." if left else ""
        st.session_state[TAKEN] = f"Taken from {plan.file}. {given_words(plan)}{more}"
