"""Methods: use from Python, what is computed and how, what checks decide, what files hold."""

import streamlit as st

from contrast_engine import docs
from pages.common import controls, open_workspace

DOCUMENTS = {
    "tutorial": "Tutorial",
    "methods": "Methods",
    "validation": "Validation",
    "data-formats": "Data formats",
    "in-use": "In use",
    "deployment": "Deployment",
    "benchmarks": "Benchmarks",
}
AT = "at"

st.title("Methods")
st.caption(
    "What is computed, on which assumptions, after whom, and where this program differs on "
    "purpose. The same documents lie in the package and can be read without the app."
)
open_workspace.opened()  # keeps the collection in the address, where there is one

document = controls.in_address(
    st.segmented_control,
    "Document",
    list(DOCUMENTS),
    "document",
    "methods",
    required=True,
    format_func=DOCUMENTS.get,
    label_visibility="collapsed",
)
chapters = {one.anchor: one for one in docs.chapters(document)}
asked = st.query_params.get(AT, "")
holding = next((name for name, one in chapters.items() if asked in one.anchors), None)
chosen = controls.in_address(
    st.selectbox,
    "Chapter",
    list(chapters),
    "chapter",
    holding or next(iter(chapters)),
    format_func=lambda name: chapters[name].title,
    width=480,
)
if asked and chosen != holding:
    del st.query_params[AT]  # another chapter was opened since

entry, rest = chapters[chosen].entry(asked if chosen == holding else "")
with st.container(key="reading", width=860):
    st.header(chapters[chosen].title)
    if entry:
        with st.container(border=True):
            st.markdown(docs.in_app(entry, document))
    st.markdown(docs.in_app(rest, document))
    names = list(chapters)
    place = names.index(chosen)
    if place + 1 < len(names):
        after = chapters[names[place + 1]]
        st.markdown(f"Next: [{after.title}](/methods?document={document}&chapter={after.anchor})")
