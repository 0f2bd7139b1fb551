"""What to do next, in large type."""

import streamlit as st

from contrast_engine import server
from contrast_engine.as_written import html
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.overview import Next
from pages.common import navigation
from pages.overview import style


def show(workspace: Workspace, found: Next) -> None:
    """Draw the next step, or what is being done about it just now."""
    now = server.work_on(workspace)["next"]
    with st.container(border=True, key="overview-next"):
        st.html("<p class='ov-note'>Next</p>")
        page = navigation.PAGES.get(now["page"])
        if page:
            navigation.link(page, now["words"])
        else:
            st.html(f"<p class='ov-reading'>{html(now['words'])}</p>")
        st.html(style.note(now["why"]))
