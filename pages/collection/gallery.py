"""Gallery: all images side by side, sorted by any feature, with the map at a drag."""

import streamlit as st

from contrast_engine.views.collection.progress import workflow_state
from pages.common import filter_bar, headings, navigation, workbench
from pages.structure import map_pane

HOME = 0  # share of the map where the address names none: the gallery is full

headings.page(
    "Gallery",
    "selection",
    "All images, sorted by any feature. Click one to look at it; tick images to select them. "
    "Drag the bar at the left edge for the map.",
)
workspace = navigation.workspace()
state = workflow_state(workspace)
has_features = not state.images or (state.measured and not state.is_outdated)
if has_features:
    navigation.measured(workspace, "sort them by a feature")
else:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("The images are not measured yet, so they are sorted by name only.")
        navigation.link(navigation.COLLECTION, "Measure the images")
passing = filter_bar.show(workspace)
workbench.show(
    workspace,
    passing,
    home=HOME,
    draw_map=lambda: map_pane.show(workspace),
    has_map=bool(has_features),
)
