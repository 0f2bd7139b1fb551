"""The team on the page Agreement: who is here, how far each is, agreement as it grows."""

import streamlit as st

from contrast_engine.as_written import markdown, plain
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.labels.team import growing_agreement, own_work, team_rows
from contrast_engine.views.outcomes import result_or_reason
from pages.common import faults, headings, identity, rows
from pages.common.cached import LABELS, cached
from pages.frame import access
from pages.labels import team, withdraw_form

EVERY = 5
"""Seconds between two looks at what people have done."""


def show(workspace: Workspace) -> None:
    """Draw the team for an owner; for others their own work."""
    if not access.may(access.Act.CHANGE):
        _own(workspace)
        return
    headings.section(
        "Team", "annotator", "Who labels here, how far each is, and how far they agree."
    )
    team.line(workspace, "agreement")
    _live(workspace)
    withdraw_form.show(workspace)


@st.fragment(run_every=EVERY)
@faults.boundary
def _live(workspace: Workspace) -> None:
    growing, reason = result_or_reason(_growing, workspace)
    if growing:
        said = markdown(growing.words)
        st.markdown(f"**{said}**" if growing.is_enough else said)
        st.caption(markdown(growing.sample))
    elif reason:
        st.caption(markdown(reason))
    people = team_rows(workspace)
    if people:
        st.dataframe(rows.written(people, plain), hide_index=True, width="content")
    else:
        st.caption("Nobody labelled here yet.")


def _own(workspace: Workspace) -> None:
    if not identity.who() or not access.may(access.Act.LABEL):
        return
    headings.section(
        "Your work", "annotator", "What you labelled, and how it fits what others say."
    )
    mine = _mine(workspace, identity.who())
    st.markdown(markdown(mine.words))
    st.caption(markdown(mine.same))


_growing = cached("features", LABELS)(growing_agreement)
_mine = cached(LABELS)(own_work)
