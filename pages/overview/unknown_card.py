"""What is not known, each with its number, a few pictures and the way to it."""

import streamlit as st

from contrast_engine.as_written import html
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.overview import NotKnown, Unknown
from pages.overview import card, style

PICTURES = 6


def show(workspace: Workspace, found: Unknown) -> None:
    """Draw one row for each thing; each leads to its page."""
    with card.frame("unknown", "Not known", found):
        if not found.items:
            st.html(style.note(found.sentence))
        for one in found.items:
            _item(workspace, one)


def _item(workspace: Workspace, one: NotKnown) -> None:
    with st.container(key=f"overview-item-unknown-{one.name}"):
        card.link(one.page, one.what, one.view)
        if one.reasons:
            reason, count = one.reasons[0]
            rest = len(one.reasons) - 1
            more = f"; {rest:,} more {'reason' if rest == 1 else 'reasons'}" if rest else ""
            st.html(f"<p class='ov-note'>{html(f'{reason} ({count:,}){more}')}</p>")
        if one.images:
            st.html(style.pictures(workspace, one.images[:PICTURES]))
