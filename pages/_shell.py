"""The frame around every page: title, style, navigation. One line per page."""

import streamlit as st

from pages.common import faults, theme

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
        "Collection": [
            st.Page("collection/collection.py", title="Images", url_path="collection"),
            st.Page("collection/gallery.py", title="Gallery", url_path="gallery"),
            st.Page("collection/issues.py", title="Issues", url_path="issues"),
            st.Page("collection/features.py", title="Features", url_path="features"),
        ],
        "Image": [
            st.Page("image/image.py", title="Image", url_path="image"),
            st.Page("image/what_if.py", title="What if", url_path="whatif"),
        ],
        "Structure": [
            st.Page("structure/map.py", title="Map", url_path="map"),
            st.Page("structure/clusters.py", title="Clusters", url_path="clusters"),
            st.Page("structure/axes.py", title="Axes", url_path="axes"),
            st.Page("structure/outliers.py", title="Similar images and outliers", url_path="odd"),
        ],
        "Labels": [
            st.Page("labels/label.py", title="Label", url_path="label"),
            st.Page("labels/pairs.py", title="Pairs", url_path="pairs"),
            st.Page("labels/agreement.py", title="Agreement", url_path="agreement"),
        ],
        "Models": [
            st.Page("models/model.py", title="Model", url_path="model"),
            st.Page("monitoring/monitor.py", title="Monitor", url_path="monitor"),
            st.Page("encoders/encoders.py", title="Encoders", url_path="encoders"),
            st.Page("evidence/evidence.py", title="Evidence", url_path="validate"),
        ],
        "Laboratories": [
            st.Page("complexity/complexity.py", title="Complexity", url_path="complexity"),
            st.Page("illuminants/illuminants.py", title="Illuminants", url_path="illuminants"),
        ],
        "Output and help": [
            st.Page("output/export.py", title="Export", url_path="export"),
            st.Page("help/glossary.py", title="Glossary", url_path="glossary"),
            st.Page("help/methods.py", title="Methods", url_path="methods"),
        ],
    }
)
with faults.page(page.url_path):
    page.run()
