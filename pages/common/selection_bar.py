"""What can be done with the selected images, in one place at the foot of gallery and map."""

from collections.abc import Callable

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.imageset import ImageSet
from contrast_engine.store.workspace import Workspace
from pages.common import (
    faults,
    label_buttons,
    navigation,
    saved_selections,
    selection,
    selection_panel,
    selection_summary,
)


def show(
    workspace: Workspace,
    shown: ImageSet,
    *,
    has_map: bool = False,
    has_differences: bool = False,
    after: Callable[[], None] = selection_panel.draw_again,
) -> None:
    """Draw how many images are selected and what to do with them, or how to select some.

    Args:
        workspace: The open workspace.
        shown: The images that the gallery shows.
        has_map: Whether the map is on the page.
        has_differences: Whether what sets the selection apart stands on the page already.
        after: Called when something was done: draws again what shows the selection.
    """
    chosen = selection.selected() & workspace.images.images
    with st.container(key="bar", horizontal=True, vertical_alignment="center", gap="small"):
        if chosen:
            _selected(workspace, chosen, after)
            if not has_differences:
                _differences(workspace, chosen)
            if not has_map:
                navigation.link(navigation.MAP, "On the map", selection=selection.key())
            why = "Select what is shown and not selected."
            _select("Invert", shown - chosen, "invert", why, after)
            _select("Clear", ImageSet.of(()), "clear", "Select nothing: Escape.", after)
        else:
            _nothing(shown, has_map, after)
        saved_selections.menu(workspace, after)
    faults.show(selection.PLACE)


def _selected(workspace: Workspace, chosen: ImageSet, after: Callable[[], None]) -> None:
    st.markdown(f"**{len(chosen):,} selected**", width="content")
    label_buttons.bar(workspace, chosen, "selection.label", after)
    saved_selections.save(workspace, chosen, after)
    selection_summary.download(workspace, chosen, selection.key())


def _differences(workspace: Workspace, chosen: ImageSet) -> None:
    opened = st.popover("Feature differences", type="tertiary", key="bar.why", on_change="rerun")
    if opened.open:
        with opened:
            selection_summary.show(workspace, chosen)


def _nothing(shown: ImageSet, has_map: bool, after: Callable[[], None]) -> None:
    lasso = ", or outline some on the map with the lasso" if has_map else ""
    st.caption(f"Nothing selected: tick images{lasso}.", width="content")
    if shown:
        _select(f"Select all {len(shown):,}", shown, "all", "Ctrl and A in the gallery.", after)


def _select(words: str, images: ImageSet, name: str, why: str, after: Callable[[], None]) -> None:
    def act() -> None:
        selection.select(images)
        after()

    said = markdown(words)
    st.button(said, f"selection.{name}", type="tertiary", on_click=act, help=markdown(why))
