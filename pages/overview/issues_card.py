"""The contrast issues: how many images have each, with the worst of them."""

import streamlit as st

from contrast_engine.store.workspace import Workspace
from contrast_engine.views.overview import Issues, OverviewIssue
from pages.overview import card, style

MOST = 6
"""Issues that are drawn (own choice)."""

PICTURES = 5


def show(workspace: Workspace, found: Issues) -> None:
    """Draw the most frequent issues; each leads to its images."""
    there = [one for one in found.issues if one.count]
    with card.frame("issues", "Issues", found):
        st.html(style.note(found.sentence))
        for one in there[:MOST]:
            _issue(workspace, one)
        parts = (
            style.shown_of(min(MOST, len(there)), len(there), "issues"),
            f"{found.copies:,} images lie in several files." if found.copies else "",
        )
        st.html(style.note(" ".join(part for part in parts if part)) or "<span></span>")


def _issue(workspace: Workspace, one: OverviewIssue) -> None:
    with st.container(
        key=f"overview-item-issue-{one.name}", horizontal=True, vertical_alignment="center"
    ):
        with st.container(width=150, gap=None):
            card.link("issues", one.title, one.view)
            st.html(f"<p class='ov-note ov-num'>{one.count:,} of {one.n:,} ({one.share:.0%})</p>")
        st.html(style.pictures(workspace, one.worst[:PICTURES]))
