"""Similar and odd: what is like one image, what is there twice, what is unlike the rest."""

import streamlit as st

from pages.common import controls, navigation
from pages.structure import similar_images

VIEWS = {"odd": "Unlike the rest", "double": "Doubles", "like": "Like an image or a file"}
DRAW = {"odd": similar_images.unlike, "double": similar_images.doubles, "like": similar_images.like}

st.title("Similar and odd")
st.caption(
    "Images that are unlike all others, with the reason in words; files and pictures that are "
    "there more than once; and the images whose contrast is most like that of one image."
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
