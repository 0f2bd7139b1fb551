"""Clusters: groups of images with similar contrast, and what makes each one different."""

import streamlit as st

from contrast_engine.clusterings import clusterings
from contrast_engine.summaries import cluster_cards, separation_words
from pages.common import cards, compute, controls, inspector, next_step, session

st.title("Clusters")
st.caption(
    "Images with similar contrast, grouped in the space of all measures and never on the flat map. "
    "Give a group a name and it is called so everywhere."
)
workspace = session.workspace()
state = session.measured(workspace, "group them")

with st.container(horizontal=True, vertical_alignment="bottom"):
    method = controls.method("Method", clusterings, workspace, "clusterings", "clustering")
    options = controls.options(clusterings[method], workspace, "clusterings", method)

key = compute.ensure(
    workspace,
    "cluster",
    title=f"Grouping the images by {controls.short_title(clusterings[method])}",
    method=method,
    options=options,
)
if key is None:
    st.stop()

manifest = workspace.manifest(key)
verdict, sentence = separation_words(manifest.details)
with st.container(border=True):
    st.markdown(f"**{verdict}**  \n{sentence}")
with st.container(horizontal=True):
    session.link(session.MAP, "See the clusters on the map", colour="cluster")

st.caption(
    "Each card has typical images and the measures in which the cluster differs most. 'Higher in "
    "90% of pairs' means: of an image from the cluster and one from outside it, the one from the "
    "cluster has the higher value nine times in ten. In brackets the 95% interval."
)
opened = None
found = cluster_cards(workspace, key)
for first in range(0, len(found), cards.PER_ROW):
    columns = st.columns(cards.PER_ROW)
    for column, card in zip(columns, found[first : first + cards.PER_ROW], strict=False):
        with column:
            opened = cards.show(workspace, key, card) or opened
if opened:
    inspector.dialog(workspace, opened)
next_step.show(state)
