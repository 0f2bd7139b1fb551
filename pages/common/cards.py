"""One cluster as a card: its size, typical images, words, differences and a name to give."""

import streamlit as st

from contrast_engine.server import Urls
from contrast_engine.store.workspace import Workspace
from contrast_engine.summaries import ClusterCard
from pages.common import session
from pages.components import gallery

PER_ROW = 3
DIFFERENCES = 5


def show(workspace: Workspace, key: str, card: ClusterCard) -> str | None:
    """Draw a cluster and write the name a person gives it to disk at once.

    Gives the image that was clicked, once.

    Args:
        workspace: The open workspace.
        key: The clustering.
        card: What is known about this cluster.
    """
    name_key = f"cluster.{key}.{card.cluster}"

    def keep() -> None:
        name = st.session_state[name_key].strip()
        workspace.labels.name_cluster(key, card.cluster, name, session.who())

    with st.container(border=True, height="stretch"):
        st.markdown(
            f"**Cluster {card.cluster}** · {card.size:,} images, {card.share:.0%} of the collection"
        )
        events = gallery.show(
            key=f"typical.{key}.{card.cluster}",
            ids=card.typical,
            thumb=Urls(workspace.id).thumb,
            size=72,
        )
        st.markdown(f"{card.words[:1].upper()}{card.words[1:]}")
        st.text_input(
            "Name",
            card.name,
            key=name_key,
            placeholder="Give it a name",
            max_chars=60,
            on_change=keep,
        )
        st.table(
            {
                "Most different measures": [d.title for d in card.differences[:DIFFERENCES]],
                "Compared with the rest": [d.words for d in card.differences[:DIFFERENCES]],
            }
        )
    return events.opened
