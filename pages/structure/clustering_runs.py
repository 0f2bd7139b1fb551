"""Two clusterings side by side: their contingency, and the images of each intersection."""

import streamlit as st

from contrast_engine.as_written import markdown, plain
from contrast_engine.steps.structure.name_clustering import name_clustering
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.structure.clusterings import clustering_comparison, named_clusterings
from pages.common import faults, identity, inspector, rows, thumbnails
from pages.components import figure

SHOWN = 60
PLACE = "name of the clustering"
UNSAVED = "The name was not saved; change it again to save it."


def show(workspace: Workspace, key: str) -> None:
    """Draw a comparison of the clustering that is shown with another one.

    Args:
        workspace: The open workspace.
        key: The clustering that is shown.
    """
    known = {run.key: run.name for run in named_clusterings(workspace)}
    others = [other for other in known if other != key]

    def keep() -> None:
        name = st.session_state[f"runs.name.{key}"]
        faults.attempt(PLACE, UNSAVED, name_clustering, workspace, key, name, identity.who())

    with st.container(horizontal=True, vertical_alignment="bottom"):
        if identity.ask_behind("Name this clustering", "runs.name"):
            st.text_input(
                "This clustering",
                known[key],
                key=f"runs.name.{key}",
                max_chars=60,
                on_change=keep,
                help="Give it a name to find it again; an empty one brings its own back.",
            )
        other = (
            st.selectbox(
                "Compare with", others, format_func=lambda run: plain(known[run]), key="runs.other"
            )
            if others
            else None
        )
    faults.show(PLACE)
    if other is None:
        st.caption(
            "There is no other clustering yet. Choose another method or other options above; what "
            "was made before stays, and can be compared with it here."
        )
        return
    card = clustering_comparison(workspace, key, other)
    st.markdown(markdown(card.words))
    figure.show(
        card.chart, key="runs.chart", height=320, label="Contingency of the two clusterings"
    )
    matched = ", ".join(card.matches)
    st.caption(markdown(f"Left: {known[key]}. Right: {known[other]}. Matched: {matched}."))
    opened = None
    for side, column in enumerate(st.columns(2, gap="medium")):
        with column:
            for name, images in card.typical[side].items():
                st.caption(markdown(name))
                drawn = f"runs.typical.{side}.{name}.{(key, other)[side]}"
                opened = _pictures(workspace, drawn, images, 48) or opened
    table, met = st.tabs(["Intersections", "Contingency table"])
    met.dataframe(rows.written(card.rows, plain), hide_index=True)
    with table:
        place = st.selectbox(
            "In both", range(len(card.intersections)),
            format_func=lambda n: plain(card.intersections[n].words),
            key=f"runs.met.{key}.{other}",
        )  # fmt: skip
        images = card.intersections[place].images
        if len(images) > SHOWN:
            st.caption(f"Showing {SHOWN} of {len(images):,}.")
        opened = _pictures(workspace, f"runs.{key}.{other}.{place}", images[:SHOWN], 72) or opened
    if opened:
        inspector.dialog(workspace, opened)


def _pictures(
    workspace: Workspace, key: str, images: tuple[ImageId, ...], size: int
) -> ImageId | None:
    return thumbnails.show(workspace, key=key, ids=images, size=size).opened
