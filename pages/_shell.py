"""The frame around every page: title, style, menu, state of the work. One line per page."""

import streamlit as st

from contrast_engine.server import memory
from pages.common import faults, theme
from pages.frame import frame, start

st.set_page_config(
    page_title="Contrast atlas", layout="wide", initial_sidebar_state=188, menu_items={}
)
theme.apply()

PAGES = [
    st.Page("collection/collection.py", title="Collection", url_path="collection"),
    st.Page("overview/overview.py", title="Overview", url_path="overview"),
    st.Page("overview/present.py", title="Present", url_path="present"),
    st.Page("collection/gallery.py", title="Gallery", url_path="gallery"),
    st.Page("structure/map.py", title="Map", url_path="map"),
    st.Page("image/image.py", title="Image", url_path="image"),
    st.Page("image/what_if.py", title="What if", url_path="whatif"),
    st.Page("collection/issues.py", title="Issues", url_path="issues"),
    st.Page("structure/outliers.py", title="Similar images and outliers", url_path="odd"),
    st.Page("collection/features.py", title="Features", url_path="features"),
    st.Page("structure/axes.py", title="Axes", url_path="axes"),
    st.Page("complexity/complexity.py", title="Complexity", url_path="complexity"),
    st.Page("illuminants/illuminants.py", title="Illuminants", url_path="illuminants"),
    st.Page("structure/clusters.py", title="Clusters", url_path="clusters"),
    st.Page("labels/label.py", title="Label", url_path="label"),
    st.Page("labels/pairs.py", title="Pairs", url_path="pairs"),
    st.Page("labels/agreement.py", title="Agreement", url_path="agreement"),
    st.Page("models/model.py", title="Model", url_path="model"),
    st.Page("encoders/encoders.py", title="Encoders", url_path="encoders"),
    st.Page("monitoring/monitor.py", title="Monitor", url_path="monitor"),
    st.Page("evidence/evidence.py", title="Evidence", url_path="validate"),
    st.Page("output/export.py", title="Export", url_path="export"),
    st.Page("help/glossary.py", title="Glossary", url_path="glossary"),
    st.Page("help/methods.py", title="Methods", url_path="methods"),
]
home = st.Page(start.lead, default=True, visibility="hidden")
page = st.navigation([home, *PAGES], position="hidden")
with memory.given_back(), faults.page(page.url_path):
    frame.draw(page.url_path)
    page.run()
