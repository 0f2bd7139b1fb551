"""Overview: what this collection is like, at one look; every card leads to its page."""

import streamlit as st

from contrast_engine.views.overview import overview
from pages.common import headings, navigation
from pages.overview import (
    card,
    clusters_card,
    issues_card,
    labels_card,
    next_card,
    profile_card,
    sheet_card,
    style,
    unknown_card,
    verdicts_card,
)

headings.page(
    "Overview",
    "overview",
    "What this collection is like, what was found in it, and what is not known. Click a card for "
    "its page.",
)
workspace = navigation.workspace()
navigation.measured(workspace, "see what they are like")
with st.container(key="present-button", horizontal_alignment="right"):
    if st.button("Present", icon=":material/slideshow:", help="As slides over the whole window"):
        st.switch_page(navigation.PRESENT, query_params=navigation.address())
found = overview(workspace)
st.html(style.STYLE)

left, right = st.columns([11, 5])
with left:
    if found.contact_sheet:
        sheet_card.show(workspace, found.contact_sheet)
with right:
    next_card.show(workspace, found.next_step)
    if found.labels:
        labels_card.show(found.labels)
    else:
        card.absent("labels", "Labels", found.absent["labels"])
if found.clusters:
    clusters_card.show(workspace, found.clusters)
else:
    card.absent("clusters", "Clusters", found.absent["clusters"])
left, right = st.columns([6, 5])
with left:
    if found.profile:
        profile_card.show(found.profile)
with right:
    if found.issues:
        issues_card.show(workspace, found.issues)
left, right = st.columns([6, 5])
with left:
    if found.verdicts:
        verdicts_card.show(found.verdicts)
    else:
        card.absent("verdicts", "Evidence", found.absent["verdicts"])
with right:
    unknown_card.show(workspace, found.unknown)
