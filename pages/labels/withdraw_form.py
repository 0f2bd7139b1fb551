"""All that one person said withdrawn, and given back: what follows from it stands before it."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.steps.labels.withdraw_labels import (
    give_back_labels,
    planned_withdrawal,
    withdraw_labels,
)
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.labels import withdrawal_words as words
from contrast_engine.views.labels.team import work_by_person
from pages.common import faults, identity

PLACE, SAID, WHO = "withdrawal", "withdrawal.said", "withdrawal.who"
UNSAVED = "Nothing was withdrawn."


def show(workspace: Workspace) -> None:
    """Draw the way to withdraw a person's labels, and what is withdrawn now."""
    people = list(work_by_person(workspace))
    if people:
        with st.container(horizontal=True):
            if st.button(
                "Withdraw a person's labels", icon=":material/undo:", type="tertiary",
                help="All of them at once. What it changes is shown first, and nothing is deleted.",
            ):  # fmt: skip
                st.session_state.pop(SAID, None)
                _form(workspace)
    faults.show(PLACE)
    for one in [one for one in workspace.labels.withdrawals() if not one.is_undone]:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{markdown(words.standing_words(one))}.", width="content")
            st.button(
                "Give them back", key=f"withdrawal.back.{one.seq}", type="tertiary",
                on_click=_give_back, args=(workspace, one.person),
                help="All of them count again, in the order in which they were said.",
            )  # fmt: skip


@st.dialog("Withdraw a person's labels", width="medium")
@faults.boundary
def _form(workspace: Workspace) -> None:
    if said := st.session_state.get(SAID):
        st.success(markdown(said), icon=":material/check:")
        if st.button("Done", type="primary"):
            st.rerun()
        return
    if not identity.ask("withdraw"):
        return
    person = st.selectbox(
        "Whose labels", list(work_by_person(workspace)), index=None, key=WHO,
        placeholder="Choose a person", format_func=markdown,
    )  # fmt: skip
    if not person:
        return
    plan = planned_withdrawal(workspace, person)
    first, *rest = words.planned_words(plan)
    st.markdown(f"**{markdown(first)}**")
    for line in rest:
        st.markdown(f"- {markdown(line)}")
    n = plan.annotations + plan.comparisons
    st.button(
        f"Withdraw all {n:,} by {markdown(person)}",
        type="primary", disabled=plan.is_nothing, on_click=_withdraw, args=(workspace, person),
    )  # fmt: skip
    faults.show(PLACE)


def _withdraw(workspace: Workspace, person: str) -> None:
    done = faults.attempt(PLACE, UNSAVED, withdraw_labels, workspace, person, who=identity.who())
    if done is not None:
        st.session_state[SAID] = f"{words.withdrawn_words(done)}."


def _give_back(workspace: Workspace, person: str) -> None:
    kept = "They stay withdrawn."
    faults.attempt(PLACE, kept, give_back_labels, workspace, person, who=identity.who())
