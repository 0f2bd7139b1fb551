"""Present: the overview as slides over the whole window, one message each, live."""

import json
from dataclasses import asdict
from datetime import date
from functools import partial

import streamlit as st

from contrast_engine import server
from contrast_engine.counterfactual import turn
from contrast_engine.server import Urls
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection.progress import state_version
from contrast_engine.views.outcomes import result_or_reason
from contrast_engine.views.overview import change, looks
from contrast_engine.views.overview.slide import Slide
from contrast_engine.views.overview.slides import slides, typical
from pages.common import faults, headings, navigation
from pages.components import slides as talk
from pages.overview import slide_map

TALK = "present"
LEAVE = "present.leave"

headings.page(
    "Present",
    "slides",
    "What is known of this collection as slides over the whole window. Right arrow: the next one; "
    "Esc: back to the overview.",
)
workspace = navigation.workspace()
navigation.measured(workspace, "present them")


@st.fragment(key=TALK)
@faults.boundary
def _talk(workspace: Workspace, deck: str, changed: str) -> None:
    """Draw the slides; a click or a lasso on the map draws only this again."""
    if st.session_state.pop(LEAVE, False):
        st.switch_page(navigation.OVERVIEW, query_params=navigation.address())
    look, reason = result_or_reason(_look, workspace)
    if reason:
        look = Slide(name="image", title="Not shown", message=reason)
    talk.show(
        key=f"talk.{workspace.id}",
        deck=deck,
        change=changed,
        look=look,
        urls=Urls(workspace.id),
        on_leave=_leave,
        on_close=slide_map.close,
        rerun=(TALK, slide_map.MAP),
    )


def _leave() -> None:
    st.session_state[LEAVE] = True
    slide_map.close()


def _look(workspace: Workspace) -> Slide | None:
    found = slide_map.looked_at()
    if found is None:
        return None
    if isinstance(found, str):
        return looks.one_image(workspace, found)
    return looks.group(workspace, found)


def _changed(workspace: Workspace) -> bytes:
    """Measure a typical image at many strengths; computed once, when the browser asks."""
    put = partial(server.put, media_type="image/png")
    return json.dumps(change.change(workspace, turn(workspace, typical(workspace)), put)).encode()


found = slides(workspace, date.today())
st.html(slide_map.STYLE)
with st.container(key="present-slides"):
    _talk(
        workspace,
        server.put(json.dumps(asdict(found)).encode(), "application/json"),
        server.compute_later(
            f"present {workspace.id} {state_version(workspace)}",
            partial(_changed, workspace),
            "application/json",
        ),
    )
if any(slide.live == "map" for slide in found.slides):
    with st.container(key="present-map"):
        slide_map.show(workspace, TALK)
