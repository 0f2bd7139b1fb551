"""Label: a person names a few well-chosen images, and sees at once what a model learns."""

import streamlit as st

from pages.common import (
    asking,
    controls,
    label_sets,
    lesson,
    next_step,
    one_by_one,
    session,
    several,
)

VIEWS = {"one": "One by one", "grid": "Several at once"}

st.title("Label")
st.caption(
    "Keys 1 to 9 give a label and show the next image, 0 says that you are unsure, arrows move, "
    "U takes back, shift U says again, Space skips. It is on disk before the next image shows."
)
workspace = session.workspace()
state = session.measured(workspace, "label some of them")
store = workspace.labels
if not label_sets.make(store):
    st.stop()
if workspace.current("clusterings") is None:
    session.empty(
        "Which images should be labelled? Group the images first; then the most typical ones of "
        "every group are asked for, and a few labels go a long way.",
        session.CLUSTERS,
        "Group the images",
    )

with st.container(horizontal=True, vertical_alignment="center"):
    source = asking.source(workspace)
    view = controls.in_address(
        st.segmented_control, "View", list(VIEWS), "view", "one", format_func=VIEWS.get,
        required=True, label_visibility="collapsed",
    )  # fmt: skip
    labels = label_sets.show(store)
name, queue = asking.queue(workspace, source, store.label_set())
if view == "one":
    one_by_one.show(workspace, name, queue, labels)
else:
    several.show(workspace, name, queue)
lesson.line(workspace)
label_sets.counts(store)
if not session.is_blind():
    lesson.pictures(workspace)
next_step.show(state, own="label")
