"""The frame around every page: title, style, navigation. One line per page."""

import streamlit as st

from pages.common import theme

st.set_page_config(
    page_title="Contrast atlas", layout="wide", initial_sidebar_state=224, menu_items={}
)
theme.apply()


def home() -> None:
    """Lead to the collection: a default page has no address of its own, and each of ours has."""
    st.switch_page("collection/collection.py", query_params=dict(st.query_params))


page = st.navigation(
    {
        "": [st.Page(home, default=True, visibility="hidden")],
        "Collection": [st.Page("collection/collection.py", title="Images", url_path="collection")],
        "Explore": [
            st.Page("explore/map.py", title="Map", url_path="map"),
            st.Page("explore/gallery.py", title="Gallery", url_path="gallery"),
            st.Page("explore/clusters.py", title="Clusters", url_path="clusters"),
            st.Page("explore/axes.py", title="Axes", url_path="axes"),
            st.Page("explore/features.py", title="Features", url_path="features"),
            st.Page("explore/image.py", title="Image", url_path="image"),
            st.Page("explore/whatif.py", title="What if", url_path="whatif"),
            st.Page("explore/odd.py", title="Similar and odd", url_path="odd"),
        ],
        "Label": [
            st.Page("label/label.py", title="Label", url_path="label"),
            st.Page("label/pairs.py", title="Pairs", url_path="pairs"),
            st.Page("label/agreement.py", title="Agreement", url_path="agreement"),
        ],
        "Train": [
            st.Page("train/model.py", title="Model", url_path="model"),
            st.Page("train/encoders.py", title="Encoders", url_path="encoders"),
        ],
        "Validate": [st.Page("validate/validate.py", title="Evidence", url_path="validate")],
        "Use": [st.Page("use/export.py", title="Export", url_path="export")],
    }
)
page.run()
