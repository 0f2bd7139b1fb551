"""The dendrogram of a hierarchical clustering: click to cut it, coarse and fine."""

from collections.abc import Mapping

import streamlit as st

from contrast_engine.arrays import Json
from contrast_engine.as_written import markdown
from contrast_engine.steps.structure.taxonomy import keep_fine_cut, name_group, undo_group_name
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.structure.taxonomy import (
    BranchStrip,
    GroupStrip,
    cut_at,
    group_names,
    kept_fine,
    most_groups,
)
from pages.common import faults, identity, inspector, thumbnails
from pages.components import figure
from pages.structure import choose_k, structure_loaders

COARSE, FINE = "tree.coarse", "tree.fine"
OPEN = "tree.open"
PLACE = "tree"
UNSAVED = "The name was not saved; change it again to save it."
CUTS = {COARSE: "the coarse cut", FINE: "the fine cut"}


def is_open() -> bool:
    """Whether another cut was looked at from the tree, so that it stays open for the next."""
    return OPEN in st.session_state


def show(workspace: Workspace, key: str, options: Json, *, is_used: bool) -> None:
    """Draw the tree with its two cuts, what they give, and a way to keep them.

    Args:
        workspace: The open workspace.
        key: A hierarchical clustering.
        options: Its options in use.
        is_used: Whether the clustering is in use: finer groups are kept and named inside that one.
    """
    most, n_kept = most_groups(workspace, key), options.get("n_clusters", 3)
    grown_in = workspace.manifest(key).inputs[0]
    if st.session_state.get("tree.of") != grown_in:  # another tree: start at what is kept
        st.session_state["tree.of"] = grown_in
        st.session_state[COARSE] = min(n_kept, most)
        st.session_state[FINE] = kept_fine(workspace, key) or min(3 * n_kept, most)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        moved = st.segmented_control(
            "A click in the tree moves", list(CUTS), default=COARSE, format_func=CUTS.__getitem__,
            key="tree.moved", required=True,
        )  # fmt: skip
        coarse = st.slider("Coarse groups", 2, most, key=COARSE, width=240)
        fine = st.slider("Fine groups inside them", 2, most, key=FINE, width=240)

    def cut(place: figure.Place) -> None:
        st.session_state[moved or COARSE] = cut_at(workspace, key, place["y"])

    card = structure_loaders.tree(workspace, key, coarse, fine)
    figure.show(
        card.chart, key="tree.chart", height=380, label="Dendrogram; click to cut", on_place=cut
    )
    st.caption(
        f"Click at any height to cut there, or use the sliders. {markdown(card.basis)} A tree "
        "can always be cut: whether the groups are more than regions is said above."
    )
    is_nested = fine > coarse
    if not is_nested:
        st.caption("The fine cut needs more groups than the coarse one; it is not used.")
    fine = fine if is_nested else 0
    _keep(workspace, key, options, (coarse, fine), is_used=is_used)
    can_name = is_used and coarse == n_kept and fine and kept_fine(workspace, key) == fine
    names = group_names(workspace, key) if can_name else None
    opened = None
    for branch in card.branches:
        opened = _branch(workspace, key, branch, names) or opened
    if opened:
        inspector.dialog(workspace, opened)


def _keep(
    workspace: Workspace, key: str, options: Json, cuts: tuple[int, int], *, is_used: bool
) -> None:
    faults.show(PLACE)
    coarse, fine = cuts
    is_kept = coarse == options.get("n_clusters", 3)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Look at these {coarse:d} clusters",
            key="tree.use",
            type="secondary" if is_kept else "primary",  # a pale primary button has no words
            disabled=is_kept,
            on_click=_look,
            args=({**options, "n_clusters": coarse},),
        )
        if not is_used:
            st.caption("Use this clustering to keep and to name finer groups inside it.")
            return
        words = f"Keep the {fine:d} fine groups inside them" if fine else "Keep no fine groups"
        if identity.ask_behind(words, "tree.keep"):
            st.button(
                words,
                key="tree.keep",
                disabled=not is_kept or kept_fine(workspace, key) == fine,
                on_click=_keep_fine,
                args=(workspace, fine, identity.who()),
                help="The cards, the export and the command line then call them 0.0, 0.1 and so "
                "on, or by the names you give them below.",
            )
        if is_kept and fine and kept_fine(workspace, key) == fine:
            st.badge("Both cuts are kept", icon=":material/check:", color="green")
            if group_names(workspace, key) and identity.ask_behind(
                "Undo the last name", "tree.unname"
            ):
                st.button(
                    "Undo the last name", key="tree.unname", type="tertiary",
                    on_click=_unname, args=(workspace, key),
                )  # fmt: skip


def _look(options: Json) -> None:
    st.session_state[OPEN] = True
    choose_k.use("hierarchical", options)


def _keep_fine(workspace: Workspace, n_fine: int, who: str) -> None:
    faults.attempt(PLACE, "The cut was not kept.", keep_fine_cut, workspace, n_fine, who)


def _branch(
    workspace: Workspace, key: str, branch: BranchStrip, names: Mapping[str, str] | None
) -> ImageId | None:
    """Draw a coarse group with the finer ones inside; with a field to name each, once kept."""
    with st.container(border=True):
        title = (
            f"**Group {markdown(branch.whole.id)}**, {markdown(branch.whole.colour)} in the tree"
        )
        opened = _strip(workspace, branch.whole, title, 64)
        columns = st.columns(3)
        for place, group in enumerate(branch.groups):
            with columns[place % 3]:
                opened = _strip(workspace, group, markdown(group.id), 48) or opened
                if names is not None:
                    _name(workspace, key, group.id, names.get(group.id, ""))
    return opened


def _unname(workspace: Workspace, key: str) -> None:
    before = group_names(workspace, key)
    unsaved = "The name was not taken back."
    faults.attempt(PLACE, unsaved, undo_group_name, workspace, identity.who())
    for group, name in {**dict.fromkeys(before, ""), **group_names(workspace, key)}.items():
        st.session_state[f"tree.name.{key}.{group}"] = name


def _name(workspace: Workspace, key: str, group: str, name: str) -> None:
    field = f"tree.name.{key}.{group}"

    def keep() -> None:
        name = st.session_state[field]
        faults.attempt(PLACE, UNSAVED, name_group, workspace, group, name, identity.who())

    if not identity.ask_behind(name or f"Name {group}", field):
        return
    st.session_state.setdefault(field, name)
    st.text_input(
        f"Name of group {markdown(group)}", key=field, max_chars=60, on_change=keep,
        placeholder=f"Give {group} a name", label_visibility="collapsed",
    )  # fmt: skip


def _strip(workspace: Workspace, group: GroupStrip, title: str, size: int) -> ImageId | None:
    st.caption(f"{title} · {group.size:,} images · {markdown(group.words)}")
    return thumbnails.show(
        workspace, key=f"tree.{group.id}.{size}", ids=group.typical, size=size
    ).opened
