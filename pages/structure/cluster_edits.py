"""Editing clusters: merging, splitting off, leaving out, and taking it back."""

from collections.abc import Mapping, Sequence

import streamlit as st

from contrast_engine.as_written import plain
from contrast_engine.clusterings.editing import Kind
from contrast_engine.results import UNASSIGNED
from contrast_engine.steps.structure.edit_clusters import edit_clusters, undo_cluster_edit
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.structure.cluster_card import ClusterCard
from contrast_engine.views.structure.cluster_edits import NOTHING_TO_UNDO, is_edited
from pages.common import faults, identity, loaders, selection

PLACE = "cluster edit"
UNSAVED = "The clusters were not changed."


def show(workspace: Workspace, key: str, found: tuple[ClusterCard, ...]) -> None:
    """Draw the ways to edit a clustering; every edit is kept and can be taken back.

    Args:
        workspace: The open workspace.
        key: The clustering that is shown.
        found: Its clusters.
    """
    names = {card.cluster: plain(card.mark.name) for card in found}
    known = loaders.clustering(workspace, key).of
    chosen = tuple(image for image in selection.selected() if image in known)
    with st.popover("Edit clusters"):
        if identity.ask("edit"):
            _ways(workspace, key, names, chosen)
    if is_edited(workspace, key):
        if identity.ask_behind("Undo the last edit", "undo.edit"):
            st.button("Undo the last edit", on_click=_undo, args=(workspace,), type="tertiary")
        st.caption("Edited; the computed clustering is kept.", width="content")
    faults.show(PLACE)


def _ways(
    workspace: Workspace, key: str, names: Mapping[int, str], chosen: tuple[ImageId, ...]
) -> None:
    """Draw what can be done to clusters, and taking a name back."""
    merged = st.multiselect(
        "Merge clusters", list(names), format_func=names.__getitem__, key=f"merge.{key}"
    )
    st.button(
        "Merge them",
        disabled=len(merged) < 2,
        on_click=_change,
        args=(workspace, "merge"),
        kwargs={"clusters": tuple(merged)},
    )
    st.markdown(
        f"The {len(chosen):,} selected images"
        if chosen
        else "Select images on the map to split them off, move them or leave them out."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for kind, label in (("split", "Make them a cluster"), ("exclude", "Leave them out")):
            st.button(
                label,
                disabled=not chosen,
                on_click=_change,
                args=(workspace, kind),
                kwargs={"images": chosen},
            )
        into = st.selectbox(
            "Move them to", list(names), format_func=names.__getitem__, key=f"move.{key}",
            disabled=not chosen,
        )  # fmt: skip
        st.button(
            "Move",
            disabled=not chosen,
            on_click=_change,
            args=(workspace, "move"),
            kwargs={"images": chosen, "into": into},
        )
    st.button(
        "Undo the last name",
        on_click=_undo_name,
        args=(workspace, key),
        type="tertiary",
        help="Gives the cluster that you named last its former name back.",
    )


def _change(
    workspace: Workspace,
    kind: Kind,
    clusters: Sequence[int] = (),
    images: Sequence[ImageId] = (),
    into: int = UNASSIGNED,
) -> None:
    faults.attempt(
        PLACE, UNSAVED, edit_clusters, workspace, kind,
        clusters=clusters, images=images, into=into, who=identity.who(),
    )  # fmt: skip


def _undo_name(workspace: Workspace, key: str) -> None:
    undo_name = workspace.labels.undo_name
    faults.attempt(PLACE, "The name was not taken back.", undo_name, key, identity.who())


def _undo(workspace: Workspace) -> None:
    undone = faults.attempt(PLACE, UNSAVED, undo_cluster_edit, workspace, identity.who())
    if undone is None and faults.is_well(PLACE):
        faults.note(PLACE, NOTHING_TO_UNDO)
