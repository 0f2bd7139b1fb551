"""The clusters: typical images, names, sizes, and whether they are groups."""

import streamlit as st

from contrast_engine.as_written import html
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.overview import Clusters, OverviewCluster
from pages.overview import card, style

MOST = 6
"""Clusters that are drawn: more do not fit beside each other (own choice)."""


def show(workspace: Workspace, found: Clusters) -> None:
    """Draw the largest clusters beside each other; each leads to its images."""
    shown = found.clusters[:MOST]
    with card.frame("clusters", "Clusters", found):
        for column, cluster in zip(st.columns(max(len(shown), 3)), shown, strict=False):
            with column:
                _cluster(workspace, cluster)
        st.html(style.note(_words(found, len(shown))))


def _cluster(workspace: Workspace, cluster: OverviewCluster) -> None:
    dot = (
        "<span aria-hidden='true' style='display:inline-block;width:0.7em;height:0.7em;"
        f"border-radius:50%;margin-right:0.4em;background:{cluster.colour}'></span>"
    )
    with st.container(key=f"overview-item-cluster-{cluster.cluster}"):
        st.html(
            f"{style.pictures(workspace, cluster.medoids[:3], 'ov-medoids')}"
            f"<p class='ov-note ov-num'>{dot}{cluster.size:,} images, {cluster.share:.0%}"
            f"{html(f' · {cluster.words}') if cluster.is_named else ''}</p>"
        )
        card.link("gallery", cluster.name, cluster.view)


def _words(found: Clusters, shown: int) -> str:
    parts = [style.shown_of(shown, len(found.clusters), "clusters")]
    if found.verdict:
        parts.append(f"{found.verdict[:1].upper()}{found.verdict[1:]}.")
    if found.separation is not None and found.separation.null is not None:
        parts.append(
            f"Silhouette {found.separation.value:.2f}, of clusters in noise of the same shape "
            f"{found.separation.null:.2f} (n = {found.separation.n:,}; {found.space})."
        )
    if found.unassigned:
        parts.append(f"{found.unassigned:,} images belong to no cluster.")
    return " ".join(part for part in parts if part)
