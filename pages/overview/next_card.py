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
        st.html(
            f"<p class='ov-note'>Next</p><p style='font-size:1.35rem;font-weight:600;margin:0'>"
            f"{html(now['words'])}</p>{style.note(now['why'])}"
        )
        page = navigation.PAGES.get(now["page"])
        if page:
            navigation.link(page, "Go on" if now["is_running"] else now["words"])
