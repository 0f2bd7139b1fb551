"""What stands around a page, drawn before the page itself."""

from urllib.parse import urlencode

import streamlit as st

from contrast_engine import server
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.outcomes import result_or_reason
from pages.common import navigation, open_workspace
from pages.components import frame as line
from pages.frame import collections, keys, menu, person, sample

GO = "frame.go"
"""The page that was asked for in the line of the work."""


def draw(here: str) -> None:
    """Draw the menu, the line with the state of the work, and the tabs.

    Args:
        here: The address of the page that is open, without its parameters.
    """
    st.session_state[navigation.HERE] = here
    asked = navigation.PAGES.get(st.session_state.pop(GO, ""))
    if asked and asked != navigation.PAGES.get(here):
        st.switch_page(asked, query_params=navigation.address_of(asked))
    workspace, _ = result_or_reason(open_workspace.opened)
    page = navigation.PAGES.get(here, "")
    page = navigation.INSPECT if page == navigation.WHATIF else page  # a tab of it
    menu.side(page)
    sample.note(workspace)
    with st.container(key="frame", horizontal=True, vertical_alignment="center", gap="small"):
        collections.switcher(workspace)
        with st.container(key="frame-work"):
            _work(workspace, page)
        person.show()
        keys.help_with(here)
    menu.top(page)


def _work(workspace: Workspace | None, page: str) -> None:
    """Draw how far the work is; nothing where it cannot be read: the page then says why."""
    if workspace is None:
        return
    work, _ = result_or_reason(server.work_on, workspace)
    if work is None:
        return
    line.show(
        key=f"frame.{workspace.id}",
        work=work,
        url=server.Urls(workspace.id).work,
        query=urlencode(navigation.address()),
        collection=workspace.name,
        here=menu.marks(page),
        on_go=_go,
    )


def _go(page: str) -> None:
    st.session_state[GO] = page
