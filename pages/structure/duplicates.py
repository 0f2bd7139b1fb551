"""The groups of duplicates: what is alike, how it differs, and what to do with all but the best."""

import streamlit as st

from contrast_engine import steps
from contrast_engine.access import Act
from contrast_engine.as_written import markdown, plain
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.structure import duplicates as words
from contrast_engine.views.structure.duplicates import Duplicates
from pages.common import (
    faults,
    identity,
    inspector,
    label_buttons,
    navigation,
    selection,
    thumbnails,
)
from pages.frame import access
from pages.structure import structure_loaders

PER_PAGE = 12
SHOWN = 24
"""Images of a group that are drawn; the others are counted."""

SIZE = 150
PLACE = "duplicates"
REMOVED = "duplicates.removed"
BESIDE, BLINK = "Side by side", "Blink"


def show(workspace: Workspace) -> None:
    """Draw the groups of duplicates and near duplicates."""
    with st.spinner(f"Comparing {len(workspace.images.images):,} pictures"):
        groups = structure_loaders.duplicates(workspace)
    _put_back(workspace)
    if not groups:
        st.info("There are no duplicates.")
        return
    part, span = thumbnails.page_of("doubles.page", len(groups), PER_PAGE)
    st.caption(
        f"Showing {markdown(span)} of {len(groups):,} groups, largest first. The same picture is "
        "found at another exposure, contrast, size or compression, and with up to a tenth cropped "
        f"at each edge. {markdown(words.RULE)}"
    )
    _all(workspace, groups)
    opened = None
    for group in groups[part]:
        opened = _group(workspace, group) or opened
    thumbnails.turn("doubles.page", len(groups), PER_PAGE)
    if opened:
        inspector.dialog(workspace, opened)


def _all(workspace: Workspace, groups: tuple[Duplicates, ...]) -> None:
    """Draw what can be done with the rest of all groups at once."""
    rest = words.rest(groups)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Select the rest: {len(rest):,} images", on_click=selection.select, args=(rest,),
            disabled=not rest, help="All but the best of every group become the selection.",
        )  # fmt: skip
        st.download_button(
            "Export the rest (CSV)", lambda: words.table(workspace, groups),
            f"{plain(workspace.name)}-duplicates.csv", "text/csv", on_click="ignore",
            help="Path, best of its group and difference of every image but the best.",
        )  # fmt: skip
        if rest:
            _removing(workspace, rest, "all")
        if selection.selected():
            navigation.link(navigation.GALLERY, f"{len(selection.selected()):,} selected: see them")
    faults.show(PLACE)


def _group(workspace: Workspace, group: Duplicates) -> ImageId | None:
    """Draw one group with what can be done with it; give the image that was opened."""
    key = f"double.{group.kept}.same" if group.files else f"double.{group.kept}"
    with st.container(border=True):
        st.text(plain(group.words))
        if not group.files:
            st.caption(f"In {markdown(words.folders(workspace, group.images))}")
        shown = thumbnails.show(
            workspace, key, group.images[:SHOWN],
            captions=words.captions(workspace, group, SHOWN), size=SIZE,
        )  # fmt: skip
        if group.rest:
            st.text(plain(words.said(workspace, group, SHOWN)))
            if len(group.images) > SHOWN:
                st.caption(f"{SHOWN} of {len(group.images):,} images are shown.")
            with st.container(horizontal=True, vertical_alignment="center"):
                if st.button("Compare", key=f"{key}.compare"):
                    _compare(workspace, group)
                st.button(
                    f"Select the rest ({len(group.rest):,})", key=f"{key}.rest",
                    on_click=selection.select, args=(group.rest,),
                )  # fmt: skip
                with st.popover("Label all alike", key=f"{key}.label"):
                    label_buttons.bar(workspace, group.images, f"{key}.labels", takes_back=False)
                _removing(workspace, group.rest, key)
    return shown.opened


@st.dialog("Compare", width="large")
@faults.boundary
def _compare(workspace: Workspace, group: Duplicates) -> None:
    """Draw the best of a group beside another of it, or one in the place of the other."""
    said = dict(zip(group.rest, group.differences, strict=False))
    other = st.selectbox(
        "With the best", group.rest[:SHOWN], key=f"compare.{group.kept}",
        format_func=lambda image: plain(f"{words.name(workspace, image)}: {said.get(image, '')}"),
    )  # fmt: skip
    way = st.segmented_control(
        "Shown", [BESIDE, BLINK], default=BESIDE, key=f"way.{group.kept}", required=True
    )
    if way == BLINK:
        is_other = st.toggle("Show the other", key=f"blink.{group.kept}")
        _side(workspace, other if is_other else group.kept)
        return
    for column, image in zip(st.columns(2), (group.kept, other), strict=True):
        with column:
            _side(workspace, image)


def _side(workspace: Workspace, image: ImageId) -> None:
    inspector.picture(workspace, image)
    inspector.facts(workspace, image)


def _removing(workspace: Workspace, rest: tuple[ImageId, ...], key: str) -> None:
    """Draw the button that takes images out of the collection, once it is known who does it."""
    if workspace.is_read_only:
        return
    label = f"Remove the rest ({len(rest):,})"
    if identity.ask_behind(label, f"{key}.who"):
        st.button(
            label, key=f"{key}.remove", on_click=_remove, args=(workspace, rest),
            help="Out of the collection, and back by Undo; no file is touched.",
        )  # fmt: skip


def _remove(workspace: Workspace, rest: tuple[ImageId, ...]) -> None:
    who = identity.who()
    unsaved = "Nothing was removed."
    report = faults.attempt(PLACE, unsaved, steps.remove, workspace, rest, who=who)
    if report is not None:
        st.session_state[REMOVED] = (workspace.id, report.seq, report.images)
        selection.select(image for image in selection.selected() if image not in set(rest))


def _put_back(workspace: Workspace) -> None:
    """Say what was removed here last, with the way back."""
    whose, seq, count = st.session_state.get(REMOVED, ("", 0, 0))
    if whose != workspace.id:
        return

    def undo() -> None:
        faults.attempt(PLACE, "Nothing was put back.", steps.put_back, workspace, seq)
        st.session_state.pop(REMOVED, None)

    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{count:,} removed from the collection; no file was touched.", width="content")
        access.button(Act.TAKE_OUT, "Undo", key="duplicates.undo", on_click=undo)
