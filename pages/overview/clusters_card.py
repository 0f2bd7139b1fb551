"""The clusters: typical images, names, sizes, and whether they are groups."""

import streamlit as st

from contrast_engine.as_written import html
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.overview import Clusters, OverviewCluster
from pages.overview import card, style

MOST = 6
"""Clusters that are drawn: more do not fit beside each other (own choice)."""

BESIDE = 4
"""Clusters beside which there is room for the reading; else it stands below them."""


def show(workspace: Workspace, found: Clusters) -> None:
    """Draw the largest clusters beside each other; each leads to its images."""
    shown = found.clusters[:MOST]
    with card.frame("clusters", "Clusters", found):
        is_beside = len(shown) <= BESIDE
        columns = st.columns([*(3 for _ in shown), *([2] if is_beside else [])])
        for column, cluster in zip(columns, shown, strict=False):
            with column:
                _cluster(workspace, cluster)
        with columns[-1] if is_beside else st.container():
            st.html(
                f"<p class='ov-reading'>{html(found.headline)}</p>"
                + "".join(style.note(words) for words in _words(found, len(shown)))
            )


def _cluster(workspace: Workspace, cluster: OverviewCluster) -> None:
    dot = f"<span aria-hidden='true' class='ov-dot' style='background:{cluster.colour}'></span>"
    with st.container(key=f"overview-item-cluster-{cluster.cluster}"):
        st.html(style.pictures(workspace, cluster.medoids[:3], "ov-medoids") or "<span></span>")
        card.link("gallery", cluster.name, cluster.view)
        st.html(
            f"<p class='ov-note ov-num'>{dot}{cluster.size:,} images, {cluster.share:.0%}"
            f"{html(f' · {cluster.words}') if cluster.is_named else ''}</p>"
        )


def _words(found: Clusters, shown: int) -> list[str]:
    parts = [style.shown_of(shown, len(found.clusters), "clusters")]
    _, _, why = found.verdict.partition(": ")
    if why:
        parts.append(f"{why[:1].upper()}{why[1:]}.")
    if found.separation is not None and found.separation.null is not None:
        parts.append(
            f"Silhouette {found.separation.value:.2f}, of clusters in noise of the same shape "
            f"{found.separation.null:.2f} (n = {found.separation.n:,}; {found.space})."
        )
    if found.unassigned:
        parts.append(f"{found.unassigned:,} images belong to no cluster.")
    return [part for part in parts if part]
