"""Label: a person names a few well-chosen images, and sees at once what a model learns."""

import streamlit as st

from contrast_engine.access import Act, may
from contrast_engine.as_written import markdown
from contrast_engine.views.models.expected_answers import expected_words
from pages.common import controls, headings, identity, live_model, navigation
from pages.labels import (
    coverage_alarm,
    grid_labelling,
    import_form,
    keyboard_labelling,
    label_set_form,
    queue_end,
    team,
)
from pages.labels import queue as label_queue

VIEWS = {"one": "One by one", "grid": "Several at once"}

headings.page(
    "Label",
    "annotation-queue",
    "Press the key of a label to give it and go on. It is on disk before the next image shows.",
)
workspace = navigation.workspace()
navigation.measured(workspace, "label some of them")
store = workspace.labels
if not label_set_form.make(store):
    import_form.button(workspace)
    st.stop()
clustered = workspace.current("clusterings")
if clustered is None:
    navigation.empty(
        "Which images should be labelled? Cluster the images first; then those that tell most "
        "about all others are asked for, and a few labels go a long way.",
        navigation.CLUSTERS,
        "Cluster the images",
    )

with st.container(horizontal=True, vertical_alignment="center"):
    source = label_queue.source(workspace)
    view = controls.in_address(
        st.segmented_control, "View", list(VIEWS), "view", "one", format_func=VIEWS.get,
        required=True, label_visibility="collapsed",
    )  # fmt: skip
    labels = label_set_form.show(store)
    import_form.button(workspace)
name, queue = label_queue.queue(workspace, source, clustered, store.label_set())
above = st.container(gap="small")
if not identity.who() or not may(Act.LABEL):
    label_queue.first(workspace, queue)
    st.stop()
if view == "one":
    found = keyboard_labelling.show(workspace, name, queue, labels)
else:
    found = grid_labelling.show(workspace, name, queue)
with above:
    queue_end.show(workspace, found)
    if not identity.is_blind():
        coverage_alarm.show(workspace, live_model.change(workspace))
team.line(workspace, "label", label_queue.SOURCES[source])
live_model.line(workspace)
label_set_form.counts(store)
ahead = expected_words(len(store.current()))
if ahead:
    st.caption(markdown(ahead))
if not identity.is_blind():
    live_model.pictures(workspace)
