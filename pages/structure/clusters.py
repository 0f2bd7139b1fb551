"""Clusters: groups of images with similar contrast, and what makes each one different."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.clusterings import clusterings
from contrast_engine.steps.structure.edit_clusters import apply_edits, with_edits
from contrast_engine.views.collection.journey import few_to_cluster
from contrast_engine.views.in_use import answering, made_on
from contrast_engine.views.structure.cluster_card import cluster_cards
from contrast_engine.views.structure.cluster_edits import unassigned_words
from contrast_engine.views.structure.taxonomy import has_tree
from contrast_engine.views.words import fit_words, separation_words
from pages.common import (
    compute,
    controls,
    headings,
    in_use,
    inspector,
    job_panel,
    loaders,
    navigation,
    plugins,
)
from pages.structure import (
    choose_k,
    cluster_card,
    cluster_edits,
    clustering_runs,
    dendrogram,
    method_menus,
    names_as_labels,
    structure_loaders,
)

headings.page(
    "Clusters",
    "clustering",
    "Groups of images with similar contrast, found in the space of all features (or of an "
    "encoder), never on the flat map. A name given here holds everywhere.",
)
workspace = navigation.workspace()
state = navigation.measured(workspace, "cluster them")
if few := few_to_cluster(state.measured):
    navigation.empty(few, navigation.COLLECTION, "Add photographs")

with st.container(horizontal=True, vertical_alignment="bottom"):
    method = method_menus.method("Method", clusterings, workspace, "clusterings", "clustering")
    on = controls.space(workspace, "clustered", made_on(workspace, "clusterings"))
    is_there = method in clusterings
    recipe = clusterings.of_result({"method": method})
    options = method_menus.options(recipe, workspace, "clusterings", method) if is_there else {}
plugins.left_out(clusterings)

key = (
    answering(workspace, "clusterings", method, options, on)
    if is_there
    else method_menus.gone(clusterings, workspace, "clusterings")
)
title = f"Clustering the images by {method_menus.short_title(recipe)}"
if key is None:
    key = compute.ensure(workspace, "cluster", title=title, method=method, options=options, on=on)
    if key is None:
        st.stop()
    key = with_edits(workspace, key)
else:
    key = apply_edits(workspace)
    if job := job_panel.running(workspace, "cluster"):
        job_panel.show(workspace, job.id, title)
is_used = in_use.show(workspace, "clusterings", key)

manifest = workspace.manifest(key)
verdict, sentence = separation_words(manifest.details)
with st.container(border=True):
    clustering = loaders.clustering(workspace, key)
    left = f"{unassigned_words(clustering)} {fit_words(manifest.details, len(clustering))}"
    st.markdown(
        f"**{markdown(verdict)}**  \n{markdown(sentence)} {markdown(left)}",
        help=headings.help_text("silhouette"),
    )
found = cluster_cards(workspace, key)
with st.container(horizontal=True, vertical_alignment="center"):
    if is_used:
        navigation.link(navigation.MAP, "See the clusters on the map", colour="cluster")
        cluster_edits.show(workspace, key, found)
        names_as_labels.show(workspace)
    else:
        st.caption(
            "Use this clustering to edit it, to label its clusters and to see them elsewhere."
        )

opened = None
ends = structure_loaders.border_images(workspace, key)
for first in range(0, len(found), cluster_card.PER_ROW):
    columns = st.columns(cluster_card.PER_ROW)
    for column, card in zip(columns, found[first : first + cluster_card.PER_ROW], strict=False):
        with column:
            ends_of = ends[card.cluster]
            opened = cluster_card.show(workspace, key, card, ends_of, is_used) or opened
st.caption(
    "Each card has representatives and the features in which the cluster differs most. 'Higher in "
    "90% of pairs' means: of an image from the cluster and one from outside it, the one from the "
    "cluster has the higher value nine times in ten. In brackets the 95% interval."
)
with st.expander("Number of clusters"):
    choose_k.show(workspace, method, options, on)
if has_tree(workspace, key):
    with st.expander("Dendrogram", expanded=dendrogram.is_open()):
        dendrogram.show(workspace, key, options, is_used=is_used)
with st.expander("Compare with another clustering"):
    clustering_runs.show(workspace, key)
if opened:
    inspector.dialog(workspace, opened)
