"""One cluster as a card: its size, typical images, words, differences and a name to give."""

from collections.abc import Sequence

import streamlit as st

from contrast_engine.as_written import html, markdown
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.structure.cluster_card import ClusterCard
from contrast_engine.views.structure.cluster_edits import BorderImages
from contrast_engine.views.structure.cluster_marks import ClusterMark
from pages.common import faults, identity, navigation, thumbnails

PER_ROW = 3
DIFFERENCES = 5
UNSAVED = "The name was not saved; change it again to save it."


def show(
    workspace: Workspace, key: str, card: ClusterCard, ends: BorderImages, is_used: bool
) -> ImageId | None:
    """Draw a cluster and write the name a person gives it to disk at once.

    Gives the image that was clicked, once.

    Args:
        workspace: The open workspace.
        key: The clustering.
        card: What is known about this cluster.
        ends: The images that say where it ends.
        is_used: Whether the clustering is in use, so that other pages know the cluster.
    """
    name_key = f"cluster.{key}.{card.cluster}"

    def keep() -> None:
        name = st.session_state[name_key].strip()
        name_cluster = workspace.labels.name_cluster
        faults.attempt(name_key, UNSAVED, name_cluster, key, card.cluster, name, identity.who())

    with st.container(border=True, height="stretch"):
        number = f" · cluster {card.cluster}" if card.name else ""
        st.html(
            f"<div>{swatch(card.mark)}<strong>{html(card.mark.name)}</strong>{number} · "
            f"{card.size:,} images, {card.share:.0%} of the collection</div>"
        )
        opened = _pictures(workspace, f"typical.{key}.{card.cluster}", card.typical)
        if identity.ask_behind("Rename" if card.name else "Name it", name_key):
            st.text_input(
                "Name",
                card.name,
                key=name_key,
                placeholder="Give it a name",
                max_chars=60,
                label_visibility="collapsed",
                on_change=keep,
            )
        faults.show(name_key)
        st.markdown(markdown(f"{card.words[:1].upper()}{card.words[1:]}"))
        if card.stability:
            st.caption(markdown(card.stability))
        if card.inside:
            st.caption(f"Finer groups inside: {markdown(card.inside)}.")
        st.table(
            {
                "Most different features": [
                    markdown(d.title) for d in card.differences[:DIFFERENCES]
                ],
                "Compared with the rest": [
                    markdown(d.words) for d in card.differences[:DIFFERENCES]
                ],
            }
        )
        if is_used:
            _links(card.cluster)
        with st.expander("Border and outliers"):
            if ends.border:
                st.caption("At the border: they could as well be in another cluster.")
                border = _pictures(workspace, f"border.{key}.{card.cluster}", ends.border)
                opened = opened or border
            st.caption("Outliers: furthest from the middle of the cluster.")
            opened = _pictures(workspace, f"outliers.{key}.{card.cluster}", ends.outliers) or opened
    return opened


def swatch(mark: ClusterMark) -> str:
    """A dot in the colour that the cluster has on the map, as HTML."""
    return (
        "<span aria-hidden='true' style='display:inline-block;width:0.75em;height:0.75em;"
        f"border-radius:50%;margin-right:0.45em;background:{mark.colour}'></span>"
    )


def _links(cluster: int) -> None:
    navigation.link(
        navigation.LABEL, "Label its images", queue="cluster", group=str(cluster), view="grid"
    )
    navigation.link(navigation.GALLERY, "All its images", show=f"cluster.{cluster}")


def _pictures(workspace: Workspace, key: str, ids: Sequence[ImageId]) -> ImageId | None:
    """Draw a few small pictures and give the one that was clicked, once."""
    return thumbnails.show(workspace, key=key, ids=ids, size=72).opened
