"""Similar images and outliers: what is unlike the rest, duplicates, what is like one image."""

import streamlit as st

from pages.common import controls, headings, navigation
from pages.structure import duplicates, similar_images

VIEWS = {"odd": "Outliers", "double": "Duplicates", "like": "Similar images"}
DRAW = {
    "odd": similar_images.outliers,
    "double": duplicates.show,
    "like": similar_images.similar,
}
TERMS = {"odd": "outlier", "double": "duplicate", "like": "similar-images"}

headings.page(
    "Similar images and outliers",
    TERMS.get(st.query_params.get("view", ""), "outlier"),
    "Images unlike all others, and why; images that are there more than once; images like one.",
)
workspace = navigation.workspace()
state = navigation.measured(workspace, "compare them with each other")
view = controls.in_address(
    st.segmented_control,
    "Show",
    list(VIEWS),
    "view",
    "odd",
    required=True,
    format_func=VIEWS.get,
)

DRAW[view](workspace)
